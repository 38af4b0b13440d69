"""Text that was garbled on its way into the file, and what it was before: Childrenâ€™s, Children&#39;s, Children?s."""

import html
import re

_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#x[0-9a-fA-F]{2,5}|[A-Za-z]{2,8});")
_LONGEST_RUN = 24
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\?(?=(?:s|t|ll|re|ve)\b)")
# An apostrophe of a Mac, read as Windows-1252: no word has this capital before such an end.
_MAC_APOSTROPHE = re.compile(r"(?<=[a-z])\u00d5(?=(?:s|t|ll|re|ve)\b)")

# UTF-8 read in another encoding: Windows-1252 (Excel on Windows), Mac Roman, the old DOS code page.
_ENCODINGS = ("cp1252", "mac_roman", "cp437")
# What garbled text turns back into: the letters of European names, and signs of punctuation. Other results are chance.
_LIKELY = re.compile("[\u00a0-\u00ff\u0100-\u017f\u2010-\u2026\u2122\u20ac\ufb01\ufb02]+")
_FIRST_BYTES = range(0xC2, 0xF5)  # of a character in UTF-8 that takes several bytes
_NEXT_BYTES = range(0x80, 0xC0)


def _shown(values: range, encoding: str) -> str:
    """Return the characters as which bytes may be read in an encoding, as a character class."""
    read = "".join(bytes([value]).decode(encoding, "ignore") for value in values)
    # Some programs read as the byte's own number what Windows-1252 has another character for, or none.
    controls = "".join(chr(value) for value in values if value < 0xA0)
    return f"[{re.escape(read + controls)}]"


# In nearly all text that is not garbled, no two characters can be the beginning of one in UTF-8.
_BEGINNING = re.compile("|".join(_shown(_FIRST_BYTES, each) + _shown(_NEXT_BYTES, each) for each in _ENCODINGS))


def restored(text: str) -> str | None:
    """Return the text as it was before it was garbled; None if it does not look garbled."""
    fixed = text
    for _ in range(2):  # some text was garbled twice
        if not fixed.isascii() and _BEGINNING.search(fixed):
            fixed = _RUN.sub(lambda run: _mended(run[0]), fixed)
    if "&" in fixed and _ENTITY.search(fixed):
        fixed = html.unescape(fixed).replace("\u00a0", " ")
    if "?" in fixed:
        fixed = _LOST_APOSTROPHE.sub("'", fixed)
    if not fixed.isascii():
        fixed = _MAC_APOSTROPHE.sub("\u2019", fixed)
    return fixed if fixed != text else None


def _mended(run: str) -> str:
    """Return a run of characters with what is garbled in it restored; real ones may stand beside it."""
    if not _BEGINNING.search(run):
        return run
    if whole := _decoded(run):
        return whole
    if len(run) > _LONGEST_RUN:
        return run
    for length in range(len(run) - 1, 1, -1):
        for begin in range(len(run) - length + 1):
            end = begin + length
            if inner := _decoded(run[begin:end]):
                return _mended(run[:begin]) + inner + _mended(run[end:])
    return run


def _decoded(run: str) -> str | None:
    for encoding in _ENCODINGS:
        try:
            read = _bytes(run, encoding).decode("utf-8")
        except ValueError:
            continue
        if _LIKELY.fullmatch(read):
            return read
    return None


def _bytes(run: str, encoding: str) -> bytes:
    """Return the bytes that were read as this text; Windows leaves five bytes without a character of their own."""
    if encoding != "cp1252":
        return run.encode(encoding)
    return b"".join(
        character.encode("latin-1") if "\x80" <= character <= "\x9f" else character.encode("cp1252")
        for character in run
    )
