"""The archive of XML parts that a workbook is, read only within limits and only if it can do no harm."""

import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO
from xml.parsers import expat

from locator.importing.files.detection import count_of
from locator.importing.files.errors import FileTooLarge, refused

MOST_ENTRIES = 2000
LARGEST_UNPACKED = 200 * 2**20  # bytes
_ENTRY_SIGNATURE = b"PK\x01\x02"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zX")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others are unpacked in one piece, however large
_MOST_RELATIONS = 10_000
# What the libraries raise for a damaged ZIP or XML, even one that was damaged on purpose.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, LookupError, OverflowError,
)  # fmt: skip

_CHUNK = 2**14  # the rows ready from one chunk can be a thousand times as large
_DEEPEST = 64  # a worksheet is nested six deep
# Until a tag is complete, expat parses it again from its first byte with every chunk. Real tags are short.
_LONGEST_TAG = 2**19
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class XmlPart:
    """One part of a workbook; a subclass handles the elements it needs, by their local names."""

    most_elements = 500_000

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0
        self.finished = False  # set if the rest of the part is not needed

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called when an element begins."""

    def end(self, tag: str) -> None:
        """Called when an element ends."""

    def text(self, text: str) -> None:
        """Called with more of the text in the current element."""

    def read(self, part: IO[bytes]) -> Iterator[int]:
        """Read the part, and yield how many bytes have been read after each chunk.

        Raises UnreadableFile or FileTooLarge if it exceeds a limit, and whatever expat, zipfile and the subclass raise
        if it is damaged.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        done = 0
        while not self.finished and (chunk := part.read(_CHUNK)):
            parser.Parse(chunk, False)
            done += len(chunk)
            if done - parser.CurrentByteIndex > _LONGEST_TAG:
                raise refused("damaged-workbook")
            yield done
        if not self.finished:
            parser.Parse(b"", True)
            yield done

    def read_all(self, part: IO[bytes]) -> None:
        """Read the part to its end."""
        for _ in self.read(part):
            pass

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refused("damaged-workbook")
        self._elements += 1
        if self._elements > self.most_elements:
            raise FileTooLarge("The workbook has more cells or parts than we can read. Split it into several files.")
        self.start(local_name(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(local_name(name))


def local_name(name: str) -> str:
    """Return a name without its prefix: some programs write <x:row> instead of <row>."""
    return name.rpartition(":")[2] if ":" in name else name


def unescaped(text: str) -> str:
    """Return a cell's text with `_x000D_` and the like replaced by their characters (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a surrogate pair is not a character


def _refuse_document_type(*_declared: object) -> None:
    # A document type can declare entities that expand to gigabytes; no spreadsheet program writes one.
    raise refused("unsafe-workbook", "The workbook has an XML document type, which no spreadsheet program writes.")


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn the many errors of the libraries into one: UnreadableFile, "damaged-workbook"."""
    try:
        yield
    except _DAMAGE as error:
        raise refused("damaged-workbook") from error


class Relations(XmlPart):
    """What a part refers to: `targets` by ID, each with the last word of its type and its path in the package."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        if len(self.targets) >= _MOST_RELATIONS:
            raise refused("damaged-workbook")
        path = posixpath.normpath(posixpath.join("/", self._folder, attributes["Target"])).lstrip("/")
        self.targets[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], path)

    def of_type(self, name: str) -> str | None:
        return next((path for kind, path in self.targets.values() if kind == name), None)


class Package:
    """The parts of a workbook. Raises FileTooLarge or UnreadableFile before anything is unpacked."""

    def __init__(self, file: BinaryIO):
        # zipfile creates an object for every entry, so count them first.
        if count_of(file, _ENTRY_SIGNATURE) > MOST_ENTRIES:
            raise FileTooLarge(f"The workbook has more than {MOST_ENTRIES:,} parts.")
        with refusing_damage():
            self._archive = zipfile.ZipFile(file)
            entries = self._archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise FileTooLarge(f"The workbook unpacks to more than {LARGEST_UNPACKED // 2**20} MB.")
            for entry in entries:
                self._check(entry)
        self._entries = {entry.filename.lower(): entry for entry in entries}

    def has(self, path: str) -> bool:
        return path.lower() in self._entries

    def has_any_under(self, folder: str) -> bool:
        return any(path.startswith(folder) for path in self._entries)

    def size_of(self, path: str) -> int:
        """Return a part's unpacked size in bytes; the archive never returns more of it."""
        return self._entries[path.lower()].file_size

    def open(self, path: str) -> IO[bytes]:
        return self._archive.open(self._entries[path.lower()])

    def read_into(self, part: XmlPart, path: str | None) -> None:
        """Read the part at `path`, if there is one."""
        if path is not None and self.has(path):
            with self.open(path) as packed:
                part.read_all(packed)

    def relations_of(self, path: str) -> Relations:
        """Return what the part at `path` refers to; for "", what the whole package refers to."""
        folder, name = posixpath.split(path)
        relations = Relations(folder)
        self.read_into(relations, posixpath.join(folder, "_rels", f"{name}.rels"))
        return relations

    def _check(self, entry: zipfile.ZipInfo) -> None:
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0]:
            raise refused("unsafe-workbook", "The workbook contains a path that leads out of it.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise refused("unsafe-workbook", "The workbook contains a link.")
        if entry.flag_bits & 0x1:
            raise refused("password-protected")
        if entry.compress_type not in _METHODS:
            raise refused("damaged-workbook")
        with self._archive.open(entry) as packed:
            if packed.read(8).startswith(_ARCHIVES):
                raise refused("unsafe-workbook", "The workbook contains another archive.")
