"""ZIP areas from GeoJSON, read one at a time: the file may be larger than memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from locator.reference.area_files import IN_DEGREES, Advance, AreaFile, Feature, UnreadableAreas

# Neither one area nor what comes before the first one is ever this large: Alaska's largest area has 10 MB.
_LARGEST_FEATURE = 64 * 2**20
# CRS84 is longitude and latitude on WGS 84, CRS83 on NAD 83; the two are the same within 2 m.
_KNOWN_SYSTEMS = re.compile(r"(?i).*(CRS84|CRS83|EPSG:[0-9.]*:?(4326|4269))")
_MARK = b"\xef\xbb\xbf"  # some editors begin UTF-8 with it


@contextmanager
def open_geojson(path: Path) -> Iterator[AreaFile]:
    """Open a FeatureCollection; raises UnreadableAreas, also later, while its features are read."""
    with path.open("rb") as file:
        source = _Source(file)
        _require_feature_collection(source)
        source.rewind()
        first = next(_features(source), None)
        if first is None:
            raise UnreadableAreas("The GeoJSON has no areas: it needs a FeatureCollection with its features.")

        def features(name: str, advance: Advance) -> Iterator[Feature]:
            source.rewind(advance)
            for number, feature in enumerate(_features(source), start=1):
                yield Feature(number, _properties(feature).get(name), partial(feature.get, "geometry"))

        yield AreaFile(tuple(_properties(first)), path.stat().st_size, features)


class _Source:
    """The bytes of the file, for ijson; it refuses to read without end for one feature."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._since_feature = 0
        self._advance: Advance | None = None

    def rewind(self, advance: Advance | None = None) -> None:
        self._file.seek(0)
        if self._file.read(len(_MARK)) != _MARK:
            self._file.seek(0)
        self._since_feature, self._advance = 0, advance

    def read(self, size: int) -> bytes:
        found = self._file.read(size)
        self._since_feature += len(found)
        if self._since_feature > _LARGEST_FEATURE:
            raise UnreadableAreas("One feature of the GeoJSON is larger than 64 MB. No ZIP area is.")
        if self._advance:
            self._advance(len(found))
        return found

    def feature_read(self) -> None:
        self._since_feature = 0


def _features(source: _Source) -> Iterator[dict[str, Any]]:
    try:
        for feature in ijson.items(source, "features.item", use_float=True):
            source.feature_read()
            if not isinstance(feature, dict):
                raise UnreadableAreas("One of the GeoJSON's features is not a feature.")
            yield feature
    except (ijson.JSONError, UnicodeDecodeError, OverflowError) as error:
        raise _not_json() from error


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _require_feature_collection(source: _Source) -> None:
    """Check what comes before the features: the type, and the coordinate system (only before RFC 7946)."""
    source.rewind()
    try:
        for prefix, event, value in ijson.parse(source):
            if prefix == "features" and event == "start_array":
                return
            if prefix == "type" and value != "FeatureCollection":
                raise UnreadableAreas("The GeoJSON is not a FeatureCollection: it needs one feature for each area.")
            if prefix == "crs.properties.name" and not _KNOWN_SYSTEMS.fullmatch(str(value)):
                raise UnreadableAreas(f"The GeoJSON is in the coordinate system “{str(value)[:80]}”. {IN_DEGREES}.")
    except (ijson.JSONError, UnicodeDecodeError, OverflowError) as error:
        raise _not_json() from error
    raise UnreadableAreas("The GeoJSON has no areas: it needs a FeatureCollection with its features.")


def _not_json() -> UnreadableAreas:
    return UnreadableAreas("The file is not GeoJSON, or it is damaged or incomplete. Download it again.")
