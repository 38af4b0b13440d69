"""What the values of a column look like: ZIPs, phones, states, web addresses, degrees, hours, yes or no."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from locator.geo.states import state_code
from locator.importing.cells.cells import mark_of
from locator.importing.cells.placeholders import is_placeholder
from locator.importing.cells.written_hours.osm import read_written_hours

_ZIP = re.compile(r"[0-9]{5}(?:-?[0-9]{4})?")
_PHONE = re.compile(
    r"(?:\+?1[\s.-]?)?\(?[2-9][0-9]{2}\)?[\s./-]{0,3}[2-9][0-9]{2}[\s.-]{0,3}[0-9]{4}(?:\D{0,8}[0-9]{1,6})?"
)
_URL = re.compile(
    r"(?i)(?:https?://|www\.)\S+\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|net|edu|gov|health|us)(?:/\S*)?"
)
_DEGREES = re.compile(r"[-+\u2212]?[0-9]{1,3}\.[0-9]{2,}")
_CLINIC_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_WORDS = re.compile(r"[^\W\d_].*\s.*")
_LONGEST = 200
_ENOUGH = 0.8  # of the values
# Degrees of a point in the contiguous United States, so that neither can be the other.
_NORTH, _WEST = (24.0, 50.0), (-125.0, -66.0)


def _is_degrees(text: str, low: float, high: float) -> bool:
    return bool(_DEGREES.fullmatch(text)) and low <= float(text.replace("\u2212", "-")) <= high


def _are_hours(text: str) -> bool:
    return read_written_hours(text) is not None


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "zip": lambda text: bool(_ZIP.fullmatch(text)),
    "phone": lambda text: bool(_PHONE.fullmatch(text)),
    "state": lambda text: state_code(text) is not None,
    "website": lambda text: bool(_URL.fullmatch(text)),
    "lat": lambda text: _is_degrees(text, *_NORTH),
    "lon": lambda text: _is_degrees(text, *_WEST),
    "hours": _are_hours,
    "yes or no": lambda text: mark_of(text) is not None,
    "clinic_id": lambda text: bool(_CLINIC_ID.fullmatch(text)),
    "words": lambda text: bool(_WORDS.fullmatch(text)),
}
_LIKE: Mapping[str, str] = {
    "referral_phone": "phone", "organization_phone": "phone", "fax": "phone", "appointment_url": "website",
    "insurance_url": "website", "accepting_new_patients": "yes or no", "telehealth": "yes or no",
    "telehealth_second_opinion": "yes or no", "wheelchair_accessible": "yes or no", "accessible_imaging": "yes or no",
}  # fmt: skip
# Columns whose values are of one kind only: another kind there means that the header says something else.
_PLAIN = ("name", "organization", "street", "city")
_NEVER_PLAIN = ("zip", "phone", "website", "lat", "lon")
# Kinds of values that need no name to be known.
TELLING = ("zip", "phone", "state", "website", "lat", "lon")


def values_in(samples: Iterable[Sequence[str]], position: int) -> list[str]:
    """Return what a column says in the first rows, without cells that say nothing."""
    cells = (" ".join(row[position][:_LONGEST].split()) for row in samples if position < len(row))
    return [cell for cell in cells if cell and not is_placeholder(cell)]


def looks_like(kind: str, values: Sequence[str]) -> bool:
    """Return whether there are values, and nearly all of them look like this kind."""
    looks = _LOOKS.get(kind)
    return looks is not None and bool(values) and sum(map(looks, values)) >= _ENOUGH * len(values)


def may_be(column: str, values: Sequence[str]) -> bool:
    """Return whether the values of a column do not speak against what its header seems to say.

    They do only if they look like another kind: ZIPs without their zeros are still ZIPs.
    """
    kind = _LIKE.get(column, column)
    if column == "clinic_id":
        return not looks_like("words", values)
    if column == "name" and looks_like("clinic_id", values):
        return False
    if not values or (column not in _PLAIN and kind not in _LOOKS) or looks_like(kind, values):
        return True
    others = _NEVER_PLAIN if column in _PLAIN else TELLING
    return not any(looks_like(other, values) for other in others)


def kind_told(values: Sequence[str]) -> str | None:
    """Return the column that values look like, whatever the header says; None for words and mere numbers."""
    if not values:
        return None
    return next((kind for kind in TELLING if looks_like(kind, values)), None)
