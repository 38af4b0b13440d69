"""Reference data: the seed files, and the Census Bureau's ZIP areas."""
