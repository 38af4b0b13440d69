"""The public answers as JSON and GeoJSON (RFC 7946): snake_case, WGS 84, every length with its unit."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from locator.api.http.problems import PlaceSchema, PointSchema
from locator.api.http.wire_model import From, Given, Json, Moment, To, WireModel, rounded
from locator.clinic.clinic import (
    Address,
    Call,
    CareState,
    Clinic,
    ClinicPoint,
    Knowledge,
    OfferedSpecialty,
    Specialty,
    phone_display,
)
from locator.clinic.columns import ALL_COLUMNS, Column, ColumnKind, Part
from locator.clinic.hours import is_open
from locator.finding.explaining import Explanation, Reason
from locator.finding.fallback import Dropped
from locator.finding.listing import ClinicList
from locator.finding.matches import AlsoNear, FoundClinic, ListedMatch
from locator.finding.search import Relaxation, SearchResult, Widened
from locator.geo.origins import Notice, Origin, OriginKind
from locator.geo.point import Precision
from locator.records.clinics import Dataset

# Four decimals of a mile are 16 cm, so rounding changes no ranking.
Miles = Annotated[float, rounded(4)]


def _rounded_range(span: tuple[float, float]) -> tuple[float, float]:
    least, most = span
    return round(least, 1), round(most, 1)


class ClinicPointSchema(PointSchema, of=ClinicPoint):
    """Where the clinic is, how precisely, and who says so."""

    lat: Annotated[float, From("point.lat"), rounded(6), Field(ge=-90, le=90)]
    lon: Annotated[float, From("point.lon"), rounded(6), Field(ge=-180, le=180)]
    precision: Precision
    source: str | None


class OriginSchema(WireModel, of=Origin):
    """The place that was understood; distances are measured from `point`.

    `reach_miles`: nobody in the ZIP is farther than this from the point; null if that is not known.
    """

    asked: str
    kind: OriginKind
    label: Annotated[str, From("geocode.label")]
    precision: Annotated[Precision, From("geocode.precision")]
    point: Annotated[PointSchema, From("geocode.point")]
    source: Annotated[str, From("geocode.source")]
    in_area: bool
    reach_miles: float | None
    alternatives: list[PlaceSchema]


_STATES = (
    "`checked`: somebody asked the clinic about it in the last 12 months. `listed`: it stands in a source, and nobody"
    " has asked, or longer ago."
)


class OfferedSpecialtySchema(WireModel, of=OfferedSpecialty):
    """A specialty that the clinic offers, and how sure we are; only what is `checked` may be shown as sure.

    `verified_on` is null until somebody has asked the clinic about this kind of care.
    """

    code: str
    name: str
    state: Annotated[Literal["checked", "listed"], Given(), Field(description=_STATES)]
    verified_on: date | None


class CareStateSchema(WireModel, of=CareState):
    """A kind of care that was asked for, and what we know of it at this clinic."""

    code: str
    state: Annotated[
        Knowledge, Field(description=f"{_STATES} `not_known`: ask. `not_offered`: it is known not to offer it.")
    ]
    verified_on: date | None


class CallSchema(WireModel, of=Call):
    """The number to call, and whose it is: the clinic's own, or its organization's, where one asks for the clinic."""

    phone: str
    phone_display: Annotated[str, From("phone"), To(phone_display)]
    whose: Literal["clinic", "organization"]


def _type_of(column: Column) -> Any:
    if column.kind is ColumnKind.SPECIALTIES:
        return Annotated[list[OfferedSpecialtySchema], Given()]
    if column.kind.is_list:
        return list[str]
    return column.kind.value_type | None if column.can_be_cleared else column.kind.value_type


_Fields = dict[str, Any]  # types by name


def _columns_in(part: Part) -> _Fields:
    """Return the types of the public columns in one part of a clinic, by name."""
    return {column.name: _type_of(column) for column in ALL_COLUMNS if column.part is part and column.is_in_answers}


def _model(name: str, fields: _Fields, *, of: type) -> type[WireModel]:
    required: _Fields = {field: (annotation, ...) for field, annotation in fields.items()}
    return create_model(name, __base__=WireModel, __module__=__name__, __cls_kwargs__={"of": of}, **required)


# What an answer has besides the columns of a clinic, by the column that it follows.
_ADDED: dict[str, _Fields] = {
    "organization": {"address": _model("AddressSchema", _columns_in(Part.ADDRESS), of=Address)},
    "phone": {"phone_display": Annotated[str | None, From("phone"), To(phone_display)]},
    "organization_phone": {"call": Annotated[CallSchema | None, From("call")]},
    "appointment_url": {"point": Annotated[ClinicPointSchema | None, From("location")]},
    "time_zone": {"open_now": Annotated[bool | None, Given()]},
    "verified_on": {
        "stale": Annotated[
            bool, Given(), Field(description="Nobody has checked this clinic in the last 90 days: please call first.")
        ],
    },
}


# The columns that an answer has elsewhere than a file, and which one they follow there.
_FOLLOWS = {"time_zone": "hours", "status": "accreditations", "status_note": "status"}


def _clinic_fields() -> _Fields:
    columns = _columns_in(Part.CLINIC)
    order = list(columns)
    for name, before in _FOLLOWS.items():
        order.remove(name)
        order.insert(order.index(before) + 1, name)
    fields: _Fields = {}
    for name in order:
        fields |= {name: columns[name], **_ADDED.get(name, {})}
    return fields


if TYPE_CHECKING:
    _ClinicColumns = WireModel
else:
    _ClinicColumns = _model("ClinicColumns", _clinic_fields(), of=Clinic)


class ClinicSchema(_ClinicColumns):
    """A clinic. null means “we do not know”, never “no”. `hours` are in the OSM opening_hours language."""

    @classmethod
    def write_at(cls, clinic: Clinic, now: datetime, **given: object) -> Json:
        """Return a clinic as JSON, with what is true of it at this moment."""
        open_now = is_open(clinic.hours, clinic.time_zone, now) if clinic.hours else None
        return cls.write_on(clinic, now.date(), open_now=open_now, stale=clinic.is_stale(now.date()), **given)

    @classmethod
    def write_on(cls, clinic: Clinic, today: date, **given: object) -> Json:
        """Return a clinic as JSON, with what is checked as of this day."""
        specialties = [OfferedSpecialtySchema.write(each, state=each.state(today)) for each in clinic.specialties]
        return cls.write(clinic, specialties=specialties, **given)


def _matched_clinic(found: FoundClinic) -> Json:
    return ClinicSchema.write_on(found.clinic, found.today, open_now=found.open_now, stale=found.stale)


class FoundClinicSchema(WireModel, of=FoundClinic):
    """A clinic and its distance, in a straight line on the WGS 84 ellipsoid."""

    distance_miles: Miles
    distance_meters: Annotated[float, From("match.meters"), rounded(1)]
    distance_range_miles: Annotated[
        tuple[float, float] | None,
        To(_rounded_range),
        Field(description="The least and the most from anywhere in the ZIP."),
    ]
    distance_kind: Annotated[Literal["straight_line"], From(lambda _: "straight_line")]
    direction: str | None
    matched: list[str]
    missing: list[str]
    care: list[CareStateSchema]
    filters_not_met: list[str]
    clinic: Annotated[ClinicSchema, From(_matched_clinic)]


class _Listed(WireModel):
    rank: int
    beyond_radius: bool


class _Unsure(WireModel):
    reasons: Annotated[
        list[str],
        Field(description="`care_not_known`, `serves_veterans`, `serves_children`, or the name of a filter."),
    ]


# Pydantic takes the fields of the last base first.
class MatchSchema(FoundClinicSchema, _Listed, of=ListedMatch):
    """A match: its rank in the list, and its distance in a straight line on the WGS 84 ellipsoid."""


class AlsoNearSchema(FoundClinicSchema, _Unsure, of=AlsoNear):
    """A clinic that is nearer than the first match by more than 2 miles, or there is no match.

    It is no match only because something is not known of it, or because it treats only others: `reasons`. Nothing that
    was asked for is known to be missing.
    """


class WidenedSchema(WireModel, of=Widened):
    """Why clinics beyond the radius follow."""

    from_miles: float
    to_miles: Annotated[float, rounded(1)]
    reason: str


class RelaxationSchema(WireModel, of=Relaxation):
    """One filter left out, and how many clinics there are without it."""

    drop: Dropped
    total: int


class NoticeSchema(WireModel, of=Notice):
    code: str
    text: str


class DatasetSchema(WireModel, of=Dataset):
    """The version of the list, which every change raises."""

    version: int
    published_at: Moment


class SearchAnswer(WireModel, of=SearchResult):
    """The nearest matching clinics, nearest first. `total` counts those that match the search exactly."""

    origin: OriginSchema
    matches: list[MatchSchema]
    also_near: Annotated[
        list[AlsoNearSchema],
        Field(
            description="At most 3 clinics to ask, nearest first, that nobody knows to match; only on the first page."
        ),
    ]
    total: int
    next: Annotated[str | None, Given()]
    widened: WidenedSchema | None
    relaxations: list[RelaxationSchema]
    notices: list[NoticeSchema]
    dataset: DatasetSchema


class ClinicListAnswer(WireModel, of=ClinicList):
    """Clinics in the order of clinic_id; with a name to look for, best match first."""

    clinics: Annotated[list[ClinicSchema], Given()]
    total: Annotated[int, From("page.total")]
    next: Annotated[str | None, Given()]
    notices: list[NoticeSchema]
    dataset: DatasetSchema


class ClinicAnswer(ClinicSchema):
    """One clinic, with the version of the list."""

    notices: Annotated[list[NoticeSchema], Given()]
    dataset: Annotated[DatasetSchema, Given()]


class SpecialtySchema(WireModel, of=Specialty):
    """One kind of care; `plain_name` is what a patient calls it. `names` and `plain_names` are by language code."""

    code: str
    name: str
    plain_name: str
    description: str
    group: str
    synonyms: list[str]
    names: Annotated[dict[str, str], From(lambda care: {"en": care.name, **care.names})]
    plain_names: Annotated[dict[str, str], From(lambda care: {"en": care.plain_name, **care.plain_names})]


class SpecialtiesAnswer(WireModel):
    """Kinds of care, in their own order; if words were given, best match first."""

    specialties: list[SpecialtySchema]


class PlacesAnswer(WireModel):
    """Places that begin with what was typed."""

    places: list[PlaceSchema]


class ReasonSchema(WireModel, of=Reason):
    code: str
    text: str


class ExplainAnswer(WireModel, of=Explanation):
    """Whether the clinic matches the search exactly, at which rank, and why."""

    origin: OriginSchema
    clinic_id: Annotated[str, From("clinic.clinic_id")]
    name: Annotated[str, From("clinic.name")]
    in_list: bool
    in_also_near: bool
    rank: int | None
    distance_miles: Miles | None
    reasons: list[ReasonSchema]
    notices: list[NoticeSchema]
    dataset: DatasetSchema


def search_geojson(answer: Json) -> Json:
    """Return the answer to a search as a FeatureCollection: one feature per match, the rest as foreign members.

    `also_near` is among the rest: what has a feature is a match.
    """
    features = [feature(match.pop("clinic"), match) for match in answer.pop("matches")]
    return {"type": "FeatureCollection", "features": features, **answer}


def clinic_list_geojson(answer: Json) -> Json:
    """Return a page of clinics as a FeatureCollection, the rest as foreign members."""
    features = [feature(clinic) for clinic in answer.pop("clinics")]
    return {"type": "FeatureCollection", "features": features, **answer}


def clinic_geojson(answer: Json) -> Json:
    """Return one clinic as a Feature, the rest as foreign members."""
    beside = {name: answer.pop(name) for name in ("notices", "dataset")}
    return feature(answer) | beside


def feature(clinic: Json, more: Json | None = None) -> Json:
    point = clinic["point"]
    # GeoJSON puts longitude first.
    geometry = point and {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
    return {"type": "Feature", "id": clinic["clinic_id"], "geometry": geometry, "properties": (more or {}) | clinic}
