"""The body that changes one clinic: the columns of a clinic file, in JSON."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import JsonSchemaValue

from locator.clinic.columns import COLUMNS, Column, ColumnKind
from locator.errors import BadParameters, Fault
from locator.importing.cells.row import GivenValue

# The format of a text says more about it than its length does.
_FORMATS = {
    ColumnKind.TEXT: "typed-text",
    ColumnKind.NOTES: "typed-text",
    ColumnKind.STATE: "us-state",
    ColumnKind.ZIP: "us-zip",
    ColumnKind.PHONE: "us-phone",
    ColumnKind.URL: "web-address",
    ColumnKind.HOURS: "osm-opening-hours",
    ColumnKind.STATUS: "clinic-status",
    ColumnKind.DATE: "date",
    ColumnKind.SPECIALTIES: "specialty-code",
    ColumnKind.LANGUAGES: "language-code",
    ColumnKind.ACCREDITATIONS: "accreditation",
    ColumnKind.SPECIALTY_CODES: "specialty-code",
    ColumnKind.SERVES: "who-is-served",
    ColumnKind.INTERPRETERS: "interpreter",
    ColumnKind.NAMES: "typed-text",
    ColumnKind.EXTERNAL_IDS: "external-id",
}
# In characters, if a value of this kind is shorter than a cell may be.
_LONGEST = {
    ColumnKind.STATE: 40,
    ColumnKind.ZIP: 10,
    ColumnKind.PHONE: 60,
    ColumnKind.STATUS: 40,
    ColumnKind.SERVES: 40,
    ColumnKind.DATE: 10,
}
_MOST_ITEMS = 40
_MOST_KINDS_OF_CARE = 30  # there are fewer; more of the longest codes would not fit into a cell
_DEGREES = {"lat": 90, "lon": 180}


def _type_of(column: Column) -> Any:
    kind = column.kind
    described: JsonSchemaValue = {"description": column.description}
    if kind is ColumnKind.YES_NO:
        return Annotated[bool | None, Field(**described)]
    if kind is ColumnKind.DEGREES:
        bound = _DEGREES[column.name]
        return Annotated[float, Field(ge=-bound, le=bound, allow_inf_nan=False, **described)]
    text_format = {"format": _FORMATS[kind]}
    if kind.is_list:
        item = Annotated[str, Field(min_length=1, json_schema_extra=text_format)]
        most = _MOST_KINDS_OF_CARE if _FORMATS[kind] == "specialty-code" else _MOST_ITEMS
        return Annotated[list[item] | None, Field(max_length=most, **described)]
    text = Annotated[
        str,
        Field(
            min_length=1,
            max_length=_LONGEST.get(kind, column.longest),
            json_schema_extra=text_format | {"example": column.example},
        ),
    ]
    return Annotated[text | None if column.can_be_cleared else text, Field(**described)]


def _as_openapi_has_it(schema: JsonSchemaValue) -> None:
    # There is no default: a column that is not sent stays as it is. A point has two halves.
    for described in schema["properties"].values():
        described.pop("default", None)
    schema["dependentRequired"] = {"lat": ["lon"], "lon": ["lat"]}
    schema["example"] = {"phone": "608-555-0100", "accepting_new_patients": True, "notes": None}


class _Changes(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_as_openapi_has_it)

    def values_by_column(self) -> dict[str, GivenValue]:
        """Return the values that were sent; raises BadParameters for a text of spaces only."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        blank = [name for name, value in given.items() if isinstance(value, str) and not value.strip()]
        if blank:
            raise BadParameters([Fault(name, "The text is empty. Send null to clear it.", "empty") for name in blank])
        return given


_DESCRIPTION = """Columns of a clinic file with their new values: null clears one; one that is not sent stays as it is.

A new address needs its `lat` and `lon`, unless it has been located before."""

if TYPE_CHECKING:
    ClinicChanges = _Changes
else:
    ClinicChanges = create_model(
        "ClinicChanges",
        __base__=_Changes,
        __doc__=_DESCRIPTION,
        **{column.name: (_type_of(column), None) for column in COLUMNS if column.kind is not ColumnKind.CLINIC_ID},
    )
