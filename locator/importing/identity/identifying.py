"""Which clinic each row without a clinic_id is about: by its own number, by an earlier answer, or by what is alike.

A row that may be a clinic of the list is held until somebody says whether it is; the answer is remembered for the next
file of that organization. A row that is like no clinic is a new one, whose id is made from its name.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from locator.importing.difference import Comparison
from locator.importing.findings import IDENTITY_CODES, new_finding
from locator.importing.identity.evidence import Evidence, Rating, clearly_meant, evidence_of
from locator.importing.identity.new_ids import TakenIds, id_from
from locator.importing.likeness.descriptions import Description, description_of
from locator.importing.rows import batches, identified_row
from locator.records.findings import Finding
from locator.records.imports import Candidate, ClinicRecord, Identity, IdentityState, RowAction, StoredRow
from locator.store.stores import Stores

_MOST_CANDIDATES = 5
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Identified:
    """A row's identity, and the clinic that it is about; None if that is a new one, or undecided."""

    identity: Identity
    clinic_id: str | None = None

    @property
    def claim(self) -> str | None:
        """The clinic that it is about, or likely about."""
        return self.clinic_id or self.identity.proposal


def identify_rows(
    stores: Stores, import_id: int, comparison: Comparison, *, can_locate: bool, only: Collection[int] | None = None
) -> None:
    """Find out which clinic each row without a clinic_id is about, and compare the row with it.

    `only` are the numbers of those rows that have to be looked at; without it, all are.
    """
    numbers = stores.imports.unidentified(import_id) if only is None else sorted(only)
    if not numbers:
        return
    full_list_of = stores.imports.get(import_id).full_list_of
    found: dict[int, Identified] = {}
    for batch in batches(numbers):
        records = [row.record for row in stores.imports.rows(import_id, numbers=batch) if row.record]
        found |= _identified(stores, [description_of(record, full_list_of=full_list_of) for record in records])
    found = _without_conflicts(stores, import_id, found)
    repeated = _repeated(found)
    for batch in batches(found):
        chosen = {row: found[row] for row in batch if row not in repeated}
        write_identities(stores, import_id, comparison, chosen, can_locate=can_locate)
    _refuse_repeated(stores, import_id, repeated)


def _identified(stores: Stores, descriptions: Sequence[Description]) -> dict[int, Identified]:
    """Return what is known of each row by itself."""
    answers = stores.identities.remembered({(each.organization, each.subject) for each in descriptions})
    alike = stores.identities.alike([each.described for each in descriptions])
    found: dict[int, Identified] = {}
    for each in descriptions:
        rated = [evidence_of(each, clinic) for clinic in alike.get(each.row, [])]
        ranked = sorted((one for one in rated if one.rating), key=lambda one: one.order, reverse=True)
        found[each.row] = _identity_of(each, ranked, answers.get((each.organization, each.subject)))
    return found


def _identity_of(description: Description, ranked: list[Evidence], answer: str | None) -> Identified:
    candidates = tuple(each.candidate() for each in ranked[:_MOST_CANDIDATES])

    def identity(state: IdentityState, proposal: str | None = None) -> Identity:
        return Identity(state, description.organization, description.subject, candidates, proposal)

    if answer is not None:
        return Identified(identity(IdentityState.DECIDED), answer)
    meant = clearly_meant(ranked)
    if meant is None:
        return Identified(identity(IdentityState.OPEN if ranked else IdentityState.NEW))
    if meant.rating is Rating.SAME:
        return Identified(identity(IdentityState.MATCHED), meant.clinic.clinic_id)
    return Identified(identity(IdentityState.PROPOSED, meant.clinic.clinic_id))


def _without_conflicts(stores: Stores, import_id: int, found: Mapping[int, Identified]) -> dict[int, Identified]:
    """Return the rows with those left open that would be the same clinic as another row of the file."""
    count = Counter(each.claim for each in found.values() if each.claim is not None)
    named = stores.identities.named(import_id, count)

    def settled(each: Identified) -> Identified:
        if each.claim is None or (count[each.claim] == 1 and each.claim not in named):
            return each
        return Identified(replace(each.identity, state=IdentityState.OPEN, proposal=None))

    return {row: settled(each) for row, each in found.items()}


