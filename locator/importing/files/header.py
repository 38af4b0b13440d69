"""Which column of a file is which of ours, by its header; a doubtful header is refused with a suggestion."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locator.clinic.columns import COLUMN_NAMES, COLUMNS
from locator.clinic.external_ids import HEADERS as ID_HEADERS
from locator.errors import MOST_FAULTS, Fault
from locator.importing.files.errors import UnreadableFile, refused
from locator.importing.findings import new_finding
from locator.records.findings import Finding

# Our refused.csv has this column in addition to the file's; it is ignored when the file comes back.
ERROR_COLUMN = "error"

_MOST_COLUMNS = 500
_LONGEST_HEADER = 60  # characters; nothing longer is the name of a column
_LONGEST_SHOWN = 40
_SIMILAR = 0.82  # difflib's ratio: "adress" to "address" is 0.92, "region" to "organization" 0.56
_TEMPLATE = "GET /api/v1/imports/template.csv gives a file to start from."


def _key(header: str) -> str:
    """Return the form in which headers are compared: no case, spaces, underscores, hyphens, marks or outer quotes."""
    folded = unicodedata.normalize("NFKC", header[: 2 * _LONGEST_HEADER]).casefold()
    visible = "".join(c for c in folded if c.isprintable() and not c.isspace() and c not in "_-‐‑‒–—")
    return visible.strip("'\"`“”„‘’«»")


_OURS = {_key(name): name for name in COLUMN_NAMES}

# Other names that can mean nothing else are read as ours, and the report says so; likely ones are asked about.
_UNMISTAKABLE = {_key(name): column.name for column in COLUMNS for name in column.other_headers}
_LIKELY = {_key(name): column.name for column in COLUMNS for name in column.likely_headers}
_NAMES = {**_LIKELY, **_UNMISTAKABLE, **_OURS}

# Headers of columns with other lists' numbers of clinics, by the kind of number.
_TELLING = {"clinic_id", "name", "external_ids"}
_ID_KINDS = {_key(name): kind for kind, names in ID_HEADERS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: the texts as `given`, and the `positions` (from 0) of our columns, in the file's order.

    `ids` are the positions of the columns with other lists' numbers of clinics, by the kind of number.
    """

    given: tuple[str, ...]
    positions: dict[str, int]
    ids: dict[str, int]
    findings: tuple[Finding, ...]


def count_known(cells: Sequence[str]) -> int:
    """Count the cells that are a name of one of our columns, or a likely one, or of a column of numbers."""
    return sum(
        _key(cell) in _NAMES or _key(cell) in _ID_KINDS
        for cell in cells[:_MOST_COLUMNS]
        if len(cell) <= _LONGEST_HEADER
    )


def read_header(texts: Sequence[str]) -> Header:
    """Find our columns in the first row of a file; blank cells at its end do not count.

    Raises UnreadableFile if there are doubtful headers (similar to a column that the file does not have), columns that
    appear twice, or nothing that tells which clinic a row is about; the error then lists also the headers that would
    not be read. By themselves, headers that we do not know are only findings.
    """
    given = tuple(texts)
    while given and not given[-1].strip():
        given = given[:-1]
    if len(given) > _MOST_COLUMNS:
        raise refused("header", f"The first row has more than {_MOST_COLUMNS} cells, so it cannot be a header.")
    headers = _headers_of(given)
    if not any(header.column or header.likely or header.id_kind for header in headers):
        raise _no_header()
    faults = [*_doubtful(headers), *_duplicates(headers), *_missing(headers)]
    if faults:
        faults += _unknown(headers)
        what = "The header needs a change: " + " ".join(fault.detail for fault in faults[:MOST_FAULTS])
        raise refused("header", what, remedy=_TEMPLATE, faults=faults)
    positions = {header.column: header.position for header in headers if header.column}
    ids: dict[str, int] = {}
    for header in headers:
        if header.id_kind:
            ids.setdefault(header.id_kind, header.position)
    return Header(given, positions, ids, tuple(_findings(headers)))


