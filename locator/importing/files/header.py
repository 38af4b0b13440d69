"""Which column of a file is which of ours, by its header; a doubtful header is refused with a suggestion."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from locator.clinic.columns import COLUMN_NAMES, COLUMNS
from locator.clinic.external_ids import HEADERS as ID_HEADERS
from locator.errors import MOST_FAULTS, Fault
from locator.importing.files.combined import (
    Combined,
    care_columns,
    closed_status,
    day_columns,
    is_address_header,
    is_point_header,
)
from locator.importing.files.errors import UnreadableFile, refused
from locator.importing.files.known_headers import family_of, header_key, known_keys
from locator.importing.findings import new_finding
from locator.records.findings import Finding

# Our refused.csv has these columns in addition to the file's; they are ignored when the file comes back.
ERROR_COLUMN = "error"
PROPOSAL_COLUMN = "proposal"
OWN_COLUMNS = (ERROR_COLUMN, PROPOSAL_COLUMN)

_MOST_COLUMNS = 500
_MOST_OF_A_TITLE = 2  # cells of a row that is a title rather than a header
_LONGEST_HEADER = 60  # characters; nothing longer is the name of a column
_LONGEST_SHOWN = 40
_SIMILAR = 0.82  # difflib's ratio: "adress" to "address" is 0.92, "region" to "organization" 0.56
_TEMPLATE = "The template of a clinic file has every column."
_MANY_UNREAD = 8  # columns that are named in one sentence
_ROWS_SEARCHED = 20  # for the header; titles and remarks above it are shorter


_OURS = {header_key(name): name for name in COLUMN_NAMES}

# Other names that can mean nothing else are read as ours, and the report says so; likely ones are asked about.
_UNMISTAKABLE = {header_key(name): column.name for column in COLUMNS for name in column.other_headers}
_LIKELY = {header_key(name): column.name for column in COLUMNS for name in column.likely_headers}
_NAMES = {**_LIKELY, **_UNMISTAKABLE, **_OURS}

# Headers of columns with other lists' numbers of clinics, by the kind of number.
_TELLING = {"clinic_id", "name", "external_ids"}
_ID_KINDS = {header_key(name): kind for kind, names in ID_HEADERS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: the texts as `given`, and the `positions` (from 0) of our columns, in the file's order.

    `combined` are those of ours that are not one column of the file each. `ids` are the positions of the columns with
    other lists' numbers of clinics, by the kind of number.
    """

    given: tuple[str, ...]
    positions: dict[str, int]
    ids: dict[str, int]
    findings: tuple[Finding, ...]
    combined: Combined = field(default_factory=Combined)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of ours that the file has."""
        return (*self.positions, *self.combined.columns)


def count_known(cells: Sequence[str]) -> int:
    """Count the cells that are a name of one of our columns, or a likely one, or of a column of numbers."""
    return sum(
        (key := header_key(cell)) in _NAMES or key in _ID_KINDS or key in known_keys()
        for cell in cells[:_MOST_COLUMNS]
        if len(cell) <= _LONGEST_HEADER
    )


def is_list_of_clinics(cells: Sequence[str]) -> bool:
    """Return whether a row may be the header of a list of clinics, by names of our columns or likely ones."""
    claimed = {_claimed(header_key(cell)) for cell in cells[:_MOST_COLUMNS] if len(cell) <= _LONGEST_HEADER}
    if len(claimed - {None}) > 1 and ("clinic_id" in claimed or {"name", "city"} <= claimed):
        return True
    return family_of([header_key(cell) for cell in cells[:_MOST_COLUMNS]]) is not None


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows of a file is its header: the first, unless it is a title above a later one."""
    known = [count_known(row) for row in rows[:_ROWS_SEARCHED]]
    if not known or known[0] > 1:
        return 0
    best = max(range(len(known)), key=lambda at: (known[at], -at))
    is_title = _cells_in(rows[0]) <= _MOST_OF_A_TITLE or (known[0] == 0 and known[best] > _MOST_OF_A_TITLE)
    return best if is_title and known[best] > max(known[0], 1) else 0


