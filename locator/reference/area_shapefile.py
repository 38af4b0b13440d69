"""ZIP areas from a zipped shapefile, as the Census publishes them."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO

import shapefile

from locator.reference.area_files import IN_DEGREES, Advance, AreaFile, Feature, Progress, UnreadableAreas

# The files of a shapefile that we read, and how large each may be. The whole United States in full detail: 0.9 GB.
_PARTS = {".shp": 2**31, ".dbf": 2**29, ".prj": 2**16}
# Zipping halves outlines and shrinks tables to a twentieth; a file that shrinks much more was made to fill a disk.
_LARGEST_RATIO = 100
_MOST_MEMBERS = 1000
_BLOCK = 2**20
_LARGEST_RECORD = 64 * 2**20  # the outline of one area
_HEADER_BYTES = 100
_POLYGONS = (shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM)
_DAMAGED = (
    shapefile.ShapefileException, shapefile.GeoJSON_Error, shapefile.RingSamplingError, struct.error, ValueError,
    IndexError, KeyError, TypeError, AssertionError, ZeroDivisionError,
)  # fmt: skip
_NORTH_AMERICAN_1983 = r"d?northamerican(datum)?(of)?1983|nad83"
_WORLD_1984 = r"d?wgs(1984|84)|worldgeodeticsystem1984"


@contextmanager
def open_shapefile(path: Path, progress: Progress) -> Iterator[AreaFile]:
    """Unpack a zipped shapefile and open it. Raises UnreadableAreas, also while its features are read."""
    with TemporaryDirectory(prefix="locator-areas-") as folder:
        parts = _unpack(path, Path(folder), progress)
        if ".prj" in parts:
            _require_degrees(parts[".prj"].read_text(encoding="utf-8", errors="replace"))
        with parts[".shp"].open("rb") as shp, parts[".dbf"].open("rb") as dbf:
            count = _count_records(shp, parts[".shp"].stat().st_size)
            try:
                # Without the .shx file: _count_records has checked in the .shp where each shape begins.
                reader = shapefile.Reader(shp=shp, dbf=dbf, encoding="latin-1")
            except _DAMAGED as error:
                raise _damaged() from error
            if reader.shapeType not in _POLYGONS:
                raise UnreadableAreas("The shapefile has no polygons, so it has no areas.")
            if reader.numRecords != count:
                raise _damaged()
            names = [field.name for field in reader.fields if field.name != "DeletionFlag"]

            def features(name: str, advance: Advance) -> Iterator[Feature]:
                return _features(reader, name, advance)

            yield AreaFile(names, count, features)


def _features(reader: Any, name: str, advance: Advance) -> Iterator[Feature]:
    records = reader.iterRecords(fields=[name])
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except _DAMAGED as error:
            raise _damaged() from error
        advance(1)
        yield Feature(record.oid + 1, record[0], partial(_geometry, reader, record.oid))


def _geometry(reader: Any, number: int) -> Any:
    try:
        shape = reader.shape(number)
        return None if shape.shapeType == shapefile.NULL else _plain(shape.__geo_interface__)
    except _DAMAGED as error:
        raise _damaged() from error


def _plain(geometry: Any) -> dict[str, Any]:
    return {"type": geometry["type"], "coordinates": list(geometry["coordinates"])}


def _unpack(path: Path, folder: Path, progress: Progress) -> dict[str, Path]:
    """Unpack the files that we read. Raises UnreadableAreas if the zip lacks one, or was made to do harm."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            total = sum(member.file_size for member in members.values())
            with progress.stage("Unpacking", total=total) as advance:
                parts = {}
                for suffix, member in members.items():
                    parts[suffix] = folder / f"areas{suffix}"
                    with archive.open(member) as packed, parts[suffix].open("wb") as unpacked:
                        _copy(packed, unpacked, member, advance)
                return parts
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise UnreadableAreas("The zip file is damaged or incomplete. Download it again.") from error
    except NotImplementedError as error:
        raise UnreadableAreas("The zip file uses an unknown compression. Zip it again.") from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > _MOST_MEMBERS:
        raise UnreadableAreas(f"The zip file has more than {_MOST_MEMBERS} files. Use the one of the ZIP areas.")
    named = {entry.filename: entry for entry in entries if "__MACOSX/" not in entry.filename}
    shapes = [name for name in named if name.lower().endswith(".shp")]
    if len(shapes) != 1:
        count = "no shapefile (.shp)" if not shapes else f"{len(shapes)} shapefiles"
        raise UnreadableAreas(f"The zip file has {count}. Use the zip of the ZIP areas as the Census publishes it.")
    stem = shapes[0][: -len(".shp")].lower()
    members = {}
    for suffix, most in _PARTS.items():
        member = next((entry for name, entry in named.items() if name.lower() == stem + suffix), None)
        if member is None and suffix != ".prj":
            raise UnreadableAreas(f"The zip file lacks the {suffix} file of its shapefile.")
        if member is not None:
            if member.flag_bits & 0x1:
                raise UnreadableAreas("The zip file has a password. Remove the password first.")
            if member.file_size > min(most, _LARGEST_RATIO * member.compress_size + _BLOCK):
                raise _too_large(suffix)
            members[suffix] = member
    return members


