"""The encoding of a text file. All of it is decoded before a row is read, so that no row fails later."""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

from locator.importing.files.delimited import DelimitedRows, find_delimiter
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.refusals import refused
from locator.importing.files.sniffing import chunks_of

_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# In a UTF-16 header, every second byte is zero; the rows after it can be in any script. No header is shorter than this.
_HEADER_BYTES = 2 * len("clinic_id")
_UNDECODED = re.compile("[\udc80-\udcff]")  # how "surrogateescape" keeps a byte that is not a character


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding as a report names it, and its codec (which leaves a byte order mark out of the text)."""

    name: str
    codec: str


UTF_8 = Encoding("utf-8", "utf-8-sig")
WINDOWS_1252 = Encoding("windows-1252", "cp1252")


@dataclass(frozen=True, slots=True)
class _Undecodable:
    """Some bytes are not text in this encoding; `after_accents`: there were valid non-ASCII characters before them."""

    after_accents: bool


def likely_encoding(head: bytes) -> Encoding:
    """Return the likely encoding by the first bytes: UTF-16 by its mark or its zero bytes, otherwise UTF-8.

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
    """Return the encoding that decodes the whole file: the likely one, or Windows-1252 instead of UTF-8.

    Raises UnreadableFile with the row of the first bad byte. A file that is UTF-8 in some rows and not in others is
    refused too: read as Windows-1252, its good rows would be garbled without anyone noticing.
    """
    likely = likely_encoding(head)
    broken = _undecodable(file, likely.codec)
    if broken is None:
        return likely
    if likely.name == "utf-16":
        raise refused("encoding", "The file begins as UTF-16 text, but is not valid UTF-16 to its end.")
    if broken.after_accents or head.startswith(codecs.BOM_UTF8):
        raise _breaks_off(file, likely, "is in UTF-8 up to row {}, and in another encoding from there.")
    if _undecodable(file, WINDOWS_1252.codec) is not None:
        raise _breaks_off(file, WINDOWS_1252, "is neither UTF-8 nor Windows-1252 text: see row {}.")
    return WINDOWS_1252


def _undecodable(file: BinaryIO, codec: str) -> _Undecodable | None:
    """Decode the whole file in chunks; None if that works."""
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
