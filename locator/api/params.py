"""The parameters of each operation, checked, and the questions made from them."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, ValidationInfo
from pydantic_core.core_schema import no_info_after_validator_function

from locator.api.http.parameters import PathModel, refusal
from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID, Wanted, serves_meant
from locator.errors import BadParameters, ClinicNotFound, Fault
from locator.finding.cursors import CURSOR, Cursors
from locator.finding.limits import (
    LONGEST_CURSOR,
    LONGEST_NAME,
    LONGEST_RADIUS_MILES,
    MOST_PER_PAGE,
    MOST_SPECIALTIES,
)
from locator.finding.search import SearchQuery
from locator.finding.specialties import SpecialtyBook
from locator.geo.errors import UnreadablePlace
from locator.geo.reading.where import LONGEST_WHERE, Where, read_where
from locator.text.folding import TYPED_TEXT, UnsafeText, clean

_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place as somebody asked for it, and what that was read as; whether it exists is found out later."""

    asked: str
    where: Where


def cleaned(parameter: str, text: str, *, longest: int) -> str:
    """Return the text as it is compared and stored; raises BadParameters naming the parameter."""
    try:
        found = clean(text, longest=longest)
    except UnsafeText as error:
        raise BadParameters([Fault(parameter, f"The text {error}.", "unreadable")]) from None
    if not found:
        raise BadParameters([Fault(parameter, "The text is empty.", "empty")])
    return found


def _read_place(text: str) -> NamedPlace:
    try:
        where = read_where(text)
    except UnreadablePlace as error:
        raise refusal(str(error), "unreadable") from None
    return NamedPlace(clean(text, longest=LONGEST_WHERE), where)


