"""The finder: the search form, the list of clinics, and the finder on other websites."""
