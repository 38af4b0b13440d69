"""What may be asked: each operation's parameters, checked, and the question a story is asked with them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID, Wanted
from locator.errors import BadParameters, Fault
from locator.finding.limits import LONGEST_CURSOR, LONGEST_RADIUS_MILES, MOST_PER_PAGE, MOST_SPECIALTIES
from locator.finding.specialties import SpecialtyBook
from locator.geo.errors import UnreadablePlace
from locator.geo.reading.where import LONGEST_WHERE, read_where
from locator.text.folding import UnsafeText, clean


def cleaned(parameter: str, text: str, *, longest: int) -> str:
    """Give the text as it is compared and stored; raises BadParameters naming the parameter."""
    try:
        found = clean(text, longest=longest)
    except UnsafeText as error:
        raise BadParameters([Fault(parameter, f"The text {error}.", "unreadable")]) from None
    if not found:
        raise BadParameters([Fault(parameter, "The text is empty.", "empty")])
    return found


def _readable_place(text: str) -> str:
    """Let pass what names a place in some form; whether there is such a place is found later."""
    try:
        read_where(text)
    except UnreadablePlace as error:
        raise PydanticCustomError("said", "{sentence}", {"sentence": str(error), "code": "unreadable"}) from None
    return text


def _plain_number(text: object) -> object:
    """Let pass one spelling of each number, so that what it names has one address."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", str(text)):
        raise ValueError("no such number")
    return int(str(text))


def _known_specialty(code: str, info: ValidationInfo) -> str:
    """Let pass the codes there are; `info.context` is the SpecialtyBook."""
    specialties = info.context
    if isinstance(specialties, SpecialtyBook) and not specialties.is_known(code):
        near = specialties.nearest_code(code)
        hint = f"Did you mean “{near}”?" if near else "See /api/v1/specialties."
        sentence = f"is not a code we know. {hint}"
        raise PydanticCustomError(
            "said", "{sentence}", {"sentence": sentence, "code": "unknown-specialty", "near": near}
        )
    return code


Near = Annotated[
    str,
    AfterValidator(_readable_place),
    Field(
        min_length=1,
        max_length=LONGEST_WHERE,
        description="Where to search from: a ZIP (`53703`, `53703-1234`), a town (`Eau Claire`, `Eau Claire, WI`), a"
        " county, `lat,lon`, or a street address. Send street addresses and points by POST: an address does not belong"
        " in a URL.",
        json_schema_extra={"format": "place", "example": "53703"},
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
        description="The clinic's lasting id.",
        json_schema_extra={"format": "clinic-id", "example": "uw-carbone-university-hospital"},
    ),
]
RecordNumber = Annotated[int, BeforeValidator(_plain_number), Field(ge=1, le=999_999_999)]
Cursor = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="The `next` of the page before; opaque, and good for the same question only.",
        json_schema_extra={"format": "cursor"},
    ),
]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FilterParams(_Params):
    """What a clinic must be. Unknown is not "no", and is never matched as "yes"."""

    specialty: list[SpecialtyCode] = Field(
        default=[],
        max_length=MOST_SPECIALTIES,
        description="Specialty codes, as in /api/v1/specialties; repeat for several.",
        json_schema_extra={"example": ["clinical_trials"]},
    )
    match: Literal["all", "any"] = Field("all", description="Whether a clinic needs all of the specialties or any.")
    accepting_new_patients: bool | None = Field(
        None, description="Only clinics known to accept new patients, or not to."
    )
    telehealth: bool | None = Field(
        None, description="Only clinics known to see patients by video or phone, or not to."
    )
    open_now: bool | None = Field(None, description="Only clinics known to be open at this moment, or closed.")
    language: str | None = Field(
        None,
        pattern="^[a-z]{2,3}$",
        description="Only clinics that speak it: an ISO 639 code.",
        json_schema_extra={"example": "es"},
    )
    organization: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Only clinics of this organization, by its whole name.",
        json_schema_extra={"format": "typed-text", "example": "UW Health"},
    )

    def wanted(self) -> Wanted:
        """Give what a clinic must be; raises BadParameters for text that cannot be meant."""
        return Wanted(
            specialties=tuple(dict.fromkeys(self.specialty)),
            any_specialty=self.match == "any",
            accepting_new_patients=self.accepting_new_patients,
            telehealth=self.telehealth,
            open_now=self.open_now,
            language=self.language,
            organization=cleaned("organization", self.organization, longest=200) if self.organization else None,
        )


class SearchParams(FilterParams):
    """One question: the nearest clinics to a place, as wanted."""

    near: Near
    radius_miles: float | None = Field(
        None,
        gt=0,
        le=LONGEST_RADIUS_MILES,
        allow_inf_nan=False,
        description="Count only clinics within this distance, in statute miles; where fewer than three are, the nearest"
        " beyond follow. Without it there is no cut-off.",
        json_schema_extra={"example": 25},
    )
    limit: int = Field(10, ge=1, le=MOST_PER_PAGE, description="How many clinics a page holds.")
    cursor: Cursor = None


class ClinicListParams(FilterParams):
    """Which clinics to list."""

    limit: int = Field(50, ge=1, le=MOST_PER_PAGE, description="How many clinics a page holds.")
    cursor: Cursor = None


class PlacesParams(_Params):
    """What a person has typed so far."""

    q: str = Field(
        min_length=2,
        max_length=60,
        description="The beginning of a town's name or of a ZIP, two characters or more.",
        json_schema_extra={"format": "typed-text", "example": "eau"},
    )
    limit: int = Field(8, ge=1, le=MOST_PER_PAGE, description="How many suggestions to give.")


class SpecialtyParams(_Params):
    """Which specialties to give."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=60,
        description="Words a person uses for the care they need, such as “stage 4” or “comfort care”.",
        json_schema_extra={"format": "typed-text", "example": "stage 4"},
    )


class ExplainParams(SearchParams):
    """A question, and the clinic to look for in its answer."""

    clinic_id: ClinicId


class ClinicPath(BaseModel):
    """The clinic's id."""

    clinic_id: ClinicId
