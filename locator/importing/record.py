"""One checked row: what it says about one clinic, typed, and nothing of what it leaves as it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from locator.geo.point import Point

Value = str | bool | float | date | Point | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ClinicRecord:
    """What a row says of the clinic `clinic_id`. A column that is not in `values` stays as it is; None empties it.

    By column, but that lat and lon are one value named `point` (None: locate the address anew). Phones are E.164 with
    `;ext=`; specialties, languages and accreditations are tuples ("()" empties); `specialties` holds codes in the
    order of the specialties' table; yes/no columns hold True, False or None for "not known"; status a Status value.
    """

    row: int
    clinic_id: str
    values: dict[str, Value]

    def as_json(self) -> dict[str, Any]:
        """Give the record as JSON keeps it; `record_from` reads it back."""
        return {name: _plain(value) for name, value in self.values.items()}


def record_from(row: int, clinic_id: str, stored: dict[str, Any]) -> ClinicRecord:
    """Give the record that `as_json` wrote."""
    return ClinicRecord(row, clinic_id, {name: _typed(name, value) for name, value in stored.items()})


def _plain(value: Value) -> Any:
    match value:
        case Point():
            return {"lat": value.lat, "lon": value.lon}
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def _typed(name: str, value: Any) -> Value:
    match value:
        case dict():
            return Point(lat=value["lat"], lon=value["lon"])
        case list():
            return tuple(value)
        case str() if name == "verified_on":
            return date.fromisoformat(value)
        case _:
            return value  # type: ignore[no-any-return]
