"""What all tables share: how constraints are named, and how points and outlines are kept."""

from geoalchemy2 import Geography, Geometry
from sqlalchemy import MetaData

# Explicit names, so that a migration can name what it changes.
metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# WGS 84, longitude first; distances in meters. The tables name their indexes, so GeoAlchemy2 makes none of its own.
POINT = Geography("POINT", srid=4326, spatial_index=False)
POINTS = Geography("MULTIPOINT", srid=4326, spatial_index=False)
AREA = Geography("MULTIPOLYGON", srid=4326, spatial_index=False)
OUTLINE = Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
