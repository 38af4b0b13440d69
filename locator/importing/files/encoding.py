"""Which encoding the text of a file is in. All of it is tried before a row is read, so no row fails later."""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

from locator.importing.files.delimited import DelimitedRows, find_delimiter
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.file_kinds import refused
from locator.importing.files.sniffing import chunks_of

_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Of a header in UTF-16, every second byte is zero; what comes behind may be in any script. None is shorter than this.
_HEADER_BYTES = 2 * len("clinic_id")
_UNDECODED = re.compile("[\udc80-\udcff]")  # how "surrogateescape" keeps a byte that is no character


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding as a report names it, and the codec that reads it (a byte order mark is then no part of the text)."""

    name: str
    codec: str


UTF_8 = Encoding("utf-8", "utf-8-sig")
WINDOWS_1252 = Encoding("windows-1252", "cp1252")


@dataclass(frozen=True, slots=True)
class _Undecodable:
    """Some bytes are no text in this encoding; `after_accents`: others before them, beyond ASCII, were."""

    after_accents: bool


def supposed_encoding(head: bytes) -> Encoding:
    """Give the encoding the first bytes suggest: UTF-16 by its mark or its zero bytes, else UTF-8.

    Raises UnreadableFile for UTF-32.
    """
    if head.startswith(_UTF_32):
        raise refused("encoding", "The file is in UTF-32, which we do not read.")
    if head.startswith(_UTF_16):
        return Encoding("utf-16", "utf-16")
    first, second = (set(head[begin:_HEADER_BYTES:2]) for begin in (0, 1))
    if second == {0} and 0 not in first:
        return Encoding("utf-16", "utf-16-le")
    if first == {0} and 0 not in second:
        return Encoding("utf-16", "utf-16-be")
    return UTF_8


def find_encoding(file: BinaryIO, head: bytes) -> Encoding:
    """Give the encoding in which the whole file is text: the one supposed, or Windows-1252 in place of UTF-8.

    Raises UnreadableFile with the row where the text breaks off. A file that is UTF-8 in one row and not in another is
    refused as well: read as Windows-1252, its good rows would be spoiled without a word.
    """
    supposed = supposed_encoding(head)
    broken = _undecodable(file, supposed.codec)
    if broken is None:
        return supposed
    if supposed.name == "utf-16":
        raise refused("encoding", "The file begins as UTF-16 text, but does not go on as such.")
    if broken.after_accents or head.startswith(codecs.BOM_UTF8):
        raise _breaks_off(file, supposed, "is in UTF-8 up to row {}, and in another encoding there.")
    if _undecodable(file, WINDOWS_1252.codec) is not None:
        raise _breaks_off(file, WINDOWS_1252, "is neither UTF-8 nor Windows-1252 text: see row {}.")
    return WINDOWS_1252


def _undecodable(file: BinaryIO, codec: str) -> _Undecodable | None:
    """Try all of the file, in chunks."""
    decoder = codecs.getincrementaldecoder(codec)()
    accents = False
    try:
        for chunk in chunks_of(file):
            accents = not decoder.decode(chunk).isascii() or accents
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return _Undecodable(accents or not error.object[: error.start].isascii())
    return None


def _breaks_off(file: BinaryIO, encoding: Encoding, what: str) -> UnreadableFile:
    delimiter = find_delimiter(file, encoding.codec, errors="surrogateescape")
    rows = DelimitedRows(file, encoding.codec, delimiter, errors="surrogateescape").rows()
    number = next(row.number for row in rows if any(_UNDECODED.search(cell) for cell in row.cells))
    return refused("encoding", f"The file {what.format(number)}")