def _plain_number(text: object) -> object:
    """Accept only one spelling of each number, so that every record has one address."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", str(text)):
        raise ValueError("no such number")
    return int(str(text))


def _known_specialty(code: str, info: ValidationInfo) -> str:
    """Accept only the codes of specialties; `info.context` is the SpecialtyBook."""
    specialties = info.context
    if len(code) > _LONGEST_CODE:
        return code  # which its pattern refuses, without a search for what it resembles
    if isinstance(specialties, SpecialtyBook) and not specialties.is_known(code):
        near = specialties.nearest_code(code)
        hint = f"Did you mean “{near}”?" if near else "See /api/v1/specialties."
        raise refusal(f"is not a code we know. {hint}", "unknown-specialty", instead=near)
    return code


Near = Annotated[
    NamedPlace,
    GetPydanticSchema(lambda _, handler: no_info_after_validator_function(_read_place, handler(str))),
    Field(
        description="Where to search from: a ZIP (`53703`, `53703-1234`), a town (`Eau Claire`, `Eau Claire, WI`), a"
        " county, or `lat,lon`. Of a street address, the ZIP or the town is used unless the service has a geocoder; the"
        " description of this API says so. Send addresses and points by POST: they do not belong in a URL.",
        # For the document only: reading a place says better what is wrong with a text of another length.
        json_schema_extra={
            "minLength": 1,
            "maxLength": LONGEST_WHERE,
            "format": "place",
            "pattern": TYPED_TEXT,
            "example": "53703",
        },
    ),
]
SpecialtyCode = Annotated[
    str,
    AfterValidator(_known_specialty),
    Field(pattern="^[a-z][a-z_]{1,63}$", json_schema_extra={"format": "specialty-code"}),
]
ClinicId = Annotated[
    str,
    Field(
        pattern=f"^{CLINIC_ID.pattern}$",
        max_length=LONGEST_CLINIC_ID,
        description="The permanent id of the clinic.",
        json_schema_extra={"format": "clinic-id", "example": "uw-carbone-university-hospital"},
    ),
]
RecordNumber = Annotated[int, Field(ge=1, le=999_999_999), BeforeValidator(_plain_number)]
Cursor = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="The `next` of the previous page; opaque, and valid only for the same question.",
        json_schema_extra={"format": "cursor", "pattern": f"^{CURSOR}$"},
    ),
]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FilterParams(_Params):
    """Filters for clinics. Unknown is not "no", and never counts as "yes"."""

    specialty: list[SpecialtyCode] = Field(
        default=[],
        max_length=MOST_SPECIALTIES,
        description="Specialty codes, as in /api/v1/specialties; repeat for several.",
        json_schema_extra={"example": ["clinical_trials"]},
    )
    match: Literal["all", "any"] = Field("all", description="Whether a clinic needs all of the specialties or any.")
    accepting_new_patients: bool | None = Field(
        None, description="Only clinics known to accept new patients, or known not to."
    )
    telehealth: bool | None = Field(
        None, description="Only clinics known to see patients by video or phone, or known not to."
    )
    wheelchair_accessible: bool | None = Field(
        None, description="Only clinics that a wheelchair is known to get into, or known not to."
    )
    open_now: bool | None = Field(None, description="Only clinics known to be open right now, or known to be closed.")
    language: str | None = Field(
        None,
        pattern="^[a-z]{2,3}$",
        description="Only clinics where this language is spoken: an ISO 639 code.",
        json_schema_extra={"example": "es"},
    )
    organization: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Only clinics of this organization, by its full name.",
        json_schema_extra={"format": "typed-text", "pattern": TYPED_TEXT, "example": "UW Health"},
    )

    def wanted(self) -> Wanted:
        """Return what a clinic must be. Raises BadParameters for an organization that cannot be a name."""
        return Wanted(
            specialties=tuple(dict.fromkeys(self.specialty)),
            any_specialty=self.match == "any",
            accepting_new_patients=self.accepting_new_patients,
            telehealth=self.telehealth,
            wheelchair_accessible=self.wheelchair_accessible,
            open_now=self.open_now,
            language=self.language,
            organization=cleaned("organization", self.organization, longest=200) if self.organization else None,
        )


class SearchParams(FilterParams):
    """A search: the place, and what the clinics must be."""

    near: Near
    serves: Literal["veterans", "children", "any"] | None = Field(
        None,
        description="Also match clinics that treat only veterans, or only children, or any of these. Without it they"
        " are no matches: one that is nearer than the first match is in `also_near`.",
    )
    radius_miles: float | None = Field(
        None,
        gt=0,
        le=LONGEST_RADIUS_MILES,
        allow_inf_nan=False,
        description="Count only clinics within this distance, in statute miles. If there are fewer than three, the"
        " nearest beyond it follow. Without a radius there is no cut-off.",
        json_schema_extra={"example": 25},
    )
    limit: int = Field(10, ge=1, le=MOST_PER_PAGE, description="How many clinics a page may have.")
    cursor: Cursor = None

    def query(self, cursors: Cursors) -> SearchQuery:
        """Return the question. Raises BadParameters for a cursor of another question."""
        query = SearchQuery(
            where=self.near.where,
            asked=self.near.asked,
            wanted=self.wanted(),
            radius_miles=self.radius_miles,
            limit=self.limit,
        )
        return query if self.cursor is None else query.from_page(cursors.read_page(query, self.cursor))

    def wanted(self) -> Wanted:
        return replace(super().wanted(), may_serve_only=serves_meant(self.serves))


class ClinicListParams(FilterParams):
    """Which clinics to list."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_NAME,
        description="Only clinics with this name: its words in any order, from the clinic's name, its former and short"
        " names, its organization and its town. A word may be misspelled, and the last one only begun. The best match"
        " comes first.",
        json_schema_extra={"format": "typed-text", "pattern": TYPED_TEXT, "example": "carbone uw hospital"},
    )
    phone: str | None = Field(
        None,
        min_length=4,
        max_length=40,
        description="Only clinics with this number, or referral number: written in any way, with or without the area"
        " code; or at least its last four digits.",
        json_schema_extra={"format": "us-phone", "example": "(608) 263-6400"},
    )
    limit: int = Field(50, ge=1, le=MOST_PER_PAGE, description="How many clinics a page may have.")
    cursor: Cursor = None


class PlacesParams(_Params):
    """What somebody has typed so far."""

    q: str = Field(
        min_length=2,
        max_length=60,
        description="The beginning of a place's name or of a ZIP, two characters or more.",
        json_schema_extra={"format": "typed-text", "pattern": TYPED_TEXT, "example": "eau"},
    )
    # More than places begin with any two letters: whoever asks for all of them need not send a third.
    limit: int = Field(8, ge=1, le=200, description="How many suggestions to return.")


class SpecialtyParams(_Params):
    """Which specialties to return."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=60,
        description="Words a person uses for the care they need, such as “stage 4” or “comfort care”.",
        json_schema_extra={"format": "typed-text", "pattern": TYPED_TEXT, "example": "stage 4"},
    )


class ExplainParams(SearchParams):
    """A search, and the clinic to look for in its answer."""

    clinic_id: ClinicId


class ClinicPath(PathModel):
    """The id of a clinic."""

    NOT_FOUND = ClinicNotFound

    clinic_id: ClinicId
