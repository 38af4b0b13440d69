"""A clinic: who it is, where it is, what care it offers, and how sure we are."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from locator.geo.point import Point, Precision

STALE_AFTER = timedelta(days=90)  # older ones are for the staff to check again


class Status(StrEnum):
    """Whether patients are seen there. A closed clinic is kept, but not listed."""

    OPEN = "open"
    OPENING_SOON = "opening_soon"
    TEMPORARILY_CLOSED = "temporarily_closed"
    CLOSED = "closed"


class Serves(StrEnum):
    """Whom a clinic treats."""

    EVERYONE = "everyone"
    VETERANS = "veterans"  # no one else
    CHILDREN = "children"  # no one else


ONLY_FOR_SOME = (Serves.VETERANS, Serves.CHILDREN)


def serves_meant(word: str | None) -> tuple[Serves, ...]:
    """Return what `Wanted.may_serve_only` is for "veterans", "children", "any", or None."""
    match word:
        case None:
            return ()
        case "any":
            return ONLY_FOR_SOME
        case _:
            return (Serves(word),)


@dataclass(frozen=True, slots=True)
class Specialty:
    """One kind of cancer care: its code, its medical name and what a patient calls it."""

    code: str
    name: str
    plain_name: str
    description: str
    group: str
    synonyms: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # by language: es, hmn
    plain_names: dict[str, str] = field(default_factory=dict)


class Knowledge(StrEnum):
    """How sure we are of a fact, such as that a clinic offers a kind of care."""

    CHECKED = "checked"  # somebody asked the clinic in the last 12 months
    LISTED = "listed"  # it stands in a source; nobody has asked, or that is longer ago
    NOT_KNOWN = "not_known"
    NOT_OFFERED = "not_offered"  # it is known not to


def knowledge_of(verified_on: date | None, today: date) -> Knowledge:
    """Return whether a fact that was verified on this day is still checked; up to the same day a year later it is."""
    if verified_on is None:
        return Knowledge.LISTED
    # A day and a year as one number: February 29 needs no calendar.
    days = [day.year * 10_000 + day.month * 100 + day.day for day in (verified_on, today)]
    return Knowledge.CHECKED if days[1] - days[0] <= 10_000 else Knowledge.LISTED


@dataclass(frozen=True, slots=True)
class OfferedSpecialty:
    """A specialty as one clinic offers it; `verified_on` is None until somebody has asked the clinic about it.

    That somebody has verified the clinic says nothing about its kinds of care.
    """

    code: str
    name: str
    verified_on: date | None = None

    def state(self, today: date) -> Knowledge:
        return knowledge_of(self.verified_on, today)


@dataclass(frozen=True, slots=True)
class CareState:
    """What we know of one kind of care at a clinic, whether it offers it or not."""

    code: str
    state: Knowledge
    verified_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the entrance is. Only the city and the state are always known."""

    city: str
    state: str
    street: str | None = None
    unit: str | None = None
    zip: str | None = None
    county: str | None = None


