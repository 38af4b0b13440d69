"""Points on the earth: how precise a point is, where it comes from, and places to suggest."""

import math
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the earth in degrees, WGS 84. `lat` counts north, `lon` counts east (negative in Wisconsin)."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise ValueError("lat must be a number from -90 to 90")
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise ValueError("lon must be a number from -180 to 180")


class Precision(StrEnum):
    """How precisely a point locates something, finest first: the order cancer registries use (NAACCR)."""

    ADDRESS = "address"
    STREET = "street"
    ZIP = "zip"
    CITY = "city"
    COUNTY = "county"


# These points are at the door, or at least on its street. Anything coarser is the center of a ZIP, town or county.
STREET_LEVEL = frozenset({Precision.ADDRESS, Precision.STREET})


@dataclass(frozen=True, slots=True)
class Geocode:
    """The point found for a text: how precise it is, a label a person can check, and the source that gave it."""

    point: Point
    precision: Precision
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to search from instead; `near` is the text that finds it when it is sent back."""

    label: str
    near: str
    kind: str
    point: Point
    county: str
    state: str
    zip: str | None = None
