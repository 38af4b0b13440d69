"""The one table of a clinic's columns: what each one holds, and where it is in a `Clinic`.

Clinic files, their headers, the history, the SQL and the API are derived from it. A new column is an entry here, a
field of `Clinic`, a migration and its place on the clinic's page: CONTRIBUTING.md has the recipe.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from operator import attrgetter

from locator.clinic.clinic import LONGEST_CLINIC_ID, Clinic, OfferedSpecialty, Serves, Status
from locator.geo.point import Precision

CLEAR = "(clear)"  # a cell of a clinic file that empties its column
LIST_SEPARATOR = ";"  # between the items of a list in a cell
OF_DAY = ":"  # between a kind of care and the day it was verified on

ColumnValue = str | bool | float | date | tuple[str, ...] | tuple[OfferedSpecialty, ...] | None

# A clinic as JSON, the way its history keeps it: what is known, by column. `specialties` is a list of {"code",
# "verified_on"}; days are in ISO 8601.
JsonValue = str | bool | float | list[str | dict[str, str]]
Image = dict[str, JsonValue]


class ColumnKind(StrEnum):
    """What a column holds, which decides how its values are read and written."""

    CLINIC_ID = "clinic_id"
    TEXT = "text"
    NOTES = "notes"  # text that keeps its lines
    STATE = "state"  # two letters
    ZIP = "zip"  # five digits
    PHONE = "phone"  # E.164, with `;ext=` for an extension
    URL = "url"  # https or http
    HOURS = "hours"  # OSM opening_hours
    STATUS = "status"
    PRECISION = "precision"
    YES_NO = "yes_no"  # None: not known
    DEGREES = "degrees"  # WGS 84
    DATE = "date"
    SPECIALTIES = "specialties"
    LANGUAGES = "languages"  # ISO 639 codes
    ACCREDITATIONS = "accreditations"  # codes
    SPECIALTY_CODES = "specialty_codes"  # without the days they were verified on
    SERVES = "serves"
    INTERPRETERS = "interpreters"  # "staff", "on_site", "phone" or "video", maybe with ":" and a language
    NAMES = "names"
    EXTERNAL_IDS = "external_ids"  # such as npi:1234567893

    @property
    def value_type(self) -> type:
        """The type of a value in a `Clinic`, which may also be None for "not known"; a list is a tuple, maybe empty."""
        return _VALUE_TYPES.get(self, str)

    @cached_property
    def is_list(self) -> bool:
        return self is ColumnKind.SPECIALTIES or self.is_list_of_codes

    @property
    def is_list_of_codes(self) -> bool:
        """Whether a value is a tuple of texts."""
        return self in _LISTS_OF_CODES

    @cached_property
    def keeps_lines(self) -> bool:
        """Whether a line break in a cell means something; in other columns it is read as a space."""
        return self in (ColumnKind.NOTES, ColumnKind.HOURS) or self.is_list


_LISTS_OF_CODES = frozenset(
    {
        ColumnKind.LANGUAGES,
        ColumnKind.ACCREDITATIONS,
        ColumnKind.SPECIALTY_CODES,
        ColumnKind.INTERPRETERS,
        ColumnKind.NAMES,
        ColumnKind.EXTERNAL_IDS,
    }
)
_VALUE_TYPES: Mapping[ColumnKind, type] = {
    ColumnKind.YES_NO: bool,
    ColumnKind.DEGREES: float,
    ColumnKind.DATE: date,
    ColumnKind.STATUS: Status,
    ColumnKind.PRECISION: Precision,
    ColumnKind.SERVES: Serves,
    ColumnKind.SPECIALTIES: tuple,
    **dict.fromkeys(_LISTS_OF_CODES, tuple),
}


class Part(StrEnum):
    """Where a column is: in the `Clinic` itself, in its `Address` or in its `ClinicPoint`."""

    CLINIC = "clinic"
    ADDRESS = "address"
    LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a clinic.

    `description` and `example` are for the API's documentation and the sample file; `longest` counts the characters of
    a cell. `is_needed`: a new clinic must have it. `can_be_cleared`: it may be emptied later. `is_staff_only`: never
    shown to the public. `is_in_answers`: public answers about clinics carry it. `filter`: the search filter that asks
    for it.

    `other_headers` name the column in files of other people and can mean nothing else; `likely_headers` often mean it,
    so the uploader is asked.
    """

    name: str
    kind: ColumnKind
    description: str
    example: str
    part: Part = Part.CLINIC
    longest: int = 200
    is_needed: bool = False
    can_be_cleared: bool = True
    is_staff_only: bool = False
    is_in_answers: bool = True
    filter: str | None = None
    other_headers: tuple[str, ...] = ()
    likely_headers: tuple[str, ...] = ()


