"""Build `locator/geo/waters.geojson`, the waters that the map shows, from public outlines.

    python seed/build_waters.py ATLAS NATURAL_EARTH ZIP_AREAS

ATLAS is `states-10m.json` of the npm package us-atlas: the shores of the Great Lakes, as they bound the states, and the
borders between states. NATURAL_EARTH is a folder with its 1:10m `ne_10m_lakes.json`, `ne_10m_lakes_north_america.json`,
`ne_10m_rivers_lake_centerlines.json` and `ne_10m_rivers_north_america.json`: rivers, most lakes, and the Canadian
shore. ZIP_AREAS is a GeoJSON file of the Census Bureau's ZIP areas of Wisconsin, which leave out the largest lakes: it
has their shores in far more detail. README.md has the licenses.
"""

import json
import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

OUTPUT = Path(__file__).parents[1] / "locator" / "geo" / "waters.geojson"
STATE = Path(__file__).with_name("state.geojson")

SOURCE = (
    "us-atlas 3.0.1: Census boundaries of 2017 (shores of the Great Lakes, borders); Natural Earth 1:10m (rivers,"
    " smaller lakes, the Canadian shore); U.S. Census 2020 ZCTAs (the largest lakes, which they leave out)"
)
LICENSE = (
    "us-atlas: Copyright 2013-2019 Michael Bostock. Permission to use, copy, modify, and/or distribute this software"
    " for any purpose with or without fee is hereby granted, provided that the above copyright notice and this"
    " permission notice appear in all copies. The data of the Census Bureau and of Natural Earth are in the public"
    " domain."
)

# What a map can show: it may be moved until Wisconsin is at its edge.
WINDOW = shapely.box(-93.6, 41.0, -82.6, 49.1)
WISCONSIN = "Wisconsin"
AROUND = ("Minnesota", "Iowa", "Illinois", "Indiana", "Michigan", "Ohio")
GREAT_LAKES = ("Lake Superior", "Lake Michigan", "Lake Huron")
# A point in each lake that the ZIP areas leave out, as (lon, lat).
LARGEST = {
    "Lake Winnebago": (-88.42, 44.0),
    "Lake Mendota": (-89.42, 43.11),
    "Lake Monona": (-89.36, 43.065),
    "Lake Poygan": (-88.83, 44.15),
}
# Rivers that are Wisconsin's border, where they are: the map draws them on it.
BORDER_RIVERS = ("Mississippi", "St. Croix", "Menominee", "Brule", "St. Louis")
RIVERS = (*BORDER_RIVERS, "Wisconsin", "Fox", "Wolf", "Chippewa", "Flambeau", "Black", "Rock", "Red Cedar", "Peshtigo")

# In degrees, some 1,100 feet and 1 mile: what nobody can see on a map of the surroundings, and on one of the state.
FINE, COARSE = 0.002, 0.012
# The Great Lakes go on under Wisconsin, whose outline lies over them, and up to the shore of the other states.
UNDER_LAND = 0.12


def main(atlas: Path, natural_earth: Path, zip_areas: Path) -> None:
    states = states_of(json.loads(atlas.read_text("utf-8")))
    lakes, rivers = lakes_of(natural_earth), rivers_of(natural_earth)
    wisconsin = shape(json.loads(STATE.read_text("utf-8"))["features"][0]["geometry"])
    inland = inland_lakes(lakes, wisconsin, json.loads(zip_areas.read_text("utf-8")))
    features = [
        *(feature("great lake", name, great_lake(lakes[name], states, wisconsin)) for name in GREAT_LAKES),
        *(feature("lake", name, each) for name, each in inland.items()),
        *(feature("border river" if name in BORDER_RIVERS else "river", name, each)
          for name, each in rivers_near(rivers, wisconsin, inland).items()),
        feature("border", "between other states", borders(states)),
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in features)
    about = json.dumps({"source": SOURCE, "license": LICENSE})[1:-1]
    OUTPUT.write_text(f'{{"type":"FeatureCollection",{about},"features":[\n{lines}\n]}}\n', "utf-8")


