"""What a clinic must be, as SQL: the conditions of a `Wanted`, and the columns of a `Clinic`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from locator.clinic.clinic import (
    ONLY_FOR_SOME,
    Address,
    Clinic,
    ClinicPoint,
    OfferedSpecialty,
    Serves,
    Status,
    Wanted,
)
from locator.clinic.columns import ALL_COLUMNS, COLUMNS, YES_NO_FILTERS, ColumnKind, Part
from locator.geo.point import Precision
from locator.store.points import lat_lon_of, point_from


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The (hours, time zone) pairs in use that are open right now, and those of which nobody can tell."""

    open: Sequence[tuple[str, str]] = ()
    unclear: Sequence[tuple[str, str]] = ()


# What `clinic_from` makes a clinic of: the columns of `clinics c` and of OFFERED.
_PLAIN = tuple(column for column in ALL_COLUMNS if column.kind not in (ColumnKind.DEGREES, ColumnKind.SPECIALTIES))
CLINIC_COLUMNS = ", ".join(
    (
        *(f"c.{column.name}" for column in _PLAIN),
        lat_lon_of("c.location"),
        "c.retired_at is not null as retired",
        "offered.codes, offered.names, offered.verified",
    )
)

OFFERED = """
    left join lateral (
        select array_agg(s.code order by s.position) as codes, array_agg(s.name order by s.position) as names,
               array_agg(o.verified_on order by s.position) as verified
        from clinic_specialties o join specialties s on s.code = o.code where o.clinic_id = c.clinic_id
    ) offered on true"""


@dataclass(slots=True)
class Conditions:
    """A `where` clause over `clinics c`, of fixed words and checked codes; other values travel as parameters."""

    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


def conditions(wanted: Wanted, open_hours: OpenHours | None, *, prefix: str = "") -> Conditions:
    """Return the SQL of what a clinic must be; `open_hours` is needed if `wanted` asks for `open_now`.

    `prefix` keeps the parameters of several questions in one statement apart.
    """
    words, parameter = ["c.listed"], _Parameters(prefix)

    # Codes are part of the statement itself (`Wanted` allows only lowercase letters and _): the planner must tell a
    # rare specialty from a common one, even in a prepared statement. As a parameter, a rare one took a minute.
    codes = [f"'{code}'" for code in wanted.specialties]
    if others := [f"'{each}'" for each in ONLY_FOR_SOME if each not in wanted.may_serve_only]:
        words.append(f"(c.serves is null or c.serves not in ({', '.join(others)}))")
    if wanted.any_specialty and codes:
        words.append(_offers(f"in ({', '.join(codes)})"))
    else:
        words += [_offers(f"= {code}") for code in codes]
    for name in YES_NO_FILTERS:
        if (value := getattr(wanted, name)) is not None:
            words.append(f"c.{name} is {'true' if value else 'false'}")
    if wanted.language is not None:
        words.append(f"c.languages @> array[cast({parameter('language', wanted.language)} as text)]")
    if wanted.organization is not None:
        words.append(f"lower(c.organization) = lower({parameter('organization', wanted.organization)})")
    if wanted.open_now is not None:
        known = open_hours or OpenHours()
        # Without `open_now`, whatever is not open and not unclear is closed.
        pairs = known.open if wanted.open_now else (*known.open, *known.unclear)
        words.append(f"c.hours is not null and {'' if wanted.open_now else 'not'} {_has_hours(pairs, parameter)}")
    return Conditions(" and ".join(words), parameter.values)


def unsure_conditions(wanted: Wanted, open_hours: OpenHours | None) -> Conditions:
    """Return the SQL of clinics that do not match, but are not known to be other than wanted.

    Something that was asked for is not known of them, or they treat only veterans or only children.
    """
    fits = conditions(wanted, open_hours)
    words, parameter = ["c.listed"], _Parameters("unsure_")
    codes = [f"'{code}'" for code in wanted.specialties]
    if wanted.any_specialty and codes:
        listed = ", ".join(codes)
        words.append(f"({_offers(f'in ({listed})')} or not c.not_offered @> array[{listed}])")
    else:
        words += [f"not c.not_offered @> array[{code}]" for code in codes]
    for name in YES_NO_FILTERS:
        if (value := getattr(wanted, name)) is not None:
            words.append(f"c.{name} is not {'false' if value else 'true'}")
    if wanted.language is not None:
        language = parameter("language", wanted.language)
        words.append(f"(c.languages = '{{}}' or c.languages @> array[cast({language} as text)])")
    if wanted.organization is not None:
        organization = parameter("organization", wanted.organization)
        words.append(f"(c.organization is null or lower(c.organization) = lower({organization}))")
    if wanted.open_now is not None:
        known = open_hours or OpenHours()
        pairs = (*known.open, *known.unclear) if wanted.open_now else known.open
        words.append(f"(c.hours is null or {'' if wanted.open_now else 'not'} {_has_hours(pairs, parameter)})")
    words.append(f"({fits.sql}) is not true")
    return Conditions(" and ".join(words), fits.parameters | parameter.values)


class _Parameters:
    """The parameters of some SQL, each with the prefix of the question it belongs to."""

    def __init__(self, prefix: str):
        self._prefix = prefix
        self.values: dict[str, object] = {}

    def __call__(self, name: str, value: object) -> str:
        """Return how the SQL names this value."""
        self.values[self._prefix + name] = value
        return f":{self._prefix}{name}"


def _has_hours(pairs: Sequence[tuple[str, str]], parameter: _Parameters) -> str:
    hours, zones = (
        parameter(f"open_{name}", [pair[number] for pair in pairs]) for number, name in enumerate(("hours", "zones"))
    )
    return f"(c.hours, c.time_zone) in (select * from unnest(cast({hours} as text[]), cast({zones} as text[])))"


def _offers(code: str) -> str:
    return f"exists (select from clinic_specialties o where o.clinic_id = c.clinic_id and o.code {code})"


_ADDRESS = tuple(column.name for column in _PLAIN if column.part is Part.ADDRESS)
_OWN = tuple(column.name for column in _PLAIN if column.part is Part.CLINIC)
_address_of, _own_of = attrgetter(*_ADDRESS), attrgetter(*_OWN)
_LISTS = tuple(column.name for column in COLUMNS if column.kind.is_list_of_codes)


def clinic_from(row: Row[Any]) -> Clinic:
    """Make a Clinic of a row with CLINIC_COLUMNS."""
    own = dict(zip(_OWN, _own_of(row), strict=True))
    own["status"] = Status(row.status)
    own["serves"] = None if row.serves is None else Serves(row.serves)
    for name in _LISTS:
        own[name] = tuple(own[name])
    return Clinic(
        **own,
        address=Address(**dict(zip(_ADDRESS, _address_of(row), strict=True))),
        location=_location_of(row),
        specialties=tuple(map(OfferedSpecialty, row.codes or (), row.names or (), row.verified or ())),
        retired=row.retired,
    )


def _location_of(row: Row[Any]) -> ClinicPoint | None:
    if row.lat is None:
        return None
    return ClinicPoint(point_from(row), Precision(row.point_precision), row.point_source)