_LONGEST_NOTES = 2_000
_LONGEST_URL = 2_000
_LONGEST_HOURS = 255  # the longest value that OSM itself keeps
_LONGEST_LIST = 1_000  # sixteen specialties by their names

# The columns of a clinic file, in the order we write them. They are a promise to everyone who keeps such files.
# The examples are of an invented clinic: example.org and the numbers from 555-0100 to 555-0199 belong to nobody.
COLUMNS: tuple[Column, ...] = (
    Column(
        name="clinic_id", kind=ColumnKind.CLINIC_ID, longest=LONGEST_CLINIC_ID, is_needed=True, can_be_cleared=False,
        description="Who the clinic is, for good: small letters, digits and hyphens.", example="example-cancer-clinic",
        other_headers=("clinic identifier",),
        likely_headers=("id", "key"),
    ),
    Column(
        name="name", kind=ColumnKind.TEXT, longest=300, is_needed=True, can_be_cleared=False,
        description="The clinic's own name.", example="Example Cancer Clinic",
        other_headers=("clinic name",),
        likely_headers=(
            "clinic", "facility", "facility name", "site", "site name", "location", "location name", "hospital",
            "hospital name", "title", "clinic or facility name", "practice", "practice name", "office", "office name",
            "center", "center name", "branch", "branch name", "business name", "store name",
        ),
    ),
    Column(
        name="organization", kind=ColumnKind.TEXT, filter="organization",
        description="The health system the clinic belongs to.", example="Example Health",
        other_headers=("organisation", "organization name", "organisation name"),
        likely_headers=(
            "org", "health system", "system", "network", "owner", "affiliation", "parent organization", "group",
            "medical group", "health group", "company", "parent company", "chain", "brand",
        ),
    ),
    Column(
        name="other_names", kind=ColumnKind.NAMES, longest=_LONGEST_LIST,
        description="Former and short names by which people still know it.", example="Example Clinic;ECC",
        other_headers=("former names", "other name", "alternate names", "also known as"),
        likely_headers=("former name", "short name", "aka", "alias", "aliases", "alternate name", "known as"),
    ),
    Column(
        name="street", kind=ColumnKind.TEXT, part=Part.ADDRESS,
        description="House number and street.", example="1 Example Street",
        other_headers=("street address",),
        likely_headers=("address", "address 1", "address line 1", "street 1", "street name", "location address"),
    ),
    Column(
        name="unit", kind=ColumnKind.TEXT, part=Part.ADDRESS, longest=100,
        description="Suite, floor or building.", example="Suite 200",
        likely_headers=("suite", "room", "floor", "address 2", "address line 2", "street 2", "building"),
    ),
    Column(
        name="city", kind=ColumnKind.TEXT, part=Part.ADDRESS, longest=100, is_needed=True, can_be_cleared=False,
        description="The town of the postal address.", example="Madison",
        likely_headers=("town", "municipality", "village"),
    ),
    Column(
        name="state", kind=ColumnKind.STATE, part=Part.ADDRESS, is_needed=True, can_be_cleared=False,
        description="Two letters.", example="WI",
        likely_headers=("province", "st", "state code", "state abbreviation"),
    ),
    Column(
        name="zip", kind=ColumnKind.ZIP, part=Part.ADDRESS,
        description="Five digits.", example="53703",
        other_headers=("zip code", "zip+4", "postal code", "postcode"),
        likely_headers=("postal", "zip4", "zip 5"),
    ),
    Column(
        name="phone", kind=ColumnKind.PHONE,
        description="The number patients call.", example="608-555-0100",
        other_headers=("telephone", "phone number", "telephone number"),
        likely_headers=("tel", "main phone", "clinic phone", "contact phone", "phone 1"),
    ),
    Column(
        name="organization_phone", kind=ColumnKind.PHONE,
        description="The organization's own number, shown if the clinic has none.", example="608-555-0199",
        other_headers=("organization phone number",),
        likely_headers=("system phone", "main switchboard", "switchboard", "hospital phone"),
    ),
    Column(
        name="referral_phone", kind=ColumnKind.PHONE,
        description="The number for referrals.", example="608-555-0101 ext. 12",
        other_headers=("referral phone number",), likely_headers=("referrals", "referral line"),
    ),
    Column(
        name="fax", kind=ColumnKind.PHONE,
        description="The fax number.", example="608-555-0102",
        other_headers=("fax number",),
    ),
    Column(
        name="website", kind=ColumnKind.URL, longest=_LONGEST_URL,
        description="The clinic's own page.", example="https://www.example.org",
        other_headers=("web site", "website url"),
        likely_headers=("url", "web", "homepage", "web address", "web page", "link"),
    ),
    Column(
        name="appointment_url", kind=ColumnKind.URL, longest=_LONGEST_URL,
        description="Where appointments are made.", example="https://www.example.org/appointments",
        other_headers=("appointments url",),
        likely_headers=("appointment", "appointments", "booking", "booking url", "scheduling url"),
    ),
    Column(
        name="specialties", kind=ColumnKind.SPECIALTIES, longest=_LONGEST_LIST, filter="specialty",
        description="The kinds of cancer care it offers, by their codes; each maybe with the day somebody asked the"
        " clinic about it.",
        example="metastatic_breast_oncology:2026-10-01;clinical_trials;palliative_care",
        other_headers=("specialty", "speciality", "specialities"),
        likely_headers=("services", "service", "care", "kinds of care", "specialisms"),
    ),
    Column(
        name="not_offered", kind=ColumnKind.SPECIALTY_CODES, longest=_LONGEST_LIST,
        description="The kinds of cancer care it is known not to offer, by their codes.",
        example="radiation_therapy",
        other_headers=("care not offered", "services not offered"),
    ),
    Column(
        name="serves", kind=ColumnKind.SERVES,
        description="Whom it treats: everyone, only veterans or only children.", example="everyone",
        likely_headers=("population", "population served", "patients served", "patient population"),
    ),
    Column(
        name="hours", kind=ColumnKind.HOURS, longest=_LONGEST_HOURS, filter="open_now",
        description="Opening hours in the OSM opening_hours language.", example="Mo-Fr 08:00-17:00; PH off",
        other_headers=("opening hours", "hours of operation"),
        likely_headers=("hrs", "open", "open hours", "office hours", "business hours", "times", "schedule"),
    ),
    Column(
        name="status", kind=ColumnKind.STATUS, can_be_cleared=False,
        description="open, opening_soon, temporarily_closed or closed.", example="open",
    ),
    Column(
        name="status_note", kind=ColumnKind.NOTES, longest=_LONGEST_NOTES,
        description="What patients should know about the status.", example="Closed for repairs until January 2027.",
    ),
    Column(
        name="accepting_new_patients", kind=ColumnKind.YES_NO, filter="accepting_new_patients",
        description="Whether it takes new patients.", example="yes",
        likely_headers=("new patients", "accepting patients", "accepting"),
    ),
    Column(
        name="telehealth", kind=ColumnKind.YES_NO, filter="telehealth",
        description="Whether it offers visits by video or phone.", example="no",
        likely_headers=("virtual", "virtual visits", "video visits", "telemedicine"),
    ),
    Column(
        name="telehealth_second_opinion", kind=ColumnKind.YES_NO,
        description="Whether it gives second opinions by video or phone.", example="yes",
        likely_headers=("virtual second opinion", "online second opinion", "remote second opinion"),
    ),
    Column(
        name="wheelchair_accessible", kind=ColumnKind.YES_NO, filter="wheelchair_accessible",
        description="Whether a wheelchair can get in.", example="yes",
        other_headers=("wheelchair access", "wheelchair accessibility"),
        likely_headers=("wheelchair", "accessible", "accessibility", "ada"),
    ),
    Column(
        name="accessible_imaging", kind=ColumnKind.YES_NO,
        description="Whether a person who cannot stand or climb can be imaged, for example in a wheelchair.",
        example="yes",
        likely_headers=("accessible mammography", "accessible exam equipment", "accessible equipment"),
    ),
    Column(
        name="parking", kind=ColumnKind.NOTES, longest=500,
        description="Where patients park, and what it costs.", example="Free in the ramp behind the building.",
        likely_headers=("parking information", "parking instructions"),
    ),
    Column(
        name="entrance", kind=ColumnKind.NOTES, longest=500,
        description="Which door to take, and which floor.", example="Door C on Example Street, then the second floor.",
        likely_headers=("door", "entrance instructions", "which entrance"),
    ),
    Column(
        name="rides_and_lodging", kind=ColumnKind.NOTES, longest=_LONGEST_NOTES,
        description="Help with the way there and with a place to stay.",
        example="Ask the front desk about rides two days before your visit.",
        likely_headers=("transportation", "rides", "lodging", "transportation and lodging"),
    ),
    Column(
        name="insurance_url", kind=ColumnKind.URL, longest=_LONGEST_URL,
        description="The page that lists which insurance it takes.", example="https://www.example.org/insurance",
        likely_headers=("insurance", "insurance page", "accepted insurance url"),
    ),
    Column(
        name="languages", kind=ColumnKind.LANGUAGES, longest=_LONGEST_LIST, filter="language",
        description="The languages spoken there, by their ISO 639 codes.", example="es;hmn",
        likely_headers=("lang", "spoken languages", "languages spoken"),
    ),
    Column(
        name="interpreter", kind=ColumnKind.INTERPRETERS, longest=_LONGEST_LIST,
        description="How a patient gets an interpreter: staff, on_site, phone or video, each maybe with a language.",
        example="staff:es;phone",
        likely_headers=("interpreters", "interpretation", "interpreter services", "language services"),
    ),
    Column(
        name="accreditations", kind=ColumnKind.ACCREDITATIONS, longest=_LONGEST_LIST,
        description="Accreditations of its cancer care, by their codes.", example="coc",
        likely_headers=("accredited", "certifications"),
    ),
    Column(
        name="lat", kind=ColumnKind.DEGREES, part=Part.LOCATION,
        description="Degrees north, WGS 84; together with lon.", example="43.0748",
        other_headers=("latitude",), likely_headers=("y",),
    ),
    Column(
        name="lon", kind=ColumnKind.DEGREES, part=Part.LOCATION,
        description="Degrees east, WGS 84 (negative in the United States); together with lat.", example="-89.3840",
        other_headers=("longitude", "lng"), likely_headers=("x", "long"),
    ),
    Column(
        name="notes", kind=ColumnKind.NOTES, longest=_LONGEST_NOTES,
        description="Anything else patients should know.", example="An example. Park behind the building.",
        likely_headers=("comment", "comments", "remarks"),
    ),
    Column(
        name="staff_notes", kind=ColumnKind.NOTES, longest=_LONGEST_NOTES, is_staff_only=True, is_in_answers=False,
        description="Never shown to the public.", example="Only staff see this.",
        likely_headers=("internal notes", "private notes"),
    ),
    Column(
        name="verified_on", kind=ColumnKind.DATE,
        description="The day somebody last asked the clinic.", example="2026-10-01",
        likely_headers=("verified", "last verified", "date verified", "checked on", "last checked", "updated"),
    ),
    Column(
        name="source", kind=ColumnKind.TEXT, longest=500, is_in_answers=False,
        description="Where these facts come from.", example="a call to the clinic; point: clinic",
    ),
    Column(
        name="external_ids", kind=ColumnKind.EXTERNAL_IDS, longest=_LONGEST_LIST, is_in_answers=False,
        description="What other lists call the clinic: the kind of number and the number.", example="npi:1234567893",
    ),
)  # fmt: skip

