"""What the columns of a new file are: as remembered, as given with the file, or as they are asked about."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from locator.importing.files.header import OWN_COLUMNS
from locator.importing.files.known_headers import header_key
from locator.importing.files.layout import Line
from locator.importing.files.proposals import answered, positions_named, propose_mapping, read_targets
from locator.importing.files.reader import Mapper
from locator.importing.findings import new_finding
from locator.importing.rows import storable, storable_cells
from locator.records.actor import Actor
from locator.records.findings import Finding
from locator.records.imports import ColumnMapping, ColumnState, ImportStatus, RowAction, StoredRow
from locator.store.stores import Stores
from locator.text.folding import words_of

# Findings about the columns of a file, which become others when its columns do.
_COLUMN_CODES = frozenset(
    ["unknown-column", "read-as-column", "columns-joined", "column-split", "notes-are-public", "column-asked",
     "column-missing"]
)  # fmt: skip


def mapper_in(
    stores: Stores,
    *,
    by: Actor,
    full_list_of: str | None,
    care_codes: Mapping[str, str],
    given: Mapping[str, str],
    accept_proposed: bool,
) -> Mapper:
    """Return how the columns of a file are found: remembered ones first, then what was given with the file.

    `given` are columns by header; `accept_proposed`: the others are what is proposed. The mapper raises BadParameters.
    """

    def mapper(header: Sequence[str], samples: Sequence[Sequence[str]]) -> ColumnMapping:
        remembered = stores.mappings.remembered(owners_of(by, full_list_of), subject_of(header))
        mapping = propose_mapping(header, care_codes=care_codes, samples=samples, remembered=remembered)
        if given or accept_proposed:
            answers = positions_named(mapping, given)
            mapping = answered(mapping, answers, accept_proposed=accept_proposed, care=set(care_codes.values()))
        return mapping

    return mapper


def owners_of(by: Actor, full_list_of: str | None) -> list[str]:
    """Return whose answers count for a file: those for the organization it is of, then those of its sender."""
    sender = f"sender:{by.via}:{by.name}"[:200]
    organization = " ".join(words_of(full_list_of or ""))[:200]
    return [organization, sender] if organization else [sender]


def subject_of(header: Sequence[str]) -> str:
    """Return what a header is remembered by: the same for the same columns in the same order."""
    keys = [header_key(storable(cell)) for cell in header]
    while keys and (not keys[-1] or keys[-1] in OWN_COLUMNS):  # what refused.csv has in addition
        keys.pop()
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def remember_mapping(
    stores: Stores,
    mapping: ColumnMapping,
    header: Sequence[str],
    *,
    by: Actor,
    sender: Actor,
    full_list_of: str | None,
) -> None:
    """Keep what the columns of a file are for the next one with this header: of its sender, and of who answered."""
    owners = dict.fromkeys([*owners_of(sender, full_list_of), *owners_of(by, full_list_of)])
    stores.mappings.remember(owners, subject_of(header), read_targets(mapping), by=by)


def storable_mapping(mapping: ColumnMapping) -> ColumnMapping:
    """Return the mapping as PostgreSQL can keep it."""
    columns = tuple(replace(column, header=storable(column.header)) for column in mapping.columns)
    return replace(mapping, columns=columns)


def about_the_file(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings of a file that do not depend on what its columns are."""
    return [each for each in findings if each.code not in _COLUMN_CODES]


def asked_findings(mapping: ColumnMapping) -> Iterator[Finding]:
    """Return what has to be answered about the columns of a file."""
    for column in mapping.columns:
        if column.state is ColumnState.ASKED:
            expected = f"Column {column.letters}: “{column.column}”, if that is right, or another column."
            yield new_finding("column-asked", found=column.header or None, expected=expected)
    if mapping.missing:
        yield new_finding("column-missing", column=mapping.missing[0])


def ask_first(stores: Stores, import_id: int, lines: Iterable[Sequence[Line]]) -> None:
    """Keep the rows of a file, unchecked, until somebody has said what its columns are; `lines` come in batches."""
    for batch in lines:
        rows = [
            StoredRow(row=line.row, action=RowAction.HELD, findings=line.findings, raw=storable_cells(line.raw))
            for line in batch
        ]
        stores.imports.add_rows(import_id, rows)
    wait_for_mapping(stores, import_id)


def wait_for_mapping(stores: Stores, import_id: int) -> None:
    """Set an import to wait until somebody has said what its columns are."""
    counts = stores.imports.count_actions(import_id)
    stores.imports.update(import_id, status=ImportStatus.MAPPING, counts=counts, coverage={}, brake=None)