def states_of(topology: dict[str, Any]) -> dict[str, BaseGeometry]:
    """Return the outlines of Wisconsin and the states around it from a TopoJSON file."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        corners = []
        for across, up in arc:
            x, y = x + across, y + up
            corners.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(corners)

    def ring(indexes: list[int]) -> list[tuple[float, float]]:
        corners: list[tuple[float, float]] = []
        for index in indexes:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            corners += arc[1:] if corners else arc
        return corners

    found = {}
    for each in topology["objects"]["states"]["geometries"]:
        if each["properties"]["name"] in (WISCONSIN, *AROUND):
            parts = each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]]
            polygons = [shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in parts]
            found[each["properties"]["name"]] = shapely.union_all([polygon.buffer(0) for polygon in polygons])
    return found


def lakes_of(folder: Path) -> dict[str, BaseGeometry]:
    return named(features_of(folder, "ne_10m_lakes.json", "ne_10m_lakes_north_america.json"))


def rivers_of(folder: Path) -> dict[str, BaseGeometry]:
    return named(features_of(folder, "ne_10m_rivers_lake_centerlines.json", "ne_10m_rivers_north_america.json"))


def features_of(folder: Path, *names: str) -> Iterable[dict[str, Any]]:
    for name in names:
        yield from json.loads((folder / name).read_text("utf-8"))["features"]


def named(features: Iterable[dict[str, Any]]) -> dict[str, BaseGeometry]:
    """Return the shapes within the window by their name; those of one name together."""
    parts: dict[str, list[BaseGeometry]] = {}
    for each in features:
        geometry = shape(each["geometry"]) if each["geometry"] else None
        if geometry and each["properties"]["name"] and geometry.intersects(WINDOW):
            parts.setdefault(each["properties"]["name"], []).append(geometry)
    return {name: shapely.union_all(each) for name, each in parts.items()}


def great_lake(lake: BaseGeometry, states: dict[str, BaseGeometry], wisconsin: BaseGeometry) -> BaseGeometry:
    """Return a Great Lake up to the shores of the states; finer where it is near Wisconsin."""
    others = shapely.union_all([each for name, each in states.items() if name != WISCONSIN])
    everything = shapely.union_all([others, wisconsin])
    water = lake.union(lake.buffer(UNDER_LAND).intersection(everything.buffer(0.06))).difference(others)
    near = wisconsin.buffer(0.7)
    fine, coarse = (water.simplify(tolerance) for tolerance in (FINE, COARSE))
    both = shapely.union_all([fine.intersection(near), coarse.difference(near)]).intersection(WINDOW)
    return without_specks(both, 0.002)


def inland_lakes(
    lakes: dict[str, BaseGeometry], wisconsin: BaseGeometry, zip_areas: dict[str, Any]
) -> dict[str, BaseGeometry]:
    """Return the lakes within Wisconsin by name, the largest first."""
    covered = shapely.union_all([shape(each["geometry"]).buffer(0) for each in zip_areas["features"]])
    left_out = shapely.get_parts(wisconsin.difference(covered))
    found = {name: each for name, each in lakes.items() if wisconsin.contains(each.representative_point())}
    for name, place in LARGEST.items():
        lake = next(part for part in left_out if part.contains(shapely.Point(place)))
        # Canals and marshes along the shore are no lake.
        found[name] = lake.buffer(-FINE / 2).buffer(FINE / 2)
    simple = {name: without_specks(each.simplify(FINE / 4), 0.0002) for name, each in found.items()}
    return dict(sorted(simple.items(), key=lambda each: -each[1].area))


def rivers_near(
    rivers: dict[str, BaseGeometry], wisconsin: BaseGeometry, lakes: dict[str, BaseGeometry]
) -> dict[str, BaseGeometry]:
    """Return the rivers of Wisconsin by name, without their way through lakes."""
    here = wisconsin.buffer(0.25)
    water = shapely.union_all(list(lakes.values()))
    found = {}
    for name in RIVERS:
        line = shapely.line_merge(shapely.union_all([rivers[name].intersection(here).difference(water)]))
        long_enough = [part for part in shapely.get_parts(line) if part.length > 0.02]
        found[name] = shapely.MultiLineString(long_enough).simplify(FINE)
    return found


def borders(states: dict[str, BaseGeometry]) -> BaseGeometry:
    """Return the lines between the states around Wisconsin."""
    shared = [
        shapely.intersection(shapely.boundary(states[one]), shapely.boundary(states[other]))
        for one, other in combinations(AROUND, 2)
    ]
    lines = [part for each in shared for part in shapely.get_parts(each) if isinstance(part, shapely.LineString)]
    return shapely.line_merge(shapely.union_all(lines)).simplify(COARSE / 2).intersection(WINDOW)


def without_specks(geometry: BaseGeometry, least: float) -> BaseGeometry:
    """Return polygons without parts and islands smaller than `least` square degrees."""
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(
        [
            shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= least])
            for part in polygons
            if part.area >= least
        ]
    )


def feature(kind: str, name: str, geometry: BaseGeometry) -> dict[str, Any]:
    rounded = shapely.set_precision(geometry, 0.0005)
    outline = mapping(shapely.transform(rounded, lambda corners: corners.round(4)))
    return {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": outline}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
