"""Where things are: points, distances, and what a person typed to name a place."""
