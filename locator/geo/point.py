"""Points on the earth, and what we know of the place a person asked about."""

import math
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the earth in degrees, WGS 84; `lat` is north, `lon` is east (Wisconsin is negative)."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise ValueError("lat must be a number from -90 to 90")
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise ValueError("lon must be a number from -180 to 180")


class Precision(StrEnum):
    """How closely a point tells where something is, finest first: the order cancer registries use (NAACCR)."""

    ADDRESS = "address"
    STREET = "street"
    ZIP = "zip"
    CITY = "city"
    COUNTY = "county"


# So fine a point tells a door, or at least its street; anything coarser is the middle of a ZIP or a town.
STREET_LEVEL = frozenset({Precision.ADDRESS, Precision.STREET})


@dataclass(frozen=True, slots=True)
class Geocode:
    """A point for a text: how precise it is, who says so, and a label a person can check."""

    point: Point
    precision: Precision
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about an answer; `code` is stable, `text` is a plain sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to ask for instead: `near` is understood when it is sent back."""

    label: str
    near: str
    kind: str
    lat: float
    lon: float
    county: str
    state: str
    zip: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a person asked, and the geocode that distances are measured from.

    `kind` is zip, town, county, point or address. `reach_miles`: nobody in the ZIP is farther than this from the point;
    None where that is not known. `zip_area` is the ZIP whose outline (store/zip_areas.py) the person is in, None where
    none is loaded. `alternatives` are other places of the same name.
    """

    asked: str
    kind: str
    geocode: Geocode
    in_area: bool
    reach_miles: float | None = None
    zip_area: str | None = None
    alternatives: tuple[Suggestion, ...] = ()
    notices: tuple[Notice, ...] = ()
