"""What all tables share: how constraints are named, how points and outlines are kept, what a phone looks like."""

from geoalchemy2 import Geography, Geometry
from sqlalchemy import CheckConstraint, MetaData

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
_PHONE = r"~ '^\+1[0-9]{10}(;ext=[0-9]{1,7})?$'"


def phone_check(name: str) -> CheckConstraint:
    """Give the constraint of a column that holds a phone: E.164, with its extension as RFC 3966 writes it."""
    return CheckConstraint(f"{name} {_PHONE}", name=name)