# What a clinic has besides the columns of its file: derived from the address, or from looking it up.
DERIVED_COLUMNS: tuple[Column, ...] = (
    Column(
        name="county", kind=ColumnKind.TEXT, part=Part.ADDRESS,
        description="The county of the address.", example="Dane",
    ),
    Column(
        name="time_zone", kind=ColumnKind.TEXT, can_be_cleared=False,
        description="The IANA time zone in which the hours are read.", example="America/Chicago",
    ),
    Column(
        name="point_precision", kind=ColumnKind.PRECISION, part=Part.LOCATION,
        description="How closely the point marks the entrance.", example="address",
    ),
    Column(
        name="point_source", kind=ColumnKind.TEXT, part=Part.LOCATION,
        description="Who says where the point is.", example="HIFLD hospitals",
    ),
)  # fmt: skip

ALL_COLUMNS = (*COLUMNS, *DERIVED_COLUMNS)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)
# Searches can ask for clinics that say yes there, or no.
YES_NO_FILTERS = tuple(column.name for column in COLUMNS if column.kind is ColumnKind.YES_NO and column.filter)
COLUMN_BY_NAME: Mapping[str, Column] = {column.name: column for column in ALL_COLUMNS}
STAFF_COLUMNS = tuple(column.name for column in COLUMNS if column.is_staff_only)


