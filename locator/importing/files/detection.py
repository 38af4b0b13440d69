"""What kind of file it is, by its bytes: a workbook, text in some encoding, or something to refuse."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from locator.importing.files.delimited import DelimitedRows, find_delimiter
from locator.importing.files.errors import UnreadableFile, refused

_HEAD = 4096  # bytes that are enough to recognize a file
_CHUNK = 2**20

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = {
    b"%PDF-": "pdf",
    b"\x89PNG\r\n": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"RIFF": "image",
    b"\x1f\x8b": "compressed",
    b"BZh91AY&SY": "compressed",
    b"\xfd7zXZ\x00": "compressed",
    b"7z\xbc\xaf\x27\x1c": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
    b"Rar!\x1a\x07": "compressed",
    b"{\\rtf": "document",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# In a UTF-16 header, every second byte is zero; the rows after it can be in any script. No header is shorter than this.
_HEADER_BYTES = 2 * len("clinic_id")
_UNDECODED = re.compile("[\udc80-\udcff]")  # how "surrogateescape" keeps a byte that is not a character


def is_workbook(file: BinaryIO) -> bool:
    """Return whether the file is a ZIP archive, as workbooks are. Raises UnreadableFile for other known types."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return True
    if head.startswith(_OLE):
        raise _office_file(file)
    for signature, code in _SIGNATURES.items():
        if head.startswith(signature):
            raise refused(code)
    return False


def _require_table(head: bytes, codec: str) -> None:
    """Raise UnreadableFile if the first bytes are those of a web page, XML or JSON, or are not text."""
    text = head.decode(codec, errors="replace").lstrip("\ufeff \t\r\n").lower()
    if text.startswith("<"):
        raise refused("html" if re.search(r"<(!doctype html|html|head|body|table|div)\b", text) else "xml")
    if text.startswith(("{", "[")):
        raise refused("json")
    if not codec.startswith("utf-16"):
        first_line = re.split(rb"[\r\n]", head.lstrip(b"\r\n"), maxsplit=1)[0]
        controls = len(_CONTROL.findall(first_line))
        # A header has no NUL; one further down is a finding about its row.
        if b"\x00" in first_line or 10 * controls > len(first_line):
            raise refused("binary")


def count_of(file: BinaryIO, pattern: bytes) -> int:
    """Count how often the bytes `pattern`, which cannot overlap itself, are in the file."""
    total, tail = 0, b""
    for chunk in chunks_of(file):
        window = tail + chunk
        total += window.count(pattern)
        tail = window[len(window) - len(pattern) + 1 :]
    return total


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of the file from the start, a mebibyte at a time."""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _office_file(file: BinaryIO) -> UnreadableFile:
    """Distinguish a locked workbook, which is wrapped in the old format, from a file in the old format."""
    locked = count_of(file, "EncryptedPackage".encode("utf-16-le")) > 0
    return refused("password-protected" if locked else "old-excel")


# Encodings


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


def _likely_encoding(head: bytes) -> Encoding:
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


def find_encoding(file: BinaryIO) -> Encoding:
    """Return the encoding that decodes the whole file: the likely one, or Windows-1252 instead of UTF-8.

    Raises UnreadableFile if it is not a table, or with the row of the first bad byte. A file that is UTF-8 in some rows
    and not in others is refused too: read as Windows-1252, its good rows would be garbled without anyone noticing.
    """
    file.seek(0)
    head = file.read(_HEAD)
    likely = _likely_encoding(head)
    _require_table(head, likely.codec)
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
