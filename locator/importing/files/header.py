"""Which column of a file is which of ours: told by its header, and asked back where that is not certain."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locator.clinic.columns import COLUMN_NAMES, COLUMNS
from locator.errors import Fault
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.refusals import refused
from locator.importing.findings import new_finding
from locator.records.findings import Finding

# Our own refused.csv has this column beside the file's: it is skipped when the file comes back.
ERROR_COLUMN = "error"

_MOST_COLUMNS = 500
_LONGEST_HEADER = 60  # characters; a longer one is no name of a column
_LONGEST_SHOWN = 40
_ALIKE = 0.82  # difflib's ratio: "adress" is 0.92 like "address", "region" 0.56 like "organization"
_TEMPLATE = "GET /api/v1/imports/template.csv gives a file to start from."


def _key(header: str) -> str:
    """Give the form in which headers are compared: no case, spaces, underscores, hyphens, marks or outer quotes."""
    folded = unicodedata.normalize("NFKC", header[: 2 * _LONGEST_HEADER]).casefold()
    visible = "".join(c for c in folded if c.isprintable() and not c.isspace() and c not in "_-‐‑‒–—")
    return visible.strip("'\"`“”„‘’«»")


_OURS = {_key(name): name for name in COLUMN_NAMES}

# Other names that can mean nothing else are read as ours, and the report says so; likely ones are asked about.
_UNMISTAKABLE = {_key(name): column.name for column in COLUMNS for name in column.other_headers}
_LIKELY = {_key(name): column.name for column in COLUMNS for name in column.likely_headers}
_NAMES = {**_LIKELY, **_UNMISTAKABLE, **_OURS}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: `given` as it stands, `positions` (from 0) of our columns, in the file's order."""

    given: tuple[str, ...]
    positions: dict[str, int]
    findings: tuple[Finding, ...]


def count_known(cells: Sequence[str]) -> int:
    """Count the cells that are, or nearly are, the name of one of our columns."""
    return sum(_key(cell) in _NAMES for cell in cells[:_MOST_COLUMNS] if len(cell) <= _LONGEST_HEADER)


def read_header(cells: Sequence[str]) -> Header:
    """Find our columns in the first row of a file; blank cells at its end do not count.

    Raises UnreadableFile with every header at fault: doubtful ones (close to a column that the file lacks), columns
    that stand there twice, and clinic_id where it is missing; then also with those that would not be read. By itself, a
    header that is near to nothing of ours is a finding.
    """
    given = tuple(cells)
    while given and not given[-1].strip():
        given = given[:-1]
    if len(given) > _MOST_COLUMNS:
        raise refused("header", f"The first row has more than {_MOST_COLUMNS} cells, so it is no header of clinics.")
    keys = [_key_of(cell) for cell in given]
    found = [column_named(cell) for cell in given]
    present = {column for column in found if column}
    likely = [_likely(key, present) if column is None else None for key, column in zip(keys, found, strict=True)]
    if not present and not any(likely):
        raise _no_header()
    faults = [
        *_doubtful(given, likely),
        *_twice(found),
        *_missing(present, likely),
    ]
    if faults:
        faults += _not_read(given, keys, found, likely)
        what = "The header needs a change: " + " ".join(fault.detail for fault in faults[:20])
        raise refused("header", what, remedy=_TEMPLATE, faults=faults)
    positions = {column: position for position, column in enumerate(found) if column}
    return Header(given, positions, tuple(_findings(given, keys, found)))


def column_named(header: str) -> str | None:
    """Give the column of ours that a header is read as."""
    key = _key_of(header)
    return _OURS.get(key) or _UNMISTAKABLE.get(key)


def letters_of(position: int) -> str:
    """Give a column's letters in a spreadsheet: A for 0, Z for 25, AA for 26."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _key_of(header: str) -> str:
    return _key(header) if len(header) <= _LONGEST_HEADER else ""


def _likely(key: str, present: set[str]) -> str | None:
    """Give the column of ours that a header probably means; one that the file has besides cannot be meant."""
    if not key or key == ERROR_COLUMN:
        return None
    # Of "clinic / facility name", the last says it best.
    for name in dict.fromkeys((key, key.rpartition("/")[2])):
        close = difflib.get_close_matches(name, _NAMES, n=1, cutoff=_ALIKE)
        if close:
            return None if _NAMES[close[0]] in present else _NAMES[close[0]]
    return None


def _doubtful(given: Sequence[str], likely: Sequence[str | None]) -> Iterator[Fault]:
    for position, (header, column) in enumerate(zip(given, likely, strict=True)):
        if column:
            shown = _shown(header)
            detail = f"“{shown}” (column {letters_of(position)}) is no column of ours; is it “{column}”?"
            yield Fault(shown, detail, "doubtful-header", (column,))


def _twice(found: Sequence[str | None]) -> Iterator[Fault]:
    for column in dict.fromkeys(column for column in found if column):
        positions = [position for position, other in enumerate(found) if other == column]
        if len(positions) > 1:
            places = " and ".join(f"{position + 1} ({letters_of(position)})" for position in positions)
            yield Fault(column, f"“{column}” stands there twice: columns {places}.", "duplicate-header", (column,))


def _missing(present: set[str], likely: Sequence[str | None]) -> Iterator[Fault]:
    if "clinic_id" not in present and "clinic_id" not in likely:
        detail = "“clinic_id” is missing: it tells which clinic a row is about."
        yield Fault("clinic_id", detail, "missing-header", ("clinic_id",))


def _not_read(
    given: Sequence[str], keys: Sequence[str], found: Sequence[str | None], likely: Sequence[str | None]
) -> Iterator[Fault]:
    for position, header in enumerate(given):
        if header.strip() and keys[position] != ERROR_COLUMN and not (found[position] or likely[position]):
            shown = _shown(header)
            detail = f"“{shown}” (column {letters_of(position)}) is not read: it is none of our columns."
            yield Fault(shown, detail, "unknown-header")


def _findings(given: Sequence[str], keys: Sequence[str], found: Sequence[str | None]) -> Iterator[Finding]:
    for position, (header, key, column) in enumerate(zip(given, keys, found, strict=True)):
        where = f"Column {letters_of(position)}"
        if column is None and key != ERROR_COLUMN:
            expected = f"{where} is not read. The columns we know: {', '.join(COLUMN_NAMES)}."
            yield new_finding("unknown-column", expected=expected, found=_shown(header))
        elif column and key not in _OURS:
            yield new_finding(
                "read-as-column", expected=f"{where} is read as “{column}”.", column=column, found=_shown(header)
            )


def _no_header() -> UnreadableFile:
    what = f"The first row names none of the columns we know: {', '.join(COLUMN_NAMES)}."
    fault = Fault("clinic_id", "“clinic_id” is missing from the first row.", "missing-header", ("clinic_id",))
    return refused("header", what, remedy=_TEMPLATE, faults=[fault])


def _shown(header: str) -> str:
    """Give a header as a person may be shown it: one line of what can be seen, at most 40 characters."""
    line = " ".join("".join(c for c in header[:1000] if c.isprintable() or c.isspace()).split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
