"""The story of one loading: which file it is, whether it is new, its areas of Wisconsin, and what that changed."""

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
    """What came of a file. `since`: it was loaded then already, and nothing was done."""

    name: str
    since: datetime | None = None
    loaded: Loaded | None = None
    left_out: int = 0
    without_zip: int = 0


def load_areas(path: Path, *, zip_name: str | None, database: Database, progress: Progress) -> Loading:
    """Bring the ZIP areas to those of the Census file at `path`, Wisconsin's alone: all of them, or nothing.

    `zip_name` is the property that holds the ZIP, where it has no name we know. The file a second time changes nothing.
    Raises UnreadableAreas, AreasAstray, NoArea or NoZips.
    """
    try:
        sha256 = _sha256(path, progress)
        # Another property may give other areas.
        since = loaded_from(database, sha256) if zip_name is None else None
        if since is not None:
            return Loading(path.name, since=since)
        with _opened(path, progress) as file:
            wanted = _Wanted(file, zip_property(file, zip_name), home_zips(database))
            with progress.stage("Loading the areas of Wisconsin", total=file.total) as advance:
                loaded = replace_areas(database, wanted.areas(advance), sha256=sha256)
    except OSError as error:
        raise _no_file(error) from error
    return Loading(path.name, loaded=loaded, left_out=wanted.left_out, without_zip=wanted.without_zip)


@dataclass(slots=True)
class _Wanted:
    """The areas of a file that we keep, and a count of the others."""

    file: AreaFile
    name: str
    zips: frozenset[str]
    left_out: int = 0
    without_zip: int = 0
    _seen: set[str] = field(default_factory=set)

    def areas(self, advance: Advance) -> Iterator[tuple[str, Polygons]]:
        """Give each area of a ZIP of ours; raises UnreadableAreas where there is none, or one comes twice."""
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
                f"The property “{self.name}” holds no ZIPs. The areas have: {listed(self.file)}."
                " Name the right one with --zip-property."
            )
        if not self._seen:
            raise UnreadableAreas(f"The file has no area of a ZIP of Wisconsin, only others: {self.left_out:,}.")


def _sha256(path: Path, progress: Progress) -> str:
    if path.is_dir():
        raise UnreadableAreas("This is a folder. Give the zip file of the shapefile, or a GeoJSON file.")
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
    """Open the file by what it is, whatever its name says."""
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK"):
        return open_shapefile(path, progress)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_geojson(path)
    if start.startswith(b"\x00\x00\x27\x0a"):
        raise UnreadableAreas("This is one file of a shapefile. Give the zip file that holds all of them.")
    raise UnreadableAreas("The file is neither a zipped shapefile nor GeoJSON.")


def _no_file(error: OSError) -> UnreadableAreas:
    if error.errno == errno.ENOENT:
        return UnreadableAreas("There is no such file.")
    if error.errno == errno.ENOSPC:
        return UnreadableAreas("The disk is full: unpacking takes about 1 GB in the system's temporary folder.")
    return UnreadableAreas(f"The file cannot be read: {error.strerror or 'the system refuses'}.")
