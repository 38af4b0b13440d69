"""The text of the pages in three languages, with dates, hours, and the names of languages."""
