"""Words of the pages: three languages, days and hours, and the names of languages."""