@dataclass(frozen=True, slots=True)
class _Header:
    """One header cell: `column` is the one of ours that it is read as; if there is none, `likely` is a similar one.

    `id_kind`: the column has numbers of this kind, by which another list knows its clinics.
    """

    position: int
    text: str
    key: str
    column: str | None
    likely: str | None
    id_kind: str | None

    @property
    def shown(self) -> str:
        """The text as it can be shown to a person: one line of visible characters, at most 40."""
        line = " ".join("".join(c for c in self.text[:1000] if c.isprintable() or c.isspace()).split())
        return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"

    @property
    def letters(self) -> str:
        return letters_of(self.position)


def letters_of(position: int) -> str:
    """Return a column's letters in a spreadsheet: A for 0, Z for 25, AA for 26."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _headers_of(given: Sequence[str]) -> list[_Header]:
    keys = [_key(text) if len(text) <= _LONGEST_HEADER else "" for text in given]
    columns = [_OURS.get(key) or _UNMISTAKABLE.get(key) for key in keys]
    kinds = [None if column else _ID_KINDS.get(key) for key, column in zip(keys, columns, strict=True)]
    likely = [
        None if column or kind else _likely(key, columns)
        for key, column, kind in zip(keys, columns, kinds, strict=True)
    ]
    return [_Header(*cell) for cell in zip(range(len(given)), given, keys, columns, likely, kinds, strict=True)]


def _likely(key: str, present: Sequence[str | None]) -> str | None:
    """Return the column that a header probably means; not one that the file has under another header."""
    if not key or key == ERROR_COLUMN:
        return None
    # In "clinic / facility name", the last part is the most specific.
    for name in dict.fromkeys((key, key.rpartition("/")[2])):
        close = difflib.get_close_matches(name, _NAMES, n=1, cutoff=_SIMILAR)
        if close:
            return None if _NAMES[close[0]] in present else _NAMES[close[0]]
    return None


def _doubtful(headers: Sequence[_Header]) -> Iterator[Fault]:
    for header in headers:
        if header.likely:
            what = f"“{header.shown}” (column {header.letters}) is not a column we know."
            yield Fault(header.shown, f"{what} Did you mean “{header.likely}”?", "doubtful-header", (header.likely,))


def _duplicates(headers: Sequence[_Header]) -> Iterator[Fault]:
    for column in dict.fromkeys(header.column for header in headers if header.column):
        places = [f"{header.position + 1} ({header.letters})" for header in headers if header.column == column]
        if len(places) > 1:
            detail = f"“{column}” is there more than once: columns {' and '.join(places)}."
            yield Fault(column, detail, "duplicate-header", (column,))


def _missing(headers: Sequence[_Header]) -> Iterator[Fault]:
    if not any({header.column, header.likely} & _TELLING or header.id_kind for header in headers):
        detail = "“clinic_id” is missing, and so is “name”. One of them has to say which clinic a row is about."
        yield Fault("clinic_id", detail, "missing-header", ("clinic_id",))


def _unknown(headers: Sequence[_Header]) -> Iterator[Fault]:
    for header in headers:
        if (
            header.text.strip()
            and header.key != ERROR_COLUMN
            and not (header.column or header.likely or header.id_kind)
        ):
            detail = f"“{header.shown}” (column {header.letters}) is not read, because we do not know this column."
            yield Fault(header.shown, detail, "unknown-header")


def _findings(headers: Sequence[_Header]) -> Iterator[Finding]:
    for header in headers:
        where, column = f"Column {header.letters}", header.column
        if header.id_kind:
            expected = f"{where} is read as numbers of the kind “{header.id_kind}”, and kept in “external_ids”."
            yield new_finding("read-as-column", expected=expected, column="external_ids", found=header.shown)
        elif column is None and header.key != ERROR_COLUMN:
            expected = f"{where} is not read. The columns we know: {', '.join(COLUMN_NAMES)}."
            yield new_finding("unknown-column", expected=expected, found=header.shown)
        elif column and header.key not in _OURS:
            expected = f"{where} is read as “{column}”."
            yield new_finding("read-as-column", expected=expected, column=column, found=header.shown)


def _no_header() -> UnreadableFile:
    what = f"The first row has none of the columns we know: {', '.join(COLUMN_NAMES)}."
    fault = Fault("clinic_id", "“clinic_id” is missing from the first row.", "missing-header", ("clinic_id",))
    return refused("header", what, remedy=_TEMPLATE, faults=[fault])
