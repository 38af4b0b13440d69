"""Normalizes what people type, so that it is safe to compare and to store: one form, no hidden characters."""

import unicodedata

# Format characters that people do paste (soft hyphen, zero-width space and joiners, byte order mark) are dropped.
_DROPPED = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212], "-")
_QUOTES = {0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"'}

# What `clean` refuses (control, format, direction and private characters, and the sign for bytes that are no text), and
# what leaves nothing to read, as in a character class of a pattern. Beyond four digits the characters stand there
# themselves, because the dialects of patterns have no other spelling in common.
_REFUSED = (
    r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    r"\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u206f\ue000-\uf8ff\ufff9-\ufffb\ufffd"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f"
    "\U000f0000-\U0010ffff"
)
_BLANK = (
    r"\u0009\u000a\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u00ad\u200b-\u200d\u2060\ufeff"
)
# The text of which `clean` leaves something, for descriptions of the API (JSON Schema).
TYPED_TEXT = rf"^[^{_REFUSED}]*[^{_REFUSED}{_BLANK}][^{_REFUSED}]*$"


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
    words = [_LONG_FORMS.get(word, word) for word in _bare_words(name)]
    # "Mc Farland" and "McFarland" are the same name.
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "mc":
            joined[-1] = "mc" + word
        else:
            joined.append(word)
    return " ".join(joined)


# The characters of ASCII as `_bare_words` has them.
_BARE_ASCII = {ord(c): "" if c in "'." else " " for c in map(chr, range(128)) if not c.isalnum()}


def _bare_words(name: str) -> list[str]:
    """Return the words of a name in lower case, without accents and punctuation."""
    if name.isascii():  # most names are, and these are many times as fast
        return name.lower().translate(_BARE_ASCII).split()
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    return "".join(c if c.isalnum() else ("" if c in "'." else " ") for c in bare).split()


_LONG_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


def words_of(name: str) -> list[str]:
    """Return the words of a name without case, accents and punctuation, as the store's name_words() has them."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name).lower() if not "\u0300" <= c <= "\u036f")
    return "".join(c if c.isalnum() else ("" if c in "'’ʼ." else " ") for c in bare).split()