def names_of(*kinds: ColumnKind) -> tuple[str, ...]:
    """Return the names of the columns of a clinic file that are of these kinds, in their order."""
    return tuple(column.name for column in COLUMNS if column.kind in kinds)


_PATHS = {"lat": "location.point.lat", "lon": "location.point.lon", "point_precision": "location.precision",
          "point_source": "location.source"}  # fmt: skip


def _getter(column: Column) -> Callable[[Clinic], ColumnValue]:
    path = f"address.{column.name}" if column.part is Part.ADDRESS else _PATHS.get(column.name, column.name)
    return attrgetter(path)


_GETTERS = {column.name: _getter(column) for column in ALL_COLUMNS}
_LOCATED = frozenset(column.name for column in ALL_COLUMNS if column.part is Part.LOCATION)
_UNLOCATED_GETTERS = {name: get for name, get in _GETTERS.items() if name not in _LOCATED}


def values_of(clinic: Clinic) -> dict[str, ColumnValue]:
    """Return every column's value by its name; those of the location are left out if it has none."""
    getters = _GETTERS if clinic.location else _UNLOCATED_GETTERS
    return {name: get(clinic) for name, get in getters.items()}


def cells_of(clinic: Clinic) -> dict[str, str]:
    """Return the cells of one clinic by column, "" if nothing is known; reading them again gives the same clinic."""
    values = values_of(clinic)
    return {name: cell_of(values.get(name)) for name in COLUMN_NAMES}


