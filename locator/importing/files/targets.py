"""What a column of a file may be: one of ours, a part of one, or nothing; and the header that such answers make.

A part is written with a colon: `hours:Mo` (with `hours:Mo:opens` and `hours:Mo:closes` for two columns),
`specialties:palliative_care`, `external_ids:npi`, `status:closed`. `lat,lon` is a point and `address` a whole address
in one column.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence

from locator.clinic.columns import COLUMN_NAMES
from locator.clinic.external_ids import KIND, LONGEST_KIND
from locator.errors import Fault
from locator.importing.files.combined import CareColumn, Combined, DayColumn, days_named
from locator.importing.files.header import Header, HeaderCell, findings_of
from locator.importing.files.known_headers import IGNORE, header_key

POINT, ADDRESS = "lat,lon", "address"
_CLOSED = ("status:closed", "status:temporarily_closed")
_OPENS, _CLOSES = ":opens", ":closes"
_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WHOLE = (*COLUMN_NAMES, IGNORE, POINT, ADDRESS, *_CLOSED)
NEEDED_ONE_OF = ("clinic_id", "name", "external_ids")


def fault_of(target: str, parameter: str, care: Collection[str]) -> Fault | None:
    """Return what is wrong with what a column is said to be; None if nothing is. `care` are the codes of care."""
    part, _, rest = target.partition(":")
    if target in _WHOLE:
        return None
    if part == "hours" and rest:
        days = rest.removesuffix(_OPENS).removesuffix(_CLOSES)
        if days_named(days) == days:
            return None
    if part == "specialties" and rest in care:
        return None
    if part == "external_ids" and len(rest) <= LONGEST_KIND and KIND.fullmatch(rest):
        return None
    near = difflib.get_close_matches(target[:80], [*_WHOLE, *COLUMN_NAMES], n=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    detail = f"“{target[:40]}” is none of our columns, nor “{IGNORE}”.{hint}"
    return Fault(parameter, detail, "unknown-column", near)


def claims_of(target: str) -> tuple[str, ...]:
    """Return what a column claims for itself: another one with the same claim says the same thing again."""
    part, _, rest = target.partition(":")
    match part:
        case _ if target == IGNORE:
            return ()
        case _ if target == POINT:
            return ("lat", "lon")
        case _ if target == ADDRESS:
            return ("street",)
        case "status":
            return ("status",)
        case "hours" | "specialties" | "external_ids" if rest:
            return (target.removesuffix(_OPENS),)
    return (target,)


def conflicts(targets: Mapping[int, str]) -> list[tuple[str, list[int]]]:
    """Return which columns of ours several positions are, in the order of the file."""
    claiming: dict[str, list[int]] = {}
    for position in sorted(targets):
        for claim in claims_of(targets[position]):
            claiming.setdefault(claim, []).append(position)
    for column in ("hours", "specialties"):  # the whole, and parts of it
        parts = [at for claim, found in claiming.items() if claim.startswith(f"{column}:") for at in found]
        if column in claiming and parts:
            claiming[column] = sorted({*claiming[column], *parts})
    return [(claim, found) for claim, found in claiming.items() if len(found) > 1]


def missing_in(targets: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of which a file needs one, if it has none of them."""
    given = {target.partition(":")[0] for target in targets}
    return () if given & set(NEEDED_ONE_OF) else NEEDED_ONE_OF


def targets_of(header: HeaderCell, combined: Combined) -> str | None:
    """Return what a column was recognized as by its header; None if it was not."""
    at = header.position
    for care in combined.care:
        if care.position == at:
            return f"specialties:{care.code}"
    for day in combined.days:
        if day.position == at:
            return f"hours:{day.days}{_OPENS if day.closes_at is not None else ''}"
        if day.closes_at == at:
            return f"hours:{day.days}{_CLOSES}"
    if at == combined.point:
        return POINT
    if at == combined.address:
        return ADDRESS
    if combined.closed and at == combined.closed[0]:
        return f"status:{combined.closed[1]}"
    if header.id_kind:
        return f"external_ids:{header.id_kind}"
    return header.column


def header_with(given: Sequence[str], targets: Mapping[int, str]) -> Header:
    """Return the header of a file whose columns are these; positions that are not named are not read."""
    positions: dict[str, int] = {}
    ids: dict[str, int] = {}
    cells: list[HeaderCell] = []
    combined = _combined(given, targets)
    for at, text in enumerate(given):
        target = targets.get(at, IGNORE)
        part, _, rest = target.partition(":")
        column, kind = None, None
        if target in COLUMN_NAMES:
            column = target
            positions.setdefault(target, at)
        elif part == "external_ids" and rest:
            kind = rest
            ids.setdefault(rest, at)
        is_combined = column is None and kind is None and target != IGNORE
        cells.append(HeaderCell(at, text, header_key(text), column, is_combined=is_combined, id_kind=kind))
    return Header(tuple(given), positions, ids, tuple(findings_of(cells, combined)), combined)


def _combined(given: Sequence[str], targets: Mapping[int, str]) -> Combined:
    care: list[CareColumn] = []
    opens: dict[str, int] = {}
    closes: dict[str, int] = {}
    point: int | None = None
    address: int | None = None
    closed: tuple[int, str] | None = None
    for at, target in sorted(targets.items()):
        part, _, rest = target.partition(":")
        if target == POINT:
            point = at
        elif target == ADDRESS:
            address = at
        elif part == "status" and rest:
            closed = (at, rest)
        elif part == "specialties" and rest:
            care.append(CareColumn(at, rest, given[at].strip()))
        elif part == "hours" and rest:
            days = closes if rest.endswith(_CLOSES) else opens
            days[rest.removesuffix(_OPENS).removesuffix(_CLOSES)] = at
    days_of = [DayColumn(at, days, closes.get(days)) for days, at in opens.items()]
    days_of += [DayColumn(at, days) for days, at in closes.items() if days not in opens]
    days_of.sort(key=lambda column: _WEEK.index(column.days[:2]))
    return Combined(tuple(care), tuple(days_of), point, address, closed)
