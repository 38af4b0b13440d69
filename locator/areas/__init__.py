"""BRINGING ZIP AREAS IN: from the Census ZCTA file to the outlines searches measure from."""
