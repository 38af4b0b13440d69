"""A file of ZIP areas, whichever its format, and how its features are read and checked."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from locator.errors import LocatorError
from locator.store.zip_areas import Polygons

Advance = Callable[[int], None]

# The Census names the property by the year of the areas: ZCTA5CE20, ZCTA5CE10; GEOID20 says the same.
_ZIP_PROPERTIES = (r"ZCTA5(CE\d\d)?", r"ZCTA", r"GEOID\d*", r"ZIP(_?CODE)?", r"ZIP5")
_DEGREES = (180.0, 90.0)
_SHOWN = 40


class UnreadableAreas(LocatorError):
    """The file cannot be read as ZIP areas; the sentence says what to do. Nothing was changed."""

    def __init__(self, sentence: str):
        super().__init__(f"{sentence} Nothing was changed.")


class Progress(Protocol):
    """Shows a person the progress of a loading."""

    def stage(self, title: str, *, total: int) -> AbstractContextManager[Advance]:
        """Show a stage for as long as the block; it advances by parts of `total`."""
        ...


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of the file: its number from 1, the value of its ZIP property, and its GeoJSON geometry."""

    number: int
    value: object
    geometry: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class AreaFile:
    """An open file. `features` takes the name of the ZIP property, and advances by parts of `total` as it reads."""

    properties: Sequence[str]
    total: int
    features: Callable[[str, Advance], Iterator[Feature]]


def zip_property(file: AreaFile, name: str | None) -> str:
    """Return the property with the ZIP: the one with this name, or else the one with a name of the Census."""
    patterns = (re.escape(name),) if name else _ZIP_PROPERTIES
    for pattern in patterns:
        for known in file.properties:
            if re.fullmatch(pattern, known, re.IGNORECASE | re.ASCII):
                return known
    missing = f"no property “{name}”" if name else "no property that we know as ZIPs"
    raise UnreadableAreas(f"The areas have {missing}. They have: {listed(file)}. Choose one with --zip-property.")


def listed(file: AreaFile) -> str:
    """Return the names of a file's properties, as a list in a sentence."""
    more = ", ..." if len(file.properties) > _SHOWN else ""
    return ", ".join(file.properties[:_SHOWN]) + more if file.properties else "none"


def zip_of(value: object) -> str | None:
    """Return the five digits of a property's value; None if it is not a ZIP."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 99999:
        return f"{value:05d}"
    if isinstance(value, str) and re.fullmatch("[0-9]{5}", value.strip()):
        return value.strip()
    return None


def polygons_of(feature: Feature, digits: str) -> Polygons:
    """Return the outline of a feature, checked: closed rings of degrees. Raises UnreadableAreas."""
    try:
        polygons = list(_polygons(feature.geometry()))
    except _Unusable as error:
        raise UnreadableAreas(f"The outline of ZIP {digits} (number {feature.number} of the file) {error}.") from None
    if not polygons:
        raise UnreadableAreas(f"ZIP {digits} (number {feature.number} of the file) has no outline.")
    return polygons


class _Unusable(Exception):
    """What is wrong with an outline, as the end of a sentence."""


def _polygons(geometry: Any) -> Iterator[list[list[tuple[float, float]]]]:
    match geometry:
        case None:
            return
        case {"type": "Polygon", "coordinates": list(rings)}:
            polygons: Iterable[Any] = [rings] if rings else []
        case {"type": "MultiPolygon", "coordinates": list(polygons)}:
            pass
        case {"type": str(other)} if other not in ("Polygon", "MultiPolygon"):
            raise _Unusable("is not a polygon: the file has points or lines instead of areas")
        case _:
            raise _Unusable("is not written as a polygon")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise _Unusable("is not written as a polygon")
        yield [_ring(ring) for ring in polygon]


def _ring(ring: Any) -> list[tuple[float, float]]:
    try:
        points = [(float(lon), float(lat)) for lon, lat, *_ in ring]
    except (TypeError, ValueError):
        raise _Unusable("is not written as a polygon") from None
    if len(points) < 4 or points[0] != points[-1]:
        raise _Unusable("has a ring that is not closed")
    for point in points:
        if not all(math.isfinite(value) and abs(value) <= most for value, most in zip(point, _DEGREES, strict=True)):
            raise _Unusable(f"has coordinates that are not degrees. {IN_DEGREES}")
    return points


IN_DEGREES = (
    "Degrees on NAD 83 or WGS 84 are needed, which the Census uses. GDAL converts a file to them:"
    " `ogr2ogr -t_srs EPSG:4326 areas.geojson FILE`"
)