@dataclass(frozen=True, slots=True)
class ClinicPoint:
    """A clinic's point, how closely it marks the entrance, and who says so."""

    point: Point
    precision: Precision
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A number to call about a clinic, in E.164, and whose it is: "clinic" or "organization"."""

    phone: str
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """One address where patients are seen. None means "we do not know", never "no".

    Phones are E.164, with `;ext=` for an extension; `hours` are in the OSM opening_hours language, in `time_zone`;
    `staff_notes` are never shown to the public. `not_offered` has the codes of the kinds of care that it is known not
    to offer. `interpreter` says how a patient gets one: "staff", "on_site", "phone" or "video", each with ":" and the
    ISO 639 code of a language if it is known for which. `other_names` are former and short ones; `external_ids` are
    what other lists call the clinic, such as npi:1234567893.
    """

    clinic_id: str
    name: str
    organization: str | None
    address: Address
    location: ClinicPoint | None
    phone: str | None = None
    organization_phone: str | None = None
    referral_phone: str | None = None
    fax: str | None = None
    website: str | None = None
    appointment_url: str | None = None
    specialties: tuple[OfferedSpecialty, ...] = ()
    not_offered: tuple[str, ...] = ()
    serves: Serves | None = None
    hours: str | None = None
    time_zone: str = "America/Chicago"
    status: Status = Status.OPEN
    status_note: str | None = None
    accepting_new_patients: bool | None = None
    telehealth: bool | None = None
    telehealth_second_opinion: bool | None = None
    wheelchair_accessible: bool | None = None
    accessible_imaging: bool | None = None
    parking: str | None = None
    entrance: str | None = None
    rides_and_lodging: str | None = None
    insurance_url: str | None = None
    languages: tuple[str, ...] = ()
    interpreter: tuple[str, ...] = ()
    accreditations: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    notes: str | None = None
    staff_notes: str | None = None
    verified_on: date | None = None
    source: str | None = None
    retired: bool = False

    @property
    def is_listed(self) -> bool:
        return not self.retired and self.status is not Status.CLOSED

    @property
    def call(self) -> Call | None:
        """The number to call: the clinic's own, else its organization's, None if neither is known."""
        if self.phone:
            return Call(self.phone, "clinic")
        return Call(self.organization_phone, "organization") if self.organization_phone else None

    def is_stale(self, today: date) -> bool:
        """Return whether nobody has checked this clinic in the last 90 days."""
        return self.verified_on is None or today - self.verified_on > STALE_AFTER

    def with_county(self, county: str | None) -> "Clinic":
        """Return this clinic with the county of its address set."""
        return replace(self, address=replace(self.address, county=county))

    def meets(self, filter_name: str, value: bool | str, *, open_now: bool | None) -> bool:
        """Return whether the clinic is known to meet one filter of `Wanted`; unknown is not "yes"."""
        match filter_name:
            case "open_now":
                return open_now is value
            case "language":
                return value in self.languages
            case "organization":
                return self.organization is not None and self.organization.lower() == str(value).lower()
            case _:
                return getattr(self, filter_name) is value

    def care_state(self, code: str, today: date) -> CareState:
        """Return what we know of a kind of care at this clinic."""
        for offered in self.specialties:
            if offered.code == code:
                return CareState(code, offered.state(today), offered.verified_on)
        return CareState(code, Knowledge.NOT_OFFERED if code in self.not_offered else Knowledge.NOT_KNOWN)

    def state(self, today: date) -> Knowledge:
        """Return whether the facts of the clinic itself are checked; its kinds of care have days of their own."""
        return knowledge_of(self.verified_on, today)

    def specialty_codes(self) -> frozenset[str]:
        return frozenset(specialty.code for specialty in self.specialties)


@dataclass(frozen=True, slots=True)
class Match:
    """A clinic and its distance from the origin, in meters on the WGS 84 ellipsoid.

    `range_meters`: the least and the most from anywhere in the ZIP's area, if the origin has one.
    """

    clinic: Clinic
    meters: float
    range_meters: tuple[float, float] | None = None


SPECIALTY_CODE = re.compile(r"[a-z][a-z_]{1,63}")
CLINIC_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CLINIC_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a clinic must be to match: the specialties (all or any of them) and the filters; None means any.

    A filter set to True matches only clinics known to be so; `open_now` too. A clinic that treats only veterans, or
    only children, matches if `may_serve_only` has them. Raises ValueError for text that cannot be the code of a
    specialty.
    """

    specialties: tuple[str, ...] = ()
    any_specialty: bool = False
    may_serve_only: tuple[Serves, ...] = ()
    accepting_new_patients: bool | None = None
    telehealth: bool | None = None
    wheelchair_accessible: bool | None = None
    open_now: bool | None = None
    language: str | None = None
    organization: str | None = None

    def __post_init__(self) -> None:
        if not all(SPECIALTY_CODE.fullmatch(code) for code in self.specialties):
            raise ValueError("the code of a specialty has only lowercase letters and _")

    def filters(self) -> dict[str, bool | str]:
        """Return the filters that are set, by name, without the specialties."""
        named = {name: getattr(self, name) for name in FILTERS}
        return {name: value for name, value in named.items() if value is not None}

    def of_everybody(self) -> "Wanted":
        """Return the same for a list of clinics, in which those that treat only some people are too."""
        return replace(self, may_serve_only=ONLY_FOR_SOME)

    def is_served_by(self, clinic: Clinic) -> bool:
        """Return whether the clinic does not treat only others."""
        return clinic.serves not in ONLY_FOR_SOME or clinic.serves in self.may_serve_only


FILTERS = ("accepting_new_patients", "telehealth", "wheelchair_accessible", "open_now", "language", "organization")


@lru_cache(maxsize=4096)
def phone_display(phone: str) -> str:
    """Write an E.164 phone as Americans read it: 608-263-6400, or 608-263-6400, extension 12."""
    number, _, extension = phone.partition(";ext=")
    national = phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(character for character in national if character.isdigit())
    shown = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else national
    return f"{shown}, extension {extension}" if extension else shown