def _copy(packed: IO[bytes], unpacked: IO[bytes], member: zipfile.ZipInfo, advance: Advance) -> None:
    size = 0
    while block := packed.read(_BLOCK):
        size += len(block)
        if size > member.file_size:  # a zip file may lie about its sizes
            raise _too_large(Path(member.filename).suffix)
        unpacked.write(block)
        advance(len(block))


def _count_records(shp: BinaryIO, size: int) -> int:
    """Count the shapes by their headers, and check that each is inside the file: the reader trusts the headers."""
    header = shp.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or struct.unpack(">i", header[:4])[0] != 9994:
        raise UnreadableAreas("The .shp file in the zip is not a shapefile.")
    if 2 * struct.unpack(">i", header[24:28])[0] != size:
        raise _damaged()
    count, position = 0, _HEADER_BYTES
    while position < size:
        shp.seek(position)
        words = shp.read(8)
        length = 2 * struct.unpack(">2i", words)[1] if len(words) == 8 else -1
        position += 8 + length
        if not 4 <= length <= _LARGEST_RECORD or position > size:
            raise _damaged()
        count += 1
    shp.seek(0)
    return count


def _require_degrees(projection: str) -> None:
    """Raise UnreadableAreas unless a .prj (WKT) says degrees on NAD 83 or WGS 84, which are the same within 2 m."""
    name = re.search(r'"([^"]*)"', projection)
    system = f"The shapefile is in the coordinate system “{name[1][:80] if name else '?'}”. {IN_DEGREES}."
    if not re.match(r"\s*(GEOGCS|GEOGCRS|GEODCRS|GEOGRAPHICCRS)\s*\[", projection, re.IGNORECASE):
        raise UnreadableAreas(system)
    datum = re.search(r'(?:DATUM|ENSEMBLE)\s*\[\s*"([^"]*)"', projection, re.IGNORECASE)
    letters = re.sub("[^a-z0-9]", "", datum[1].lower()) if datum else ""
    if not re.match(f"{_NORTH_AMERICAN_1983}|{_WORLD_1984}", letters):
        raise UnreadableAreas(system)
    if not re.search(r'UNIT\s*\[\s*"Degree"', projection, re.IGNORECASE):
        raise UnreadableAreas(system)


def _too_large(suffix: str) -> UnreadableAreas:
    return UnreadableAreas(f"The {suffix} file in the zip is larger than that of any file of ZIP areas.")


def _damaged() -> UnreadableAreas:
    return UnreadableAreas("The shapefile in the zip is damaged. Download it again.")
