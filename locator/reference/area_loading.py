"""Loading ZIP areas: whether the file is new, which of its areas are in Wisconsin, and what they change."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from locator.reference.area_files import (
    Advance,
    AreaFile,
    Progress,
    UnreadableAreas,
    listed,
    polygons_of,
    zip_of,
    zip_property,
)
from locator.reference.area_geojson import open_geojson
from locator.reference.area_shapefile import open_shapefile
from locator.store.database import Database
from locator.store.zip_areas import Loaded, Polygons, home_zips, loaded_from, replace_areas

_LARGEST_FILE = 4 * 2**30
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Loading:
    """The outcome of loading a file. `since` is set if it had been loaded before, so that nothing was done."""

    name: str
    since: datetime | None = None
    loaded: Loaded | None = None
    left_out: int = 0
    without_zip: int = 0


def load_areas(path: Path, *, zip_name: str | None, database: Database, progress: Progress) -> Loading:
    """Replace the ZIP areas by those of the Census file at `path`, as far as they are in Wisconsin: all or nothing.

    `zip_name` is the property with the ZIP, if it has none of the known names. Loading a file again changes nothing.
    Raises UnreadableAreas, AreasAstray, NoArea or NoZips.
    """
    try:
        sha256 = _sha256(path, progress)
        # With another property, the same file may have other areas.
        since = loaded_from(database, sha256) if zip_name is None else None
        if since is not None:
            return Loading(path.name, since=since)
        with _opened(path, progress) as file:
            selection = _Selection(file, zip_property(file, zip_name), home_zips(database))
            with progress.stage("Loading the areas of Wisconsin", total=file.total) as advance:
                loaded = replace_areas(database, selection.areas(advance), sha256=sha256)
    except OSError as error:
        raise _no_file(error) from error
    return Loading(path.name, loaded=loaded, left_out=selection.left_out, without_zip=selection.without_zip)


@dataclass(slots=True)
class _Selection:
    """The areas of a file that are loaded, and how many are not."""

    file: AreaFile
    name: str
    zips: frozenset[str]
    left_out: int = 0
    without_zip: int = 0
    _seen: set[str] = field(default_factory=set)

    def areas(self, advance: Advance) -> Iterator[tuple[str, Polygons]]:
        """Return the area of each of our ZIPs. Raises UnreadableAreas if there is none, or one is there twice."""
        for feature in self.file.features(self.name, advance):
            digits = zip_of(feature.value)
            if digits is None:
                self.without_zip += 1
            elif digits not in self.zips:
                self.left_out += 1
            elif digits in self._seen:
                raise UnreadableAreas(f"ZIP {digits} is in the file twice. Join the parts of each area first.")
            else:
                self._seen.add(digits)
                yield digits, polygons_of(feature, digits)
        if not self._seen and not self.left_out:
            raise UnreadableAreas(
                f"The property “{self.name}” has no ZIPs. The areas have: {listed(self.file)}."
                " Choose the right one with --zip-property."
            )
        if not self._seen:
            raise UnreadableAreas(f"The file has no area of a ZIP of Wisconsin, only {self.left_out:,} others.")


def _sha256(path: Path, progress: Progress) -> str:
    if path.is_dir():
        raise UnreadableAreas("This is a folder. Use the zip file of the shapefile, or a GeoJSON file.")
    size = path.stat().st_size
    if size > _LARGEST_FILE:
        raise UnreadableAreas("The file is larger than 4 GB. No file of ZIP areas is.")
    digest = hashlib.sha256()
    with path.open("rb") as file, progress.stage(f"Reading {path.name}", total=size) as advance:
        while block := file.read(_BLOCK):
            digest.update(block)
            advance(len(block))
    return digest.hexdigest()


def _opened(path: Path, progress: Progress) -> AbstractContextManager[AreaFile]:
    """Open the file by its content, whatever its name."""
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK"):
        return open_shapefile(path, progress)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_geojson(path)
    if start.startswith(b"\x00\x00\x27\x0a"):
        raise UnreadableAreas("This is only one file of a shapefile. Use the zip file with all of them.")
    raise UnreadableAreas("The file is neither a zipped shapefile nor GeoJSON.")


def _no_file(error: OSError) -> UnreadableAreas:
    if error.errno == errno.ENOENT:
        return UnreadableAreas("The file does not exist.")
    if error.errno == errno.ENOSPC:
        return UnreadableAreas("The disk is full: unpacking needs about 1 GB in the system's temporary folder.")
    return UnreadableAreas(f"The file cannot be read: {error.strerror or 'the system refuses'}.")
