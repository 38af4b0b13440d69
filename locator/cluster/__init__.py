"""The private PostGIS of a checkout: its binaries, its folder, its server."""
