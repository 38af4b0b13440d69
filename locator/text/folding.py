"""Normalizes what people type, so that it is safe to compare and to store: one form, no hidden characters."""

import unicodedata

# Format characters that people do paste (soft hyphen, zero-width space and joiners, byte order mark) are dropped.
_DROPPED = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212], "-")
_QUOTES = {0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"'}


class UnsafeText(ValueError):
    """The text has characters that nobody types; the message says which kind, and never repeats the text."""


class TooLong(UnsafeText):
    """The text is longer than we accept."""


def clean(text: str, *, longest: int) -> str:
    """Return `text` normalized (NFKC, plain digits, dashes and quotes, single spaces).

    NFKC turns full-width forms into plain ones; the digits of other scripts become 0-9. Raises UnsafeText for control
    and direction characters, for text that was not valid UTF-8, and, as TooLong, for more than `longest` characters.
    """
    if len(text) > longest:
        raise TooLong(f"may have at most {longest} characters")
    folded = unicodedata.normalize("NFKC", text).translate(_DROPPED | _DASHES | _QUOTES)
    if len(folded) > longest:  # NFKC can expand one character to eighteen
        raise TooLong(f"may have at most {longest} characters")
    folded = "".join(_plain(character) for character in folded)
    return " ".join(folded.split())


def _plain(character: str) -> str:
    if character.isascii():
        if character.isprintable() or character in "\t\r\n":
            return character
        raise UnsafeText("holds a control character")
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Cc", "Cf", "Cs", "Co"}:
        raise UnsafeText("holds a control character")
    if character == "\ufffd":
        raise UnsafeText("is not valid UTF-8 text")
    return character


def key_of(name: str) -> str:
    """Return the form in which names are compared: lower case, no accents, words only, one spelling of St. and Mt."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    words = "".join(c if c.isalnum() else ("" if c in "'." else " ") for c in bare).split()
    words = [_LONG_FORMS.get(word, word) for word in words]
    # "Mc Farland" and "McFarland" are the same name.
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "mc":
            joined[-1] = "mc" + word
        else:
            joined.append(word)
    return " ".join(joined)


_LONG_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
