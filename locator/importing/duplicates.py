"""Clinics that look like another one: noted on the rows of an import that add them, each time there is news.

A row whose clinic is likely the same as another one is held until somebody decides; the decision is remembered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from locator.clinic.clinic import phone_display
from locator.geo.distance import miles
from locator.importing.findings import new_finding
from locator.importing.likeness.twins import is_likely_twin
from locator.importing.rows import batches
from locator.records.findings import Finding, Likeness, LikenessKind, shortened
from locator.records.imports import RowAction, StoredRow
from locator.store.imports.duplicates import Suspect
from locator.store.stores import Stores

LIKELY_DUPLICATE = "likely-duplicate"
SIMILAR_CLINIC = "similar-clinic"
_SAME_CLINIC = "same-clinic"
_CODES = (LIKELY_DUPLICATE, SIMILAR_CLINIC, _SAME_CLINIC)
_FAR_METERS = 1000
_MOST_NAMED = 3  # clinics that may be the same as that of one row


def mark_lookalikes(stores: Stores, import_id: int) -> list[str]:
    """Note on each new clinic which others it looks like, and hold those that are likely, or surely, one of them.

    Returns the ids, in the order of the rows, of the clinics with news: they look like a clinic that was not noted
    before, or are held now, or no longer.
    """
    by_row = {
        row: found
        for row, group in groupby(stores.publishing.suspects(import_id), key=lambda suspect: suspect.row)
        if (found := tuple(_told(group)))
    }
    noted = {row.row for row in stores.imports.rows(import_id, noting=_CODES)}
    news: list[str] = []
    # All rows of a file may have the same phone, and they do not fit into memory.
    for numbers in batches(sorted(noted | by_row.keys())):
        rows = list(stores.imports.rows(import_id, numbers=numbers))
        marked = [(row, _marked(row, by_row.get(row.row, ()))) for row in rows]
        stores.imports.mark_rows(import_id, [after for before, after in marked if after != before])
        news += [after.clinic_id or "" for before, after in marked if _is_news(before, after)]
    return news


def _told(suspects: Iterable[Suspect]) -> Iterator[tuple[Suspect, str]]:
    """Return what is told of those that one row's clinic looks like, each with its code.

    Only those that hold the row, if there are any: the others can wait until that is decided.
    """
    every = list(suspects)
    same = [(each, _SAME_CLINIC) for each in every if each.is_same]
    twins = [(each, LIKELY_DUPLICATE) for each in every if not each.is_same and is_likely_twin(each.pair)]
    if same or twins:
        yield from same
        yield from twins[:_MOST_NAMED]
        return
    for each in every:
        # Clinics of one house number with similar names are many, and are told of only if they are likely one.
        if each.is_first and each.likeness.by is not LikenessKind.ADDRESS:
            yield each, SIMILAR_CLINIC


def _marked(row: StoredRow, told: Iterable[tuple[Suspect, str]]) -> StoredRow:
    findings = [each for each in row.findings if each.code not in _CODES]
    was_marked = len(findings) < len(row.findings)
    action = RowAction.ADDED if was_marked and row.action is RowAction.HELD else row.action
    for suspect, code in told:
        action = action if code == SIMILAR_CLINIC else RowAction.HELD
        findings.append(_finding(suspect, code))
    return replace(row, action=action, findings=tuple(findings))


def _finding(suspect: Suspect, code: str) -> Finding:
    likeness = suspect.likeness
    found = f"{likeness.clinic_id} ({likeness_in_words(likeness)})"
    expected = None
    if code == LIKELY_DUPLICATE:
        expected = (
            f"{_described(suspect)} Say whether they are the same clinic or different ones; this is remembered. Until"
            " then, the row is held."
        )
    return new_finding(code, row=suspect.row, column="clinic_id", found=found, expected=expected, likeness=likeness)


def _described(suspect: Suspect) -> str:
    """Return the other clinic in a sentence: its name, town and phone, and how far away it is."""
    other = suspect.pair.other
    where = "on the list" if suspect.other_row is None else f"new in row {suspect.other_row}"
    phone = _phone(other.phone) if other.phone else "without a phone"
    parts = [f"“{shortened(other.name)}”", *([other.city] if other.city else []), phone]
    apart = "" if suspect.likeness.meters is None else f"; the two points are {_length(suspect.likeness.meters)} apart"
    return f"{suspect.likeness.clinic_id}, {where}, is {', '.join(parts)}{apart}."


@lru_cache(maxsize=4096)
def _phone(phone: str) -> str:
    return phone_display(phone)


def likeness_in_words(likeness: Likeness) -> str:
    """Return how two clinics are alike: "the same phone, 1.2 miles away"."""
    how = _HOW[likeness.by]
    return how if likeness.meters is None else f"{how}, {_length(likeness.meters)} away"


_HOW = {
    LikenessKind.PHONE: "the same phone",
    LikenessKind.PLACE: "a similar name",
    LikenessKind.ADDRESS: "a similar name and house number",
}


def _length(meters: float) -> str:
    """Return how far apart two clinics are: meters within a street or two, miles beyond."""
    return f"{meters:,.0f} m" if meters < _FAR_METERS else f"{miles(meters):.1f} miles"


def _is_news(before: StoredRow, after: StoredRow) -> bool:
    return before.action is not after.action or bool(_others(after) - _others(before))


def _others(row: StoredRow) -> set[str]:
    """Return the ids of the clinics that a row is known to look like."""
    return {each.likeness.clinic_id for each in row.findings if each.likeness}
