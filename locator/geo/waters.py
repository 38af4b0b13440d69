"""The waters around and in Wisconsin, as `seed/build_waters.py` made them from public outlines, for the map.

seed/README.md has their sources.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from locator.geo.lines import Lines, lines_of
from locator.geo.mercator import project_all

_FILE = Path(__file__).with_name("waters.geojson")

# In map units: a river that is the border lies within 3 miles of it, since its source is less exact.
_BESIDE_RIVER = 45.0
# A lake is long if it is this many times as long as wide; its name is at the middle, or these parts of it aside.
_LONG, _ALONG = 1.6, (0.0, 0.2, -0.2)


@dataclass(frozen=True, slots=True)
class LakeName:
    """Where a lake's name has room, in map units: its middle, how long it may be, and its angle in degrees."""

    name: str
    spot: tuple[float, float]
    room: float
    angle: int


@dataclass(frozen=True, slots=True)
class Waters:
    """The waters in map units, and the borders between the states beyond them."""

    great_lakes: Lines
    lakes: Lines
    rivers: Lines
    borders: Lines
    lake_names: tuple[LakeName, ...]


def waters_around(land: Lines) -> Waters:
    """Return the waters around and in Wisconsin; rivers that are its border run on the edge of its `land`."""
    lakes = shapes_of_waters("lake")
    return Waters(
        great_lakes=lines_of(shapes_of_waters("great lake").values()),
        lakes=lines_of(lakes.values()),
        rivers=lines_of([*shapes_of_waters("river").values(), *_border_rivers(land)]),
        borders=lines_of(shapes_of_waters("border").values()),
        lake_names=tuple(each for name, lake in lakes.items() for each in _names_of(name, lake)),
    )


@cache
def shapes_of_waters(kind: str) -> dict[str, BaseGeometry]:
    """Return the waters of a kind by name, in map units: "great lake", "lake", "river", "border river", or "border"."""
    return {
        each["properties"]["name"]: shapely.transform(shape(each["geometry"]), project_all)
        for each in json.loads(_FILE.read_text("utf-8"))["features"]
        if each["properties"]["kind"] == kind
    }


def _border_rivers(land: Lines) -> list[BaseGeometry]:
    """Return the rivers that are Wisconsin's border, drawn on it where they are, so that no line is seen twice."""
    rivers = shapes_of_waters("border river").values()
    if not land:
        return list(rivers)
    edge = shapely.union_all([shapely.LinearRing(ring) for ring in land])
    found = [edge.intersection(river.buffer(_BESIDE_RIVER)) for river in rivers]
    found += [river.difference(edge.buffer(_BESIDE_RIVER)) for river in rivers]
    return [shapely.line_merge(each) if isinstance(each, shapely.MultiLineString) else each for each in found]


def _names_of(name: str, lake: BaseGeometry) -> list[LakeName]:
    """Return where a lake's name may be: along a long lake, at its middle or beside it; across a round one."""
    largest = max(shapely.get_parts(lake), key=lambda part: part.area)
    x, y = shapely.maximum_inscribed_circle(largest).coords[0]
    corner, *others = shapely.minimum_rotated_rectangle(largest).exterior.coords[:4]
    (long, across, down), (short, *_) = sorted(
        ((math.dist(corner, other), other[0] - corner[0], other[1] - corner[1]) for other in (others[0], others[2])),
        reverse=True,
    )
    if long < _LONG * short:
        left, _, right, _ = largest.bounds
        return [LakeName(name, (x, y), right - left, 0)]
    # Nobody reads a name upside down.
    angle = round((math.degrees(math.atan2(down, across)) + 90) % 180 - 90)
    spots = [(x + part * across, y + part * down) for part in _ALONG]
    return [LakeName(name, spot, long, angle) for spot in spots if largest.contains(shapely.Point(spot))]
