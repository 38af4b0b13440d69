"""Opening hours as Americans write them: from words to rules, and from rules to the OSM language."""
