"""One cell: how it is tidied before it is read, and the readers of the simple columns.

A reader takes a tidied cell and returns a `Reading`, or raises `BadCell` with everything that is wrong with it. The
length of a cell is limited before any pattern sees it, and no pattern can match a text in more than one way.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from locator.clinic.clinic import Status
from locator.geo.states import state_code
from locator.importing.cells.escaping import is_formula_like, unescaped
from locator.importing.cells.garbled import restored

CellValue = str | bool | float | date | tuple[str, ...] | None


class Remark(NamedTuple):
    """A finding that does not know its row and column yet.

    `expected` None: the remedy of its kind. `found` is the part of the cell it is about, None: all of it. `proposal` is
    the whole cell as it is surely meant ("": an empty one), None if that is not known.
    """

    code: str
    expected: str | None = None
    found: str | None = None
    proposal: str | None = None


MANY_REMARKS = 10  # for one cell; more would help nobody


class BadCell(ValueError):
    """The cell cannot be read; `remarks` says everything that is wrong with it, up to ten parts of it."""

    def __init__(self, *remarks: Remark):
        super().__init__("the cell cannot be read")
        self.remarks = remarks[:MANY_REMARKS]


class Reading(NamedTuple):
    """The value of a cell, and what a person should know about how it was read."""

    value: CellValue
    remarks: tuple[Remark, ...] = ()


Reader = Callable[[str], Reading]

# Control and format characters (NUL, direction overrides, zero-width ones), lone surrogates, private use.
_UNSAFE = frozenset(["Cc", "Cf", "Cs", "Co"])
_DAMAGED = "\ufffd"  # what a program writes for bytes it could not read
_BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
_SPREADSHEET_ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|#{1,200})")


def tidied(cell: str, *, longest: int, keeps_lines: bool, is_escaped: bool = True) -> str:
    """Return the cell stripped, in NFC, on one line unless it `keeps_lines`; `is_escaped`: as our own exports write it.

    Raises BadCell for more than `longest` characters, for a character that no person types and for the error value of
    a spreadsheet.
    """
    if len(cell) <= longest and _is_tidy(cell):
        return cell
    text = cell.strip(" \t\r\n")
    if is_escaped:
        text = unescaped(text)
    _at_most(longest, text)
    if not (text.isascii() and text.isprintable()):
        if not text.isascii() and (fixed := restored(text)):
            raise BadCell(_garbled(fixed))
        _refuse_unsafe(text)
        text = unicodedata.normalize("NFC", text)
        _at_most(longest, text)  # a few letters are longer in NFC
    if text[:1] == "#" and _SPREADSHEET_ERROR.fullmatch(text.upper()):
        raise BadCell(Remark("spreadsheet-error"))
    if keeps_lines and not text.isprintable():
        lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS).split("\n")
        return "\n".join(" ".join(line.split()) for line in lines).strip()
    return " ".join(text.split())


def _is_tidy(cell: str) -> bool:
    """Return quickly whether there is nothing to do, as with nearly all cells."""
    return cell.isascii() and cell.isprintable() and cell[0] not in " '#" and cell[-1] != " " and "  " not in cell


def _at_most(longest: int, text: str) -> None:
    if len(text) > longest:
        raise BadCell(Remark("too-long", f"At most {longest:,} characters; these are {len(text):,}."))


def _refuse_unsafe(text: str) -> None:
    if text.isprintable() and _DAMAGED not in text:
        return
    for position, character in enumerate(text, start=1):
        if character in "\t\r\n":
            continue
        if character == _DAMAGED or unicodedata.category(character) in _UNSAFE:
            name = f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"
            raise BadCell(Remark("unsafe-text", f"Type the cell again, without the character {name} at {position}."))


def _garbled(fixed: str) -> Remark:
    return Remark("garbled-text", " ".join(fixed.split()), proposal=fixed)


def read_text(text: str) -> Reading:
    """Return the text as it is; BadCell proposes what it was before it was garbled."""
    if ("&" in text or "?" in text) and (fixed := restored(text)):
        raise BadCell(_garbled(fixed))
    return Reading(text, (Remark("formula-like"),) if is_formula_like(text) else ())


@lru_cache(maxsize=1024)
def read_state(text: str) -> Reading:
    """Return a state's two letters for its letters or its name."""
    code = state_code(text)
    if code is None:
        raise BadCell(Remark("unknown-state"))
    return Reading(code)


