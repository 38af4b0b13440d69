"""What may be said of one clinic by hand: the columns of a clinic file as JSON, turned into its cells."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from locator.clinic.columns import CLEAR, LIST_SEPARATOR
from locator.errors import BadParameters, Fault
from locator.importing.cells.escaping import escaped

_EMPTY = "null empties it."


def _text(longest: int, text_format: str, *, example: str | None = None, description: str = "") -> Any:
    """Give the field of a text; its format says more than its length does."""
    extra: dict[str, Any] = {"format": text_format} | ({"example": example} if example else {})
    return Field(min_length=1, max_length=longest, description=description or None, json_schema_extra=extra)


Name = Annotated[str, _text(300, "typed-text", example="Lakeside Cancer Center")]
Text = Annotated[str, _text(200, "typed-text")]
Notes = Annotated[str, _text(2_000, "typed-text")]
Phone = Annotated[str, _text(60, "us-phone", example="608-263-6400 ext. 12", description="A US phone number.")]
Url = Annotated[str, _text(2_000, "web-address", example="https://www.example.org", description="https or http.")]
Item = Annotated[str, Field(min_length=1, max_length=60)]


def _as_openapi_has_it(schema: dict[str, Any]) -> None:
    # What is not sent is left as it is: there is no default. A point has two halves.
    for described in schema["properties"].values():
        described.pop("default", None)
    schema["dependentRequired"] = {"lat": ["lon"], "lon": ["lat"]}
    schema["example"] = {"phone": "608-263-6400", "accepting_new_patients": True, "notes": None}


class ClinicChanges(BaseModel):
    """Columns of a clinic file with their new values: null empties one, what is not sent stays as it is.

    A new address needs its `lat` and `lon`, unless it has been located before.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra=_as_openapi_has_it,
    )

    name: Name = ""
    organization: Annotated[str, _text(200, "organization", example="UW Health")] | None = None
    street: Text | None = None
    unit: Annotated[str, _text(100, "typed-text")] | None = None
    city: Annotated[str, _text(100, "typed-text", example="Madison")] = ""
    state: Annotated[str, _text(40, "us-state", example="WI", description="Two letters, or the name.")] = ""
    zip: Annotated[str, _text(10, "us-zip", example="53703", description="Five digits.")] | None = None
    phone: Phone | None = None
    referral_phone: Phone | None = None
    fax: Phone | None = None
    website: Url | None = None
    appointment_url: Url | None = None
    specialties: list[Annotated[str, Field(min_length=1, json_schema_extra={"format": "specialty-code"})]] | None = (
        Field(None, max_length=40, description="Codes, as in /api/v1/specialties.")
    )
    hours: (
        Annotated[
            str,
            _text(
                255, "osm-opening-hours", example="Mo-Fr 08:00-17:00", description="In the OSM opening_hours language."
            ),
        ]
        | None
    ) = None
    status: Annotated[
        str,
        _text(
            40,
            "clinic-status",
            example="open",
            description="open, opening_soon, temporarily_closed or closed.",
        ),
    ] = ""
    status_note: Notes | None = None
    accepting_new_patients: bool | None = None
    telehealth: bool | None = None
    wheelchair_accessible: bool | None = None
    languages: list[Annotated[str, Field(min_length=1, json_schema_extra={"format": "language-code"})]] | None = Field(
        None, max_length=40, description="ISO 639 codes, such as es or hmn."
    )
    accreditations: list[Annotated[str, Field(min_length=1, json_schema_extra={"format": "accreditation"})]] | None = (
        Field(None, max_length=40, description="Codes, such as nci or coc.")
    )
    lat: float = Field(0.0, ge=-90, le=90, allow_inf_nan=False, description="Degrees, WGS 84; together with lon.")
    lon: float = Field(0.0, ge=-180, le=180, allow_inf_nan=False, description="Degrees, WGS 84; together with lat.")
    notes: Notes | None = None
    staff_notes: Notes | None = Field(None, description="Never shown to the public.")
    verified_on: Annotated[str, _text(10, "date", example="2026-10-01")] | None = None
    source: Annotated[str, _text(500, "typed-text")] | None = None

    def cells(self) -> dict[str, str]:
        """Give the cells of a clinic file that say the same; raises BadParameters for a text of blanks alone."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        blank = [name for name, value in given.items() if isinstance(value, str) and not value.strip()]
        if blank:
            raise BadParameters([Fault(name, f"The text is empty; {_EMPTY}", "empty") for name in blank])
        return {name: _cell(value) for name, value in given.items()}


def _cell(value: str | bool | float | list[str] | None) -> str:
    match value:
        case None | []:
            return CLEAR
        case bool():
            return "yes" if value else "no"
        case list():
            return LIST_SEPARATOR.join(value)
        case str():
            return escaped(value)  # so that a text that begins like one of our escapes stays as it is
        case _:
            return f"{value:.9f}"  # a tenth of a millimeter, and never 1e-07
