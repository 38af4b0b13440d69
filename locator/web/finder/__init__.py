"""The finder: what is asked, the list of clinics, and the finder on other websites."""