_WORDS = re.compile(r"[\s_-]+")

# What people and other programs write for a status, with spaces between its words.
_OTHER_STATUSES = {
    "closed permanently": Status.CLOSED, "permanently closed": Status.CLOSED, "closed for good": Status.CLOSED,
    "permanent closure": Status.CLOSED, "perm closed": Status.CLOSED,
    "closed temporarily": Status.TEMPORARILY_CLOSED, "temp closed": Status.TEMPORARILY_CLOSED,
    "temporary closed": Status.TEMPORARILY_CLOSED, "temporary closure": Status.TEMPORARILY_CLOSED,
    "coming soon": Status.OPENING_SOON, "opens soon": Status.OPENING_SOON, "will open soon": Status.OPENING_SOON,
    "operational": Status.OPEN, "active": Status.OPEN, "open for business": Status.OPEN, "currently open": Status.OPEN,
}  # fmt: skip


@lru_cache(maxsize=1024)
def read_status(text: str) -> Reading:
    """Return the Status, in any case, with its words joined by _, - or a space, or as other programs write it."""
    words = _WORDS.sub(" ", text.lower()).strip(" .!")
    if meant := _OTHER_STATUSES.get(words):
        return Reading(meant, (Remark("status-read", f"It was read as {meant}."),))
    try:
        return Reading(Status(words.replace(" ", "_")))
    except ValueError:
        raise BadCell(Remark("unknown-status")) from None


_YES_OR_NO: dict[str, bool | None] = (
    dict.fromkeys(("yes", "y", "true", "1", "x"), True)
    | dict.fromkeys(("no", "n", "false", "0"), False)
    | {"unknown": None}
)
_MARKS: dict[str, bool] = (
    dict.fromkeys("✓✔☑✅🗹√●•", True)
    | dict.fromkeys(
        ("t", "wahr", "vrai", "verdadero", "on", "checked", "yes.", "yep", "1.0", "sí", "si", "available", "accepting"),
        True,
    )
    | dict.fromkeys("✗✘❌✖", False)
    | dict.fromkeys(("f", "falsch", "faux", "falso", "off", "no.", "0.0", "not accepting", "not offered"), False)
)
_VARIATION_SELECTOR = "\ufe0f"  # asks for the colored form of a sign


def read_yes_no(text: str) -> Reading:
    """Return True, False, or None for "unknown"; a check mark is a yes."""
    word = text.lower()
    if word in _YES_OR_NO:
        return Reading(_YES_OR_NO[word])
    mark = mark_of(word)
    if mark is None:
        raise BadCell(Remark("unreadable-yes-no"))
    return Reading(mark, (Remark("yes-no-read", f"It was read as {'yes' if mark else 'no'}."),))


def mark_of(text: str) -> bool | None:
    """Return what a word or a sign in a column to be checked means; None if it is neither yes nor no."""
    word = text.lower().replace(_VARIATION_SELECTOR, "").strip(" .!")
    known = _YES_OR_NO.get(word)
    return known if known is not None else _MARKS.get(word)


_NUMBER = re.compile(r"[-+]?[0-9]{1,12}(\.[0-9]{0,30})?")
_DECIMAL_COMMA = re.compile(r"([-+]?[0-9]{1,3}),([0-9]{1,30})")
SCIENTIFIC = re.compile(r"[-+]?[0-9]{1,20}([.,][0-9]{1,30})?[eE][-+]?[0-9]{1,4}")
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})


def read_degrees(text: str) -> Reading:
    """Return a plain number of degrees; `place_findings` checks whether it can be a latitude."""
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS)
    if _NUMBER.fullmatch(plain):
        return Reading(float(plain))
    if SCIENTIFIC.fullmatch(plain):
        raise BadCell(Remark("spreadsheet-number"))
    if found := _DECIMAL_COMMA.fullmatch(plain):
        number = f"{found[1]}.{found[2]}"
        raise BadCell(Remark("unreadable-number", f"With a decimal point: {number}", proposal=number))
    raise BadCell(Remark("unreadable-number"))


def parts_of(text: str, *, separators: str) -> list[str]:
    """Return the parts of a list in a cell, stripped, each once, without empty ones."""
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return list(dict.fromkeys(part for each in text.split(separators[0]) if (part := each.strip())))
