"""What may be asked about imports, and what may be said of a clinic by hand."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from locator.api.http.parameters import PathModel
from locator.api.params import ClinicId, Cursor, RecordNumber
from locator.errors import ImportNotFound
from locator.finding.limits import MOST_PER_PAGE

Limit = Annotated[int, Field(ge=1, le=MOST_PER_PAGE, description="How many a page holds.")]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ImportPath(PathModel):
    """The number of an import."""

    NOT_FOUND = ImportNotFound

    import_id: Annotated[RecordNumber, Field(description="The number of the import.", json_schema_extra={"example": 7})]


class UploadFields(_Params):
    """How a file is meant: in the address, or as fields of the form beside the file."""

    full_list: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The file is the full list of this organization, by its whole name: its clinics that the file does"
        " not name are retired.",
        json_schema_extra={"format": "organization", "example": "UW Health"},
    )
    dry_run: bool = Field(False, description="Check the file and keep nothing, not even the report.")


class UploadParams(UploadFields):
    """How a file is meant."""

    name: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="The file's name, for the report. A form says it beside the file.",
        json_schema_extra={"example": "clinics.csv"},
    )


class UploadHeaders(BaseModel):
    """What makes a request that is sent again the same one."""

    model_config = ConfigDict(strict=True)

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="A key of your own for this file, such as a UUID. Sent again with the same file, the answer is that"
        " of the first time, with the header `Idempotency-Replayed: true`; with another file it is refused.",
        json_schema_extra={"format": "idempotency-key"},
    )


class ImportListParams(_Params):
    """Which imports to list."""

    limit: Limit = 20
    cursor: Cursor = None


class RowParams(_Params):
    """Which rows to give."""

    action: list[Literal["added", "changed", "unchanged", "held", "refused", "locating"]] = Field(
        default=[],
        max_length=6,
        description="Only rows that come to this; repeat for several.",
        json_schema_extra={"example": ["changed"]},
    )
    limit: Limit = 50
    cursor: Cursor = None


class AuditParams(_Params):
    """Which lines of the audit to give."""

    limit: Limit = 50
    cursor: Cursor = None


class PublishBody(_Params):
    """Needed only where the report's brake is on."""

    model_config = ConfigDict(json_schema_extra={"example": {"confirm": 23}})

    confirm: int | None = Field(
        None,
        ge=0,
        le=999_999_999,
        description="The brake's number: how many clinics of the organizations it names are changed or retired.",
    )


class DecisionBody(_Params):
    """Two clinics that look alike, by the findings `likely-duplicate`, and what they are."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "clinic_id": "example-cancer-clinic",
                "other_clinic_id": "uw-carbone-university-hospital",
                "decision": "different",
            }
        }
    )

    clinic_id: ClinicId
    other_clinic_id: ClinicId
    decision: Literal["same", "different"]
