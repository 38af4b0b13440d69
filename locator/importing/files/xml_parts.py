"""XML of unknown origin, read in bounds: no document type, no deep nesting, no endless tag, little of it at a time."""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from locator.importing.files.errors import FileTooLarge, UnreadableFile
from locator.importing.files.file_kinds import refused

_CHUNK = 2**14  # what a part holds ready of one chunk may be a thousand times as large
_DEEPEST = 64  # a worksheet nests six deep
# Until a tag is complete, expat reads it from its first byte again with every chunk. The longest real ones are short.
_LONGEST_TAG = 2**19
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class XmlPart:
    """What one part of a workbook says; a subclass takes up the elements it asks for, by their local names."""

    most_elements = 500_000

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0
        self.finished = False  # set where the rest of the part is of no interest

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Some more of the text in the element that is open."""

    def read(self, part: IO[bytes]) -> Iterator[int]:
        """Read the part; gives how many bytes were read, chunk by chunk.

        Raises UnreadableFile or FileTooLarge where it is out of bounds, and whatever expat, zipfile and the subclass
        raise of damage.
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
            raise FileTooLarge("The workbook has more cells or parts than we read. Send it in several files.")
        self.start(local_name(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(local_name(name))


def local_name(name: str) -> str:
    """Give a name without its prefix: some programs write <x:row> where others write <row>."""
    return name.rpartition(":")[2] if ":" in name else name


def unescaped(text: str) -> str:
    """Give a cell's text with `_x000D_` and the like as the characters they stand for (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a pair is no character


def _refuse_document_type(*_declared: object) -> None:
    # Entities that unfold into gigabytes are declared in one; no spreadsheet program writes any.
    raise _document_type()


def _document_type() -> UnreadableFile:
    return refused("unsafe-workbook", "The workbook holds an XML document type, as no spreadsheet program writes it.")
