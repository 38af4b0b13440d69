"""Examples of public answers for the OpenAPI document, written from a sample clinic by the models themselves."""

from datetime import UTC, datetime

from locator.api.http.problem_kinds import PROBLEMS
from locator.api.http.problems import PlaceSchema
from locator.api.http.wire_model import Json
from locator.api.wire import (
    ClinicAnswer,
    ClinicListAnswer,
    ClinicSchema,
    DatasetSchema,
    ExplainAnswer,
    NoticeSchema,
    SearchAnswer,
    SpecialtySchema,
    clinic_geojson,
    clinic_list_geojson,
    search_geojson,
)
from locator.clinic.clinic import Address, Clinic, ClinicPoint, Match, OfferedSpecialty, Specialty
from locator.errors import LocatorError
from locator.finding.explaining import Explanation, Reason
from locator.finding.listing import ClinicList
from locator.finding.matches import ListedMatch
from locator.finding.search import SearchResult, notices_of
from locator.geo.errors import UnknownPlace
from locator.geo.origins import Origin, OriginKind
from locator.geo.point import Geocode, Point, Precision, Suggestion
from locator.records.clinics import Dataset
from locator.records.pages import Page

_NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
_DATASET = Dataset(version=2, published_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC), sample=True)
_NOTICES = notices_of(_DATASET)
_ORIGIN = Origin(
    asked="53703",
    kind=OriginKind.ZIP,
    geocode=Geocode(
        Point(lat=43.077806, lon=-89.383781),
        Precision.ZIP,
        label="53703, Madison, Dane County, WI",
        source="census-zcta-gazetteer",
    ),
    in_area=True,
    reach_miles=1.9,
)
CLINIC = Clinic(
    clinic_id="uw-carbone-university-hospital",
    name="UW Health Carbone Cancer Center - University Hospital",
    organization="UW Health",
    address=Address(street="600 Highland Avenue", city="Madison", state="WI", zip="53792", county="Dane"),
    location=ClinicPoint(Point(lat=43.076428, lon=-89.43159), Precision.ADDRESS, "HIFLD hospitals"),
    phone="+16082636400",
    website="https://www.uwhealth.org",
    specialties=(OfferedSpecialty("clinical_trials", "Clinical trials"),),
    accreditations=("nci",),
)
_MATCH = ListedMatch(
    match=Match(CLINIC, meters=3894.2),
    rank=1,
    direction="west",
    distance_range_miles=(0.5, 4.3),
    matched=("clinical_trials",),
    missing=(),
    filters_not_met=(),
    beyond_radius=False,
    open_now=None,
    stale=True,
    today=_NOW.date(),
)
_RESULT = SearchResult(origin=_ORIGIN, matches=[_MATCH], total=95, dataset=_DATASET, notices=_NOTICES)
_EXPLANATION = Explanation(
    origin=_ORIGIN,
    clinic=CLINIC,
    in_list=False,
    in_also_near=False,
    rank=None,
    distance_miles=2.4197,
    reasons=[
        Reason("filter_unknown", "It is not known whether it meets the filter telehealth. Unknown never counts as yes.")
    ],
    dataset=_DATASET,
    notices=_NOTICES,
)
_PLACE = Suggestion(
    label="Eau Claire, Eau Claire County, WI (city)",
    near="City of Eau Claire, Eau Claire County, WI",
    kind="city",
    point=Point(lat=44.81135, lon=-91.49849),
    county="Eau Claire",
    state="WI",
    zip="54703",
)
_SPECIALTY = Specialty(
    code="metastatic_breast_oncology",
    name="Metastatic breast oncology",
    plain_name="Breast cancer that has spread",
    description="Doctors who treat breast cancer that has spread to other parts of the body.",
    group="treatment",
    synonyms=("stage 4", "spread to the bones"),
    names={"es": "Oncología de cáncer de mama metastásico"},
    plain_names={"es": "Cáncer de mama que se ha extendido"},
)
_REQUEST_ID = "0f8fad5bd9cb469fa16570867728950e"


def clinic_example() -> Json:
    return ClinicSchema.write_at(CLINIC, _NOW)


def _search() -> Json:
    return SearchAnswer.write(_RESULT, next=None)


def _clinics() -> Json:
    listed = ClinicList(Page([CLINIC], total=98), _DATASET, _NOTICES)
    return ClinicListAnswer.write(listed, clinics=[clinic_example()], next=None)


def _clinic() -> Json:
    notices = [NoticeSchema.write(notice) for notice in _NOTICES]
    return ClinicAnswer.write_at(CLINIC, _NOW, notices=notices, dataset=DatasetSchema.write(_DATASET))


def problem_example(kind: type[LocatorError], detail: str, **more: object) -> Json:
    """Return what a client gets for an error of this kind."""
    problem = PROBLEMS[kind]
    return {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": f"/requests/{_REQUEST_ID}",
        "request_id": _REQUEST_ID,
        "errors": [],
        **more,
    }


SEARCH, SEARCH_GEOJSON = _search(), search_geojson(_search())
CLINICS, CLINICS_GEOJSON = _clinics(), clinic_list_geojson(_clinics())
ONE_CLINIC, ONE_CLINIC_GEOJSON = _clinic(), clinic_geojson(_clinic())
SPECIALTIES = {"specialties": [SpecialtySchema.write(_SPECIALTY)]}
PLACES = {"places": [PlaceSchema.write(_PLACE)]}
EXPLANATION = ExplainAnswer.write(_EXPLANATION)

_NO_SUCH_ZIP = "There is no ZIP code 99999. Please check the digits."
UNKNOWN_PLACE = problem_example(
    UnknownPlace,
    _NO_SUCH_ZIP,
    errors=[{"parameter": "near", "code": "unknown", "detail": _NO_SUCH_ZIP}],
    alternatives=[],
)
