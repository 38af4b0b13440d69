"""The ids on the list, by what a spreadsheet would make of them: which id was meant, and which will be changed."""

from collections.abc import Callable, Iterable
from functools import cached_property

from locator.importing.cells.cells import Remark
from locator.importing.cells.clinic_ids import is_a_date, is_fragile, may_be_a_spreadsheets, shown_by_spreadsheets

_MOST_NAMED = 3


class ListedIds:
    """The ids of all clinics that are or were on the list; they are read when the first one is needed."""

    def __init__(self, load: Callable[[], Iterable[str]]):
        self._load = load

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self._load())

    @cached_property
    def _by_shown(self) -> dict[str, list[str]]:
        shown: dict[str, list[str]] = {}
        for clinic_id in sorted(self._ids):
            if is_fragile(clinic_id) or clinic_id.isdigit():
                for text in shown_by_spreadsheets(clinic_id):
                    shown.setdefault(text, []).append(clinic_id)
        return shown

    def remark_on(self, clinic_id: str) -> Remark | None:
        """Return what is wrong with a well-formed id that is not on the list: a spreadsheet changed it, or will."""
        if not (may_be_a_spreadsheets(clinic_id) or is_fragile(clinic_id)) or clinic_id in self._ids:
            return None
        if may_be_a_spreadsheets(clinic_id) and (meant := self._by_shown.get(clinic_id)):
            return self._meant(meant)
        if is_a_date(clinic_id):
            return Remark("spreadsheet-clinic-id")
        return Remark("fragile-clinic-id") if is_fragile(clinic_id) else None

    def with_meant(self, remark: Remark, text: str) -> Remark:
        """Return the remark on a damaged id with the id of the list that it was, if there is one."""
        meant = self._by_shown.get(text.lower(), [])
        return self._meant(meant) if meant else remark

    def _meant(self, meant: list[str]) -> Remark:
        if len(meant) == 1:
            told = f"{meant[0]}, which is on the list. Format the column as text, so that it stays so."
            return Remark("spreadsheet-clinic-id", told, proposal=meant[0])
        told = f"{', or '.join(meant[:_MOST_NAMED])}, which are on the list. Format the column as text."
        return Remark("spreadsheet-clinic-id", told)
