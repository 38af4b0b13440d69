"""Who looks alike: noted on the rows of an import that add clinics, as often as there is something new to look at."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from locator.geo.distance import miles
from locator.importing.batches import batches
from locator.importing.difference_kinds import compared
from locator.importing.findings import Finding, stored_finding
from locator.store.imports.duplicates import Suspect
from locator.store.imports.imports import StoredRow
from locator.store.stores import Stores

_LIKENESS = ("likely-duplicate", "same-clinic")
_FAR_METERS = 1000


def mark_lookalikes(stores: Stores, import_id: int) -> list[str]:
    """Note on each new clinic which other it looks like, and hold those that somebody said are the same.

    Gives the ids, in order of the rows, of whom that is news: they look like a clinic that was not noted on them, or
    are held now, or no longer.
    """
    by_row = defaultdict[int, list[Suspect]](list)
    for suspect in stores.publishing.suspects(import_id):
        by_row[suspect.row].append(suspect)
    noted = {row.row for row in stores.imports.rows(import_id, noting=_LIKENESS)}
    news: list[str] = []
    # All rows of a file may have the same phone, and they do not fit into memory.
    for numbers in batches(sorted(noted | by_row.keys())):
        rows = list(stores.imports.rows(import_id, numbers=numbers))
        marked = [(row, _marked(row, by_row.get(row.row, []))) for row in rows]
        stores.imports.replace_rows(import_id, [after for before, after in marked if after != before])
        news += [after.clinic_id or "" for before, after in marked if _is_news(before, after)]
    return news


def _marked(row: StoredRow, suspects: list[Suspect]) -> StoredRow:
    findings = [each for each in row.findings if each["code"] not in _LIKENESS]
    action = "added" if len(findings) < len(row.findings) and row.action == "held" else row.action
    for suspect in suspects:
        action = "held" if suspect.is_same else action
        findings.append(stored_finding(_likeness(suspect)))
    return replace(row, action=action, findings=findings)


def _likeness(suspect: Suspect) -> Finding:
    code = "same-clinic" if suspect.is_same else "likely-duplicate"
    how = "the same phone" if suspect.by == "phone" else "a similar name"
    found = f"{suspect.other_clinic_id} ({how}{_apart(suspect.meters)})"
    return compared(code, row=suspect.row, column="clinic_id", found=found)


def _apart(meters: float | None) -> str:
    """Say how far apart two clinics are: meters within a street or two, miles beyond."""
    if meters is None:
        return ""
    if meters < _FAR_METERS:
        return f", {meters:,.0f} m away"
    return f", {miles(meters):.1f} miles away"


def _is_news(before: StoredRow, after: StoredRow) -> bool:
    return before.action != after.action or bool(_others(after.findings) - _others(before.findings))


def _others(findings: list[dict[str, Any]]) -> set[str]:
    """Give the ids of the clinics that findings say a row looks like."""
    return {each["found"].partition(" ")[0] for each in findings if each["code"] in _LIKENESS}
