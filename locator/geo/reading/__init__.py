"""What a person typed to name a place, read as a ZIP, a town, a point or a street address."""
