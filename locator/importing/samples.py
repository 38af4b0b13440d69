"""The sample clinics of `seed/clinics.csv`: they fill a new locator to try it, and are taken off the list at once."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from locator.clinic.clinic import Clinic, Wanted
from locator.errors import LocatorError
from locator.importing.files.reader import open_clinic_file
from locator.importing.report import mark_published
from locator.importing.rows import checker_in, comparison_in
from locator.records.actor import SAMPLE_DATA, Actor
from locator.records.clinics import CurrentClinic
from locator.records.findings import Finding, Severity
from locator.records.imports import Counts, FileFacts
from locator.store.database import Database
from locator.store.stores import Stores

# An import without a file or rows: all that it does is to retire clinics.
_REMOVAL = FileFacts(
    name="(sample clinics removed)",
    format="csv",
    size=0,
    sha256=hashlib.sha256(b"").hexdigest(),
    encoding=None,
    delimiter=None,
)


@dataclass(frozen=True, slots=True)
class RemovedSamples:
    """How many sample clinics were taken off the list, and by which import; None if there was none.

    `kept` are listed clinics that came with the samples and that somebody has changed since. `listed` counts the
    clinics that are still on the list.
    """

    import_id: int | None
    removed: int
    kept: tuple[str, ...]
    listed: int


class DamagedSamples(LocatorError):
    """A row of the sample clinics cannot be loaded; the sentence says which, and why."""

    def __init__(self, row: int, fault: str):
        super().__init__(f"The sample clinics cannot be loaded. Row {row}: {fault} Nothing was changed.")


def load_samples(database: Database, folder: Path, say: Callable[[str], None]) -> None:
    """Make the list the sample clinics of `folder`, unless somebody else has ever changed it.

    Raises UnreadableFile and DamagedSamples: all of them are loaded, or none.
    """
    with database.change("sample clinics") as stores:
        if stores.clinics.has_history_of_others():
            return
        with (folder / "clinics.csv").open("rb") as file:
            samples = {clinic.clinic_id: clinic for clinic in _read_samples(stores, file)}
        held = stores.clinics.current(samples)
        changed = [clinic for clinic in samples.values() if not _is_held(clinic, held.get(clinic.clinic_id))]
        gone = sorted({clinic.clinic_id for clinic in stores.clinics.listed()} - samples.keys())
        if changed:
            stores.clinics.save(changed, by=SAMPLE_DATA)
        if gone:
            stores.clinics.retire(gone, by=SAMPLE_DATA)
    if changed or gone:
        say(f"{len(samples):,} sample clinics")


def remove_samples(*, by: Actor, database: Database, wait_seconds: float = 10.0) -> RemovedSamples:
    """Retire every sample clinic that nobody has changed, as an import that `undo_import` takes back.

    They stay away: `load_samples` never touches a list that somebody has changed. Raises ImportInProgress.
    """
    with database.change("removing the sample clinics", wait_seconds=wait_seconds) as stores:
        samples = stores.clinics.samples()
        import_id = _retire_by_an_import(stores, samples, by=by) if samples else None
        kept = stores.clinics.changed_samples()
        return RemovedSamples(import_id, len(samples), tuple(kept), stores.clinics.count_listed(wanted=Wanted()))


def _retire_by_an_import(stores: Stores, clinic_ids: list[str], *, by: Actor) -> int:
    import_id = stores.imports.begin(by=by, file=_REMOVAL, header=())
    stores.imports.retire_clinics(import_id, clinic_ids)
    counts = Counts(retired=len(clinic_ids))
    stores.imports.update(import_id, counts=counts)
    retired = stores.publishing.publish(import_id, by=by)
    mark_published(stores, import_id, by=by)
    stores.audit.add(by, "samples-removed", import_id=import_id, detail={"clinics": retired, "counts": counts})
    return import_id


def _is_held(clinic: Clinic, held: CurrentClinic | None) -> bool:
    if held is None:
        return False
    # If a row has no ZIP, the store has found the county by the point.
    return held.clinic == (clinic if clinic.address.county else clinic.with_county(held.clinic.address.county))


def _read_samples(stores: Stores, file: BinaryIO) -> Iterator[Clinic]:
    """Read the clinics as an import reads new ones, so that an empty cell means that nothing is known."""
    checker = checker_in(stores)
    comparison = comparison_in(stores)
    seen: set[str] = set()
    for line in open_clinic_file(file, name=None).lines():
        checked = checker.check(line)
        if checked.record is None:
            raise DamagedSamples(line.row, _first_error(checked.findings))
        result = comparison.compare(checked.record, None)
        if result.clinic is None:
            raise DamagedSamples(line.row, _first_error(result.findings))
        if result.clinic.location is None:
            raise DamagedSamples(line.row, "lat and lon are missing.")
        if result.clinic.clinic_id in seen:
            raise DamagedSamples(line.row, f"{result.clinic.clinic_id} is there twice.")
        seen.add(result.clinic.clinic_id)
        yield result.clinic


def _first_error(findings: tuple[Finding, ...]) -> str:
    error = next(finding for finding in findings if finding.severity is Severity.ERROR)
    return f"{error.column or 'the row'} ({error.code}). {error.expected}"
