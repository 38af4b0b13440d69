"""Points on their way into PostGIS and back. It puts longitude first; only this file needs to know."""

from typing import Any

from sqlalchemy import Row

from locator.geo.point import Point


def point_text(point: Point) -> str:
    """Write a point as PostGIS reads it, for a parameter that is cast to geography."""
    return f"SRID=4326;POINT({point.lon!r} {point.lat!r})"


def lat_lon_of(column: str) -> str:
    """Return the SQL that selects a geography's `lat` and `lon`, in degrees."""
    return f"ST_Y({column}::geometry) as lat, ST_X({column}::geometry) as lon"


def point_from(row: Row[Any]) -> Point:
    """Return the point of a row that selected `lat_lon_of` a column."""
    return Point(lat=row.lat, lon=row.lon)


def sql_point(*, lat: str, lon: str) -> str:
    """Return the SQL of a point (geometry, WGS 84) made of two SQL expressions in degrees."""
    return f"ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)"


def point_in_image(image: str) -> str:
    """Return the SQL of the point in a clinic's image; `image` is an SQL expression."""
    return sql_point(lat=f"({image}->>'lat')::float8", lon=f"({image}->>'lon')::float8")