def _cells_in(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def read_header(
    texts: Sequence[str],
    *,
    care_codes: Mapping[str, str] | None = None,
    samples: Sequence[Sequence[str]] = (),
    asks: bool = True,
) -> Header:
    """Find our columns in the header of a file; blank cells at its end do not count.

    `care_codes` are the codes of the kinds of care by every name, as `care_key` folds it; `samples` are the first rows
    below. Without `asks`, the header was accepted before, and nobody is asked which of two columns is meant.

    Raises UnreadableFile if there are doubtful headers (similar to a column that the file does not have), columns that
    appear twice, several that may be one of ours, or nothing that tells which clinic a row is about; the error then
    lists also the headers that would not be read. By themselves, headers that we do not know are only findings.
    """
    given = trimmed(texts)
    headers, combined = headers_of(given, care_codes or {}, samples)
    if not any(header.column or header.likely or header.id_kind for header in headers):
        raise no_header()
    faults = [
        *_doubtful(headers),
        *_duplicates(headers),
        *(_contested(headers, combined, samples) if asks else ()),
        *_missing(headers),
    ]
    if faults:
        asked = {fault.allowed[0] for fault in faults if fault.code == "contested-header"}
        faults += _unknown([header for header in headers if header.claims not in asked])
        what = "The header needs a change: " + " ".join(fault.detail for fault in faults[:MOST_FAULTS])
        raise refused("header", what, remedy=_TEMPLATE, faults=faults)
    positions = {header.column: header.position for header in headers if header.column}
    ids: dict[str, int] = {}
    for header in headers:
        if header.id_kind:
            ids.setdefault(header.id_kind, header.position)
    return Header(given, positions, ids, tuple(findings_of(headers, combined)), combined)


def trimmed(texts: Sequence[str]) -> tuple[str, ...]:
    """Return a header without blank cells at its end; raises UnreadableFile if it has too many to be one."""
    given = tuple(texts)
    while given and not given[-1].strip():
        given = given[:-1]
    if len(given) > _MOST_COLUMNS:
        raise refused("header", f"The first row has more than {_MOST_COLUMNS} cells, so it cannot be a header.")
    return given


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header cell: `column` is the one of ours that it is read as; if there is none, `likely` is a similar one.

    `claims` is the column whose common name this is, even if another header has it. `is_combined`: it is one of
    `Combined`. `id_kind`: the column has numbers of this kind, by which another list knows its clinics.
    """

    position: int
    text: str
    key: str
    column: str | None
    likely: str | None = None
    claims: str | None = None
    is_combined: bool = False
    id_kind: str | None = None

    @property
    def shown(self) -> str:
        """The text as it can be shown to a person: one line of visible characters, at most 40."""
        return shown_header(self.text, longest=_LONGEST_SHOWN)

    @property
    def letters(self) -> str:
        return letters_of(self.position)


def shown_header(text: str, *, longest: int = 120) -> str:
    """Return a header on one line, with visible characters only."""
    line = " ".join("".join(c for c in text[:1000] if c.isprintable() or c.isspace()).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def letters_of(position: int) -> str:
    """Return a column's letters in a spreadsheet: A for 0, Z for 25, AA for 26."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def headers_of(
    given: Sequence[str], care_codes: Mapping[str, str], samples: Sequence[Sequence[str]]
) -> tuple[list[HeaderCell], Combined]:
    keys = [header_key(text) if len(text) <= _LONGEST_HEADER else "" for text in given]
    named = [_OURS.get(key) or _UNMISTAKABLE.get(key) for key in keys]
    kinds = [None if column else _ID_KINDS.get(key) for key, column in zip(keys, named, strict=True)]
    combined = _combined(
        given, keys, [kind or column for column, kind in zip(named, kinds, strict=True)], care_codes, samples
    )
    in_use = _positions_of(combined)
    columns = [None if position in in_use else column for position, column in enumerate(named)]
    headers = []
    for position, (text, key, column, kind) in enumerate(zip(given, keys, columns, kinds, strict=True)):
        header = HeaderCell(
            position, text, key, column, claims=_claimed(key), is_combined=position in in_use, id_kind=kind
        )
        if column is None and kind is None and not header.is_combined:
            header = replace(header, likely=_likely(key, [*columns, *combined.columns]))
        headers.append(header)
    return headers, combined


