"""Reads untrusted XML within limits: no document type, no deep nesting, no endless tag, a little at a time."""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from locator.importing.files.errors import FileTooLarge
from locator.importing.files.refusals import refused

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
