"""The id of a clinic, and what a spreadsheet makes of one that looks like a number or a date."""

import re
import unicodedata

from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID
from locator.importing.cells.cells import SCIENTIFIC, BadCell, Reading, Remark

_NOT_OF_AN_ID = re.compile(r"[^a-z0-9]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"

# What a spreadsheet shows instead of an id that it took for a number or a date.
_DECIMAL = re.compile(r"([0-9]{1,20})\.0{1,6}")
_SHOWN_DATE = re.compile(rf"(?i)[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2,4}}|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}")
_WITH_COMMAS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.0{1,6})?")
_OTHER_FORMAT = re.compile(
    rf"(?i)[$€£] ?[0-9.,]{{1,20}}|[0-9.,]{{1,20}} ?%|true|false|[0-9]{{1,2}}-{_MONTH}-[0-9]{{2,4}}"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: [ap]m)?"
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: 00:00:00)?")

# Ids that a spreadsheet takes for a number or a date.
_DIGITS = re.compile(r"[0-9]+")
_MANY_DIGITS = 12  # from here on it shows 1.23457E+11
_EXPONENT = re.compile(r"[0-9]{1,5}e[0-9]{1,3}")
_DATE = re.compile(rf"[0-9]{{1,2}}-[0-9]{{1,2}}(?:-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{1,4}}|[0-9]{{1,2}}-{_MONTH}")


def read_clinic_id(text: str) -> Reading:
    """Return the id; BadCell proposes the right spelling of one that is almost right."""
    if CLINIC_ID.fullmatch(text):
        return Reading(text)
    if found := _DECIMAL.fullmatch(text):
        raise BadCell(Remark("spreadsheet-clinic-id", _decimal_added(found[1]), proposal=found[1]))
    if found := _WITH_COMMAS.fullmatch(text):
        digits = found[1].replace(",", "")
        raise BadCell(Remark("spreadsheet-clinic-id", _commas_added(digits), proposal=digits))
    if _OTHER_FORMAT.fullmatch(text):
        raise BadCell(Remark("spreadsheet-clinic-id"))
    if SCIENTIFIC.fullmatch(text) or _SHOWN_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text):
        raise BadCell(Remark("spreadsheet-clinic-id"))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    proposed = _NOT_OF_AN_ID.sub("-", plain.replace("'", "")).strip("-")[:LONGEST_CLINIC_ID].strip("-")
    raise BadCell(Remark("malformed-clinic-id", proposed or None, proposal=proposed or None))


def _decimal_added(digits: str) -> str:
    return f"{digits}, if a spreadsheet added the decimals. Format the column as text."


def _commas_added(digits: str) -> str:
    return f"{digits}, if a spreadsheet added the commas. Format the column as text."


def is_shown_as_a_date(text: str) -> bool:
    """Return whether a cell is what a spreadsheet makes of a number such as 3-12: 12-Mar, 3/12/2026."""
    return _SHOWN_DATE.fullmatch(text) is not None or _ISO_DATE.fullmatch(text) is not None


def may_be_a_spreadsheets(clinic_id: str) -> bool:
    """Return whether an id may be what a spreadsheet left of another one: 10001 of 010001, 2026-03-12 of 12-mar."""
    return _DIGITS.fullmatch(clinic_id) is not None or _ISO_DATE.fullmatch(clinic_id) is not None


def is_a_date(clinic_id: str) -> bool:
    return _ISO_DATE.fullmatch(clinic_id) is not None


def is_fragile(clinic_id: str) -> bool:
    """Return whether a spreadsheet would change this id when somebody opens the file: 010001, 12-mar, 1e5."""
    if _DIGITS.fullmatch(clinic_id):
        return clinic_id.startswith("0") or len(clinic_id) >= _MANY_DIGITS
    return any(pattern.fullmatch(clinic_id) for pattern in (_EXPONENT, _DATE, _ISO_DATE))


def shown_by_spreadsheets(clinic_id: str) -> set[str]:
    """Return what spreadsheets make of an id, in lowercase: 010001 becomes 10001, 10001.0, 1.00e+04."""
    if _DIGITS.fullmatch(clinic_id):
        return _as_number(int(clinic_id)) - {clinic_id}
    if _EXPONENT.fullmatch(clinic_id):
        digits, _, power = clinic_id.partition("e")
        return _as_number(int(digits) * 10 ** int(power))
    return _as_dates(clinic_id)


def _as_number(number: int) -> set[str]:
    scientific = {f"{number:.{places}e}" for places in range(6)} if number else set()
    return {str(number), f"{number}.0", f"{number}.00", *scientific}


def _as_dates(clinic_id: str) -> set[str]:
    """Return a date as spreadsheets show it: 12-mar, mar-26, 3/12/2026; 3-12 is the twelfth of March in the US."""
    first, _, rest = clinic_id.partition("-")
    second = rest.partition("-")[0]
    shown: set[str] = set()
    for month_text, day_text in ((first, second), (second, first)):
        month = _month(month_text)
        if month and day_text.isdigit() and 1 <= int(day_text) <= 31:
            day = int(day_text)
            shown |= {f"{day}-{_MONTHS[month - 1]}", f"{_MONTHS[month - 1]}-{day:02d}", f"{month}/{day}"}
        if month_text.isdigit() and not _month(day_text):
            break  # 13-5 is no date in the US
    return shown - {clinic_id}


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    return next((number for number, name in enumerate(_MONTHS, start=1) if text.startswith(name)), None)