def _combined(
    given: Sequence[str],
    keys: Sequence[str],
    named: Sequence[str | None],
    care_codes: Mapping[str, str],
    samples: Sequence[Sequence[str]],
) -> Combined:
    """Return which columns are not one of ours each; a column of our own name goes first."""
    claimed = {_claimed(key) for key in keys if not is_point_header(key)}
    address = None
    if "city" not in claimed and "street" not in [_OURS.get(key) for key in keys]:
        address = _first(keys, lambda key: is_address_header(key, has_city=False))
    free = {
        position: given[position].strip()
        for position, key in enumerate(keys)
        if key and named[position] is None and position != address and key not in OWN_COLUMNS
    }
    # A common name of one of our columns is not a kind of care: "clinic", "hospital".
    unlike_ours = {position: text for position, text in free.items() if keys[position] not in _LIKELY}
    care = care_columns(unlike_ours, care_codes, samples)
    point = None if {"lat", "lon"} & claimed else _first(keys, is_point_header)
    closed = None
    if "status" not in claimed:
        at = _first(keys, lambda key: closed_status(key) is not None)
        closed = None if at is None else (at, closed_status(keys[at]) or "")
    return Combined(care, day_columns(free), point, address, closed)


def _first(keys: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    return next((position for position, key in enumerate(keys) if fits(key)), None)


def _positions_of(combined: Combined) -> set[int]:
    positions = {column.position for column in combined.care} | {column.position for column in combined.days}
    positions |= {column.closes_at for column in combined.days if column.closes_at is not None}
    positions |= {at for at in (combined.point, combined.address) if at is not None}
    return positions | ({combined.closed[0]} if combined.closed else set())


def _claimed(key: str) -> str | None:
    """Return the column of which a header is a name, exactly; in "clinic / facility name", the last part counts."""
    return _NAMES.get(key) or _NAMES.get(key.rpartition("/")[2])


def _likely(key: str, present: Sequence[str | None]) -> str | None:
    """Return the column that a header probably means; not one that the file has under another header."""
    if not key or key in OWN_COLUMNS:
        return None
    # In "clinic / facility name", the last part is the most specific.
    for name in dict.fromkeys((key, key.rpartition("/")[2])):
        close = difflib.get_close_matches(name, _NAMES, n=1, cutoff=_SIMILAR)
        if close:
            return None if _NAMES[close[0]] in present else _NAMES[close[0]]
    return None


def _doubtful(headers: Sequence[HeaderCell]) -> Iterator[Fault]:
    for header in headers:
        if header.likely:
            what = f"“{header.shown}” (column {header.letters}) is not a column we know."
            yield Fault(header.shown, f"{what} Did you mean “{header.likely}”?", "doubtful-header", (header.likely,))


def _duplicates(headers: Sequence[HeaderCell]) -> Iterator[Fault]:
    for column in dict.fromkeys(header.column for header in headers if header.column):
        places = [f"{header.position + 1} ({header.letters})" for header in headers if header.column == column]
        if len(places) > 1:
            detail = f"“{column}” is there more than once: columns {' and '.join(places)}."
            yield Fault(column, detail, "duplicate-header", (column,))


def _contested(headers: Sequence[HeaderCell], combined: Combined, samples: Sequence[Sequence[str]]) -> Iterator[Fault]:
    """Yield the columns of ours that several of the file may be, unless their cells say the same.

    Who writes our own name, to the letter, has chosen.
    """
    for column in COLUMN_NAMES:
        claiming = [header for header in headers if header.column == column or header.claims == column]
        read = [header for header in claiming if header.column == column]
        chosen = any(header.text.strip() == column for header in read)
        if not chosen and len(claiming) > 1 and len(read) == 1 and cells_differ(claiming, samples):
            named = " and ".join(f"“{header.shown}” (column {header.letters})" for header in claiming)
            detail = (
                f"{named} may both be “{column}”. Name the right one “{column}”, exactly so; the other is not read."
            )
            yield Fault(read[0].shown, detail, "contested-header", (column,))
        if column in ("specialties", "hours") and column in combined.columns and read:
            detail = f"“{read[0].shown}” (column {read[0].letters}) and several other columns may be “{column}”. Delete"
            yield Fault(read[0].shown, f"{detail} one or the others.", "contested-header", (column,))


def cells_differ(headers: Sequence[HeaderCell], samples: Sequence[Sequence[str]]) -> bool:
    """Return whether these columns say different things in some row."""
    for row in samples:
        cells = {" ".join(row[header.position].split()).casefold() for header in headers if header.position < len(row)}
        if len(cells - {""}) > 1:
            return True
    return False


def _missing(headers: Sequence[HeaderCell]) -> Iterator[Fault]:
    if not any({header.column, header.likely} & _TELLING or header.id_kind for header in headers):
        detail = "“clinic_id” is missing, and so is “name”. One of them has to say which clinic a row is about."
        yield Fault("clinic_id", detail, "missing-header", ("clinic_id",))


def _unknown(headers: Sequence[HeaderCell]) -> Iterator[Fault]:
    for header in headers:
        is_read = header.column or header.likely or header.is_combined or header.id_kind
        if header.text.strip() and header.key not in OWN_COLUMNS and not is_read:
            detail = f"“{header.shown}” (column {header.letters}) is not read, because we do not know this column."
            yield Fault(header.shown, detail, "unknown-header")


def findings_of(headers: Sequence[HeaderCell], combined: Combined) -> Iterator[Finding]:
    for header in headers:
        yield from _findings_of(header)
    by_position = {header.position: header for header in headers}
    if combined.care:
        yield _joined("specialties", [by_position[column.position] for column in combined.care])
    if combined.days:
        places = [at for column in combined.days for at in (column.position, column.closes_at) if at is not None]
        yield _joined("hours", [by_position[at] for at in places])
    for at, ours in ((combined.point, "lat, lon"), (combined.address, "street, unit, city, state, zip")):
        if at is not None:
            expected = f"Column {by_position[at].letters} is read as {ours}."
            yield new_finding(
                "column-split", column=ours.partition(",")[0], expected=expected, found=by_position[at].shown
            )
    if combined.closed:
        header = by_position[combined.closed[0]]
        expected = f"Column {header.letters} is read as “status”: where it is marked, {combined.closed[1]}."
        yield new_finding("read-as-column", expected=expected, column="status", found=header.shown)
    columns = {header.column for header in headers}
    if "notes" in columns and "staff_notes" not in columns:
        yield new_finding("notes-are-public", column="notes")


def _findings_of(header: HeaderCell) -> Iterator[Finding]:
    where, column = f"Column {header.letters}", header.column
    if header.id_kind:
        expected = f"{where} is read as numbers of the kind “{header.id_kind}”, and kept in “external_ids”."
        yield new_finding("read-as-column", expected=expected, column="external_ids", found=header.shown)
    elif column is None and header.key not in OWN_COLUMNS and not header.is_combined:
        expected = f"{where} is not read. Nothing, unless it holds something that a clinic file has a column for."
        yield new_finding("unknown-column", expected=expected, found=header.shown)
    elif column and header.key not in _OURS:
        expected = f"{where} is read as “{column}”."
        yield new_finding("read-as-column", expected=expected, column=column, found=header.shown)


def _joined(column: str, headers: Sequence[HeaderCell]) -> Finding:
    letters = ", ".join(header.letters for header in headers[:_MANY_UNREAD])
    more = f" and {len(headers) - _MANY_UNREAD} more" if len(headers) > _MANY_UNREAD else ""
    plural = "s" if len(headers) > 1 else ""
    verb = "are" if len(headers) > 1 else "is"
    expected = f"Column{plural} {letters}{more} {verb} read as “{column}”."
    return new_finding("columns-joined", column=column, expected=expected, found=", ".join(h.shown for h in headers))


def no_header() -> UnreadableFile:
    what = "No row near the beginning has names of columns that we know, such as clinic_id, name and city."
    fault = Fault("clinic_id", "“clinic_id” is missing from the first row.", "missing-header", ("clinic_id",))
    return refused("header", what, remedy=_TEMPLATE, faults=[fault])
