"""What we remember, in PostgreSQL with PostGIS. Only this room knows SQL."""
