"""The answers as the OpenAPI page describes them. `wire.py` writes them; a test holds every answer against these."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from locator.clinic.clinic import Status
from locator.geo.point import Precision


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PointSchema(_Part):
    """Degrees, WGS 84."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class ClinicPointSchema(PointSchema):
    """Where the clinic is, how precisely, and who says so."""

    precision: Precision
    source: str | None


class PlaceSchema(_Part):
    """A place to ask for: send `near` back as it is."""

    label: str
    near: str
    kind: str
    zip: str | None
    county: str
    state: str
    point: PointSchema


class OriginSchema(_Part):
    """What was understood: distances are measured from `point`.

    `reach_miles`: nobody in the ZIP is farther than this from the point; null where that is not known.
    """

    asked: str
    kind: Literal["zip", "town", "county", "point", "address"]
    label: str
    precision: Precision
    point: PointSchema
    source: str
    in_area: bool
    reach_miles: float | None
    alternatives: list[PlaceSchema]


class AddressSchema(_Part):
    street: str | None
    unit: str | None
    city: str
    state: str
    zip: str | None
    county: str | None


class OfferedSpecialtySchema(_Part):
    """A specialty this clinic offers; `verified_on` is null until somebody asked the clinic."""

    code: str
    name: str
    verified_on: date | None


class ClinicSchema(_Part):
    """A clinic. null means “we do not know”, never “no”. `hours` are in the OSM opening_hours language."""

    clinic_id: str
    name: str
    organization: str | None
    address: AddressSchema
    phone: str | None
    phone_display: str | None
    referral_phone: str | None
    fax: str | None
    website: str | None
    appointment_url: str | None
    point: ClinicPointSchema | None
    specialties: list[OfferedSpecialtySchema]
    hours: str | None
    time_zone: str
    open_now: bool | None
    accepting_new_patients: bool | None
    telehealth: bool | None
    wheelchair_accessible: bool | None
    languages: list[str]
    accreditations: list[str]
    status: Status
    status_note: str | None
    notes: str | None
    verified_on: date | None
    stale: bool = Field(description="Nobody has checked this clinic in the last 90 days: please call first.")


class MatchSchema(_Part):
    """A clinic and how far it is, in a straight line on the WGS 84 ellipsoid."""

    rank: int
    distance_miles: float
    distance_meters: float
    distance_range_miles: tuple[float, float] | None = Field(
        description="The least and the most from anywhere in the ZIP."
    )
    distance_kind: Literal["straight_line"]
    direction: str | None
    matched: list[str]
    missing: list[str]
    filters_not_met: list[str]
    beyond_radius: bool
    clinic: ClinicSchema


class WidenedSchema(_Part):
    """Why clinics beyond the radius follow."""

    from_miles: float
    to_miles: float
    reason: str


class RelaxationSchema(_Part):
    """One filter left out, and how many clinics that gives."""

    drop: dict[str, Any]
    total: int


class NoticeSchema(_Part):
    code: str
    text: str


class DatasetSchema(_Part):
    """The version of the list; every change raises it."""

    version: int
    published_at: datetime


class SearchAnswer(_Part):
    """The nearest matching clinics, nearest first. `total` counts what fits the question as asked."""

    origin: OriginSchema
    matches: list[MatchSchema]
    total: int
    next: str | None
    widened: WidenedSchema | None
    relaxations: list[RelaxationSchema]
    notices: list[NoticeSchema]
    dataset: DatasetSchema


class ClinicListAnswer(_Part):
    """Clinics by clinic_id."""

    clinics: list[ClinicSchema]
    total: int
    next: str | None
    notices: list[NoticeSchema]
    dataset: DatasetSchema


class ClinicAnswer(ClinicSchema):
    """One clinic, with the version of the list."""

    notices: list[NoticeSchema]
    dataset: DatasetSchema


class SpecialtySchema(_Part):
    """One kind of care; `plain_name` is what a patient calls it. Names by language code."""

    code: str
    name: str
    plain_name: str
    description: str
    group: str
    synonyms: list[str]
    names: dict[str, str]
    plain_names: dict[str, str]


class SpecialtiesAnswer(_Part):
    """Kinds of care, in their own order; those for words of a person, the best first."""

    specialties: list[SpecialtySchema]


class PlacesAnswer(_Part):
    """Places that begin with what was typed."""

    places: list[PlaceSchema]


class ReasonSchema(_Part):
    code: str
    text: str


class ExplainAnswer(_Part):
    """Whether the clinic fits the question as asked, at which rank, and why."""

    origin: OriginSchema
    clinic_id: str
    name: str
    in_list: bool
    rank: int | None
    distance_miles: float | None
    reasons: list[ReasonSchema]
    notices: list[NoticeSchema]
    dataset: DatasetSchema


class FaultSchema(_Part):
    """One parameter at fault."""

    parameter: str
    code: str
    detail: str
    allowed: list[str] = []


class ProblemSchema(BaseModel):
    """A problem (RFC 9457). `type` is stable and has a page; `detail` is for a person."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FaultSchema]
    alternatives: list[PlaceSchema] = []


class ReadyAnswer(_Part):
    """Whether the service can answer, check by check."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]