def cell_of(value: ColumnValue | JsonValue) -> str:
    """Return the cell of one value, "" if nothing is known."""
    match value:
        case None:
            return ""
        case str():
            return str(value)
        case bool():
            return "yes" if value else "no"
        case float():
            return repr(value)
        case date():
            return value.isoformat()
        case tuple() | list():
            return LIST_SEPARATOR.join(map(_code, value))
        case _:
            return str(value)


def _code(item: str | OfferedSpecialty | dict[str, str]) -> str:
    match item:
        case OfferedSpecialty():
            return item.code if item.verified_on is None else f"{item.code}{OF_DAY}{item.verified_on}"
        case dict():
            return OF_DAY.join(part for part in (item["code"], item.get("verified_on")) if part)
        case _:
            return item


def image_of(clinic: Clinic) -> Image:
    """Return the image of a listed clinic: by column, without clinic_id; what is not known is left out."""
    values = values_of(clinic)
    del values["clinic_id"]
    return {name: _json(value) for name, value in values.items() if value is not None and value != ()}


def _json(value: ColumnValue) -> JsonValue:
    match value:
        case bool() | float():
            return value
        case date():
            return value.isoformat()
        case tuple():
            return [_offered(item) if isinstance(item, OfferedSpecialty) else item for item in value]
        case _:
            return str(value)


def _offered(specialty: OfferedSpecialty) -> dict[str, str]:
    verified_on = specialty.verified_on
    return {"code": specialty.code, **({"verified_on": verified_on.isoformat()} if verified_on else {})}


def cells_in(image: Image) -> dict[str, str]:
    """Return the cells that an image holds, by column, without empty ones."""
    return {name: cell for name in COLUMN_NAMES if (cell := cell_of(image.get(name)))}