def _repeated(found: Mapping[int, Identified]) -> set[int]:
    """Return the rows that say the same of who they are as another one: nobody could tell one from the other."""
    subjects = Counter((each.identity.organization, each.identity.subject) for each in found.values())
    return {row for row, each in found.items() if subjects[each.identity.organization, each.identity.subject] > 1}


def _refuse_repeated(stores: Stores, import_id: int, repeated: Iterable[int]) -> None:
    for batch in batches(sorted(repeated)):
        rows = [
            replace(row, action=RowAction.REFUSED, record=None, identity=None, findings=(*row.findings, _twice(row)))
            for row in stores.imports.rows(import_id, numbers=batch)
        ]
        stores.imports.replace_rows(import_id, rows)


def _twice(row: StoredRow) -> Finding:
    return new_finding("same-row-twice", row=row.row, column="name", found=row.name)


def write_identities(
    stores: Stores, import_id: int, comparison: Comparison, found: Mapping[int, Identified], *, can_locate: bool
) -> dict[int, str]:
    """Compare rows with the clinics they are about, keep them so, and return their ids; new ones get one here.

    An undecided row is held, and gets no id; a new clinic without a name is refused.
    """
    rows = [row for row in stores.imports.rows(import_id, numbers=found) if row.record]
    ids = {row: each.clinic_id for row, each in found.items() if each.clinic_id is not None}
    ids |= _new_ids(stores, import_id, [row for row in rows if _is_new(found[row.row])])
    current = stores.clinics.current(ids.values())
    written: list[StoredRow] = []
    for row in rows:
        identity, clinic_id = found[row.row].identity, ids.get(row.row)
        kept = tuple(each for each in row.findings if each.code not in IDENTITY_CODES)
        if row.record is None or (clinic_id is None and identity.is_undecided):
            written.append(held_row(row, identity, kept))
            continue
        if clinic_id is None:
            missing = new_finding("missing-for-new", row=row.row, column="name")
            written.append(
                replace(row, action=RowAction.REFUSED, record=None, identity=None, findings=(*kept, missing))
            )
            continue
        about = replace(
            row,
            clinic_id=clinic_id,
            record=ClinicRecord(row.row, clinic_id, row.record.values),
            findings=(*kept, _told(row.row, clinic_id, identity)),
            identity=identity,
        )
        written.append(identified_row(stores, comparison, about, current.get(clinic_id), can_locate=can_locate))
    stores.imports.replace_rows(import_id, written)
    return ids


def _is_new(found: Identified) -> bool:
    return found.clinic_id is None and not found.identity.is_undecided


def _new_ids(stores: Stores, import_id: int, rows: Sequence[StoredRow]) -> dict[int, str]:
    """Return an id for each new clinic that has a name."""
    taken = TakenIds(lambda ids: stores.identities.ever_used(ids, import_id=import_id))
    named = {row.row: (row.name, row.record.text("city")) for row in rows if row.name and row.record}
    taken.ask({id_from(name, city, taken=()) for name, city in named.values()})
    return {row: taken.take(id_from(name, city, taken=taken)) for row, (name, city) in named.items()}


def held_row(row: StoredRow, identity: Identity, findings: tuple[Finding, ...]) -> StoredRow:
    """Return a row that waits until somebody says which clinic it is about."""
    code = "proposed-clinic" if identity.proposal else "which-clinic"
    found = "; ".join(map(in_words, identity.candidates[:_MOST_SHOWN])) or None
    return replace(
        row,
        action=RowAction.HELD,
        clinic_id=None,
        based_on=None,
        image=None,
        changes=(),
        findings=(
            *findings,
            new_finding(code, row=row.row, column="clinic_id", found=found, proposal=identity.proposal),
        ),
        identity=identity,
    )


def _told(row: int, clinic_id: str, identity: Identity) -> Finding:
    code = {
        IdentityState.NEW: "new-clinic-id",
        IdentityState.MATCHED: "matched-clinic",
        IdentityState.DECIDED: "decided-clinic",
    }[identity.state]
    return new_finding(code, row=row, column="clinic_id", found=clinic_id)


def in_words(candidate: Candidate) -> str:
    """Return a clinic that a row may be about, with how it is alike: bellin (the same phone, the same town)."""
    return f"{candidate.clinic_id} ({', '.join(candidate.alike)})" if candidate.alike else candidate.clinic_id
