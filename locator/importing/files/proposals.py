"""Which column of a file is which of ours: proposed by headers, kinds of files and values, and as somebody says."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from locator.clinic.columns import COLUMN_NAMES
from locator.errors import BadParameters, Fault
from locator.importing.files.combined import Combined
from locator.importing.files.header import (
    OWN_COLUMNS,
    HeaderCell,
    cells_differ,
    headers_of,
    letters_of,
    no_header,
    shown_header,
    trimmed,
)
from locator.importing.files.known_headers import IGNORE, Family, family_of, header_key
from locator.importing.files.targets import conflicts, fault_of, missing_in, targets_of
from locator.importing.files.value_kinds import kind_told, may_be, values_in
from locator.records.findings import shortened
from locator.records.imports import ColumnMapping, ColumnState, MappedColumn, MappingSource

ASK = "ask"
_MOST_SAMPLES = 3
_FEWEST_TOLD = 2  # columns that only the kind of file tells

# "Clinic" may be the name of each clinic or its ID, and so may "ID": their values tell.
_OTHERWISE = {"name": "clinic_id", "clinic_id": "name"}

Samples = Sequence[Sequence[str]]


def propose_mapping(
    texts: Sequence[str],
    *,
    care_codes: Mapping[str, str],
    samples: Samples,
    remembered: Mapping[int, str] | None = None,
) -> ColumnMapping:
    """Return what each column of a file is, or may be; `samples` are the first rows below the header.

    `remembered` is what somebody said of an earlier file with this header: then nobody is asked again. Raises
    UnreadableFile for a header none of which is known.
    """
    given = trimmed(texts)
    if remembered is not None:
        columns = [
            _column(at, given, samples, remembered.get(at, IGNORE), MappingSource.REMEMBERED)
            for at in range(len(given))
        ]
        return _mapping(columns, None)
    headers, combined = headers_of(given, care_codes, samples)
    family = _family_of(headers, combined)
    if family is None and not any(h.column or h.likely or h.id_kind for h in headers):
        raise no_header()
    columns = []
    for header in headers:
        columns.append(_proposed(header, given, samples, targets_of(header, combined), family))
    columns = _by_values(columns, headers, given, samples)
    columns = _asked_if_contested(columns, headers, samples)
    return _mapping(columns, family.name if family else None)


def _family_of(headers: Sequence[HeaderCell], combined: Combined) -> Family | None:
    """Return the kind of file that it is, if that tells more than its headers do; a file with our ids is ours."""
    if any(header.column == "clinic_id" for header in headers):
        return None
    keys = [header.key or header_key(header.text) for header in headers]
    family = family_of(keys)
    if family is None:
        return None
    told = [
        key
        for header, key in zip(headers, keys, strict=True)
        if family.columns.get(key, IGNORE) not in (IGNORE, targets_of(header, combined))
    ]
    return family if len(told) >= _FEWEST_TOLD else None


def _proposed(
    header: HeaderCell, given: Sequence[str], samples: Samples, known: str | None, family: Family | None
) -> MappedColumn:
    """Return what one column is by its header alone."""
    at, key = header.position, header.key or header_key(header.text)
    if key in OWN_COLUMNS:
        return _column(at, given, samples, IGNORE, MappingSource.NAME)
    if family is not None and key in family.columns:
        target = family.columns[key]
        fits = may_be(target, values_in(samples, at))
        column = _column(at, given, samples, target if fits else IGNORE, MappingSource.FILE)
        is_sure = target == IGNORE or (fits and target == known)
        return column if is_sure else replace(column, state=ColumnState.ASKED)
    if known is not None:
        return _column(at, given, samples, known, MappingSource.NAME)
    if header.likely:
        values = values_in(samples, at)
        meant = header.likely if may_be(header.likely, values) else _OTHERWISE.get(header.likely, IGNORE)
        fits = may_be(meant, values)
        column = _column(at, given, samples, meant if fits else IGNORE, MappingSource.NAME)
        return replace(column, state=ColumnState.ASKED)
    return _column(at, given, samples, IGNORE, MappingSource.NONE)


def _by_values(
    columns: Sequence[MappedColumn], headers: Sequence[HeaderCell], given: Sequence[str], samples: Samples
) -> list[MappedColumn]:
    """Ask about columns whose header says nothing, but whose values look like a column that the file lacks."""
    present = {column.column.partition(":")[0] for column in columns}
    present |= {"lat", "lon"} if "lat,lon" in present else set()
    present |= {"zip", "state"} if "address" in present else set()
    told: dict[int, str] = {}
    for column in columns:
        is_open = column.column == IGNORE and column.because in (MappingSource.NONE, MappingSource.NAME)
        if is_open and headers[column.position - 1].key not in OWN_COLUMNS:
            kind = kind_told(values_in(samples, column.position - 1))
            if kind is not None and kind not in present:
                told[column.position] = kind
    count = Counter(told.values())
    points = {"lat", "lon"} <= count.keys()
    told = {at: kind for at, kind in told.items() if kind not in ("lat", "lon") or points}
    asked = {
        at: replace(_column(at - 1, given, samples, kind, MappingSource.VALUES), state=ColumnState.ASKED)
        for at, kind in told.items()
    }
    return [asked.get(column.position, column) for column in columns]


def _asked_if_contested(
    columns: Sequence[MappedColumn], headers: Sequence[HeaderCell], samples: Samples
) -> list[MappedColumn]:
    """Ask about columns of which several may be the same one of ours; the first is proposed."""
    settled = {column.position - 1: column for column in columns}
    for claim, positions in conflicts({at: column.column for at, column in settled.items()}):
        # Who writes our own name has chosen; of several, the first one is proposed.
        best = next((at for at in positions if given_name(headers[at]) == claim), positions[0])
        is_chosen = sum(given_name(headers[at]) == claim for at in positions) == 1
        for at in positions:
            kept = settled[at] if at == best else replace(settled[at], column=IGNORE)
            state = settled[at].state if at == best and is_chosen else ColumnState.ASKED
            settled[at] = replace(kept, state=state)
    for name in COLUMN_NAMES:
        read = [at for at, each in settled.items() if each.column == name and each.state is ColumnState.READ]
        claiming = [at for at, each in settled.items() if at in read or _may_claim(each, headers[at], name)]
        is_open = len(read) == 1 and len(claiming) > 1 and given_name(headers[read[0]]) != name
        if is_open and cells_differ([headers[at] for at in claiming], samples):
            for at in claiming:
                settled[at] = replace(settled[at], state=ColumnState.ASKED)
    return [settled[at] for at in sorted(settled)]


def _may_claim(each: MappedColumn, header: HeaderCell, column: str) -> bool:
    return each.column == IGNORE and each.because is not MappingSource.FILE and header.claims == column


def given_name(header: HeaderCell) -> str:
    return header.text.strip()


def answered(
    mapping: ColumnMapping, answers: Mapping[int, str], *, accept_proposed: bool, care: Collection[str]
) -> ColumnMapping:
    """Return the mapping as somebody says it is; `answers` are by position, from 1: a column of ours, ignore or ask.

    `accept_proposed`: what is proposed for every other column is right. Raises BadParameters naming each column at
    fault: an unknown answer, or two columns that would be one of ours.
    """
    by_position = {column.position: column for column in mapping.columns}
    faults = [
        fault
        for at, answer in answers.items()
        if answer != ASK and (fault := fault_of(answer, parameter_of(by_position[at]), care))
    ]
    if faults:
        raise BadParameters(faults)
    given = {at: answer for at, answer in answers.items() if answer != ASK}
    columns: list[MappedColumn] = []
    for column in mapping.columns:
        answer = answers.get(column.position)
        if answer == ASK:
            columns.append(replace(column, state=ColumnState.ASKED))
        elif answer is not None:
            columns.append(_as(column, answer, MappingSource.GIVEN))
        elif column.state is ColumnState.ASKED and _is_taken(column, given):
            # Somebody named another column for it.
            columns.append(_as(column, IGNORE, MappingSource.GIVEN))
        elif column.state is ColumnState.ASKED and accept_proposed:
            columns.append(_as(column, column.column, MappingSource.GIVEN))
        else:
            columns.append(column)
    read = {column.position: column.column for column in columns}
    for claim, positions in conflicts(read):
        names = " and ".join(f"“{by_position[at].header}” ({by_position[at].letters})" for at in positions)
        detail = f"{names} would both be “{claim}”. Choose one, and “{IGNORE}” for the other."
        faults.append(Fault(parameter_of(by_position[positions[-1]]), detail, "same-column", (IGNORE,)))
    if faults:
        raise BadParameters(faults)
    settled = replace(mapping, columns=tuple(columns))
    return replace(settled, missing=missing_in(column.column for column in columns))


def _is_taken(column: MappedColumn, given: Mapping[int, str]) -> bool:
    together = {**given, column.position: column.column}
    return any(column.position in positions for _, positions in conflicts(together))


def positions_named(mapping: ColumnMapping, named: Mapping[str, str]) -> dict[int, str]:
    """Return answers by position of answers by header; `#B` is the column with these letters, whatever its header.

    Raises BadParameters for a header that the file does not have, or has several times.
    """
    by_key: dict[str, list[MappedColumn]] = {}
    for column in mapping.columns:
        by_key.setdefault(header_key(column.header), []).append(column)
    by_letters = {f"#{column.letters}": column for column in mapping.columns}
    answers: dict[int, str] = {}
    faults: list[Fault] = []
    for header, answer in named.items():
        found = by_key.get(header_key(header), [])
        if not found and (lettered := by_letters.get(header.strip().upper())):
            found = [lettered]
        if len(found) == 1:
            answers[found[0].position] = answer
        elif found:
            letters = " or ".join(f"#{column.letters}" for column in found[:5])
            detail = f"The file has several columns named “{header[:40]}”. Name one by its letters: {letters}."
            faults.append(Fault("map", detail, "repeated-header"))
        else:
            near = difflib.get_close_matches(
                header[:80], [column.header for column in mapping.columns], n=1, cutoff=0.5
            )
            hint = f" Did you mean “{near[0]}”?" if near else ""
            faults.append(Fault("map", f"The file has no column “{header[:40]}”.{hint}", "no-such-header", near))
    if faults:
        raise BadParameters(faults)
    return answers


def parameter_of(column: MappedColumn) -> str:
    """Return how an error names a column: by its header, or its letters if it has none."""
    return column.header or f"column {column.letters}"


def read_targets(mapping: ColumnMapping) -> dict[int, str]:
    """Return what each column is read as, by position from 0; what is only proposed counts too."""
    return {column.position - 1: column.column for column in mapping.columns}


def _as(column: MappedColumn, target: str, because: MappingSource) -> MappedColumn:
    state = ColumnState.IGNORED if target == IGNORE else ColumnState.READ
    return replace(column, column=target, state=state, because=because)


def _column(at: int, given: Sequence[str], samples: Samples, target: str, because: MappingSource) -> MappedColumn:
    values = dict.fromkeys(shortened(each) for each in values_in(samples, at))
    state = ColumnState.IGNORED if target == IGNORE else ColumnState.READ
    shown = tuple(values)[:_MOST_SAMPLES]
    return MappedColumn(at + 1, letters_of(at), shown_header(given[at]), target, state, because, shown)


def _mapping(columns: Sequence[MappedColumn], family: str | None) -> ColumnMapping:
    return ColumnMapping(tuple(columns), family, missing=missing_in(column.column for column in columns))
