"""Clinics that look like another one: noted on the rows of an import that add them, each time there is news."""

from collections import defaultdict
from dataclasses import replace

from locator.geo.distance import miles
from locator.importing.findings import new_finding
from locator.importing.rows import batches
from locator.records.findings import Finding, Likeness, LikenessKind
from locator.records.imports import RowAction, StoredRow
from locator.store.imports.duplicates import Suspect
from locator.store.stores import Stores

LIKELY_DUPLICATE = "likely-duplicate"
_CODES = (LIKELY_DUPLICATE, "same-clinic")
_FAR_METERS = 1000


def mark_lookalikes(stores: Stores, import_id: int) -> list[str]:
    """Note on each new clinic which others it looks like, and hold those that somebody decided are the same.

    Returns the ids, in the order of the rows, of the clinics with news: they look like a clinic that was not noted
    before, or are held now, or no longer.
    """
    by_row = defaultdict[int, list[Suspect]](list)
    for suspect in stores.publishing.suspects(import_id):
        by_row[suspect.row].append(suspect)
    noted = {row.row for row in stores.imports.rows(import_id, noting=_CODES)}
    news: list[str] = []
    # All rows of a file may have the same phone, and they do not fit into memory.
    for numbers in batches(sorted(noted | by_row.keys())):
        rows = list(stores.imports.rows(import_id, numbers=numbers))
        marked = [(row, _marked(row, by_row.get(row.row, []))) for row in rows]
        stores.imports.mark_rows(import_id, [after for before, after in marked if after != before])
        news += [after.clinic_id or "" for before, after in marked if _is_news(before, after)]
    return news


def _marked(row: StoredRow, suspects: list[Suspect]) -> StoredRow:
    findings = [each for each in row.findings if each.code not in _CODES]
    was_marked = len(findings) < len(row.findings)
    action = RowAction.ADDED if was_marked and row.action is RowAction.HELD else row.action
    for suspect in suspects:
        action = RowAction.HELD if suspect.is_same else action
        findings.append(_finding(suspect))
    return replace(row, action=action, findings=tuple(findings))


def _finding(suspect: Suspect) -> Finding:
    code = "same-clinic" if suspect.is_same else LIKELY_DUPLICATE
    likeness = suspect.likeness
    found = f"{likeness.clinic_id} ({likeness_in_words(likeness)})"
    return new_finding(code, row=suspect.row, column="clinic_id", found=found, likeness=likeness)


def likeness_in_words(likeness: Likeness) -> str:
    """Return how two clinics are alike: "the same phone, 1.2 miles away"."""
    how = "the same phone" if likeness.by is LikenessKind.PHONE else "a similar name"
    return f"{how}{_apart(likeness.meters)}"


def _apart(meters: float | None) -> str:
    """Return how far apart two clinics are: meters within a street or two, miles beyond."""
    if meters is None:
        return ""
    if meters < _FAR_METERS:
        return f", {meters:,.0f} m away"
    return f", {miles(meters):.1f} miles away"


def _is_news(before: StoredRow, after: StoredRow) -> bool:
    return before.action is not after.action or bool(_others(after) - _others(before))


def _others(row: StoredRow) -> set[str]:
    """Return the ids of the clinics that a row is known to look like."""
    return {each.likeness.clinic_id for each in row.findings if each.likeness}
