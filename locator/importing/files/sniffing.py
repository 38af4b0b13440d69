"""What kind of file it is, by its first bytes: a workbook, text, or something to refuse."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from locator.importing.files.errors import UnreadableFile
from locator.importing.files.refusals import refused

HEAD = 4096  # bytes that are enough to recognize a file
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


def is_workbook(file: BinaryIO) -> bool:
    """Return whether the file is a ZIP archive, as workbooks are. Raises UnreadableFile for other known types."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(_ZIP):
        return True
    if head.startswith(_OLE):
        raise _office_file(file)
    for signature, code in _SIGNATURES.items():
        if head.startswith(signature):
            raise refused(code)
    return False


def require_a_table(head: bytes, codec: str) -> None:
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
