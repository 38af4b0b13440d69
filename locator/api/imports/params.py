"""The parameters of requests about imports, and of the audit."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from locator.api.http.parameters import PathModel
from locator.api.params import ClinicId, Cursor, RecordNumber
from locator.errors import ImportNotFound
from locator.finding.limits import MOST_PER_PAGE
from locator.importing.identity.deciding import MOST_DECISIONS

Limit = Annotated[int, Field(ge=1, le=MOST_PER_PAGE, description="How many a page may have.")]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ImportPath(PathModel):
    """The number of an import."""

    NOT_FOUND = ImportNotFound

    import_id: Annotated[RecordNumber, Field(description="The number of the import.", json_schema_extra={"example": 7})]


class UploadFields(_Params):
    """What to do with a file: in the URL, or as fields of the form."""

    full_list: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The full name of an organization whose full list the file is: clinics of it that are not in the"
        " file are retired.",
        json_schema_extra={"format": "organization", "example": "UW Health"},
    )
    dry_run: bool = Field(False, description="Check the file and store nothing, not even the report.")


class UploadParams(UploadFields):
    """What to do with a file, and its name."""

    name: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="The name of the file, for the report. A form has it with the file.",
        json_schema_extra={"example": "clinics.csv"},
    )

    sheet: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="The sheet of a workbook that is the list. Without it, the one with a row of column names is read.",
        json_schema_extra={"format": "sheet-name"},
    )
    header_row: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="The number of the row with the names of the columns. Without it, that row is found.",
        json_schema_extra={"format": "header-row"},
    )


class UploadHeaders(BaseModel):
    """What identifies a request that is sent again."""

    model_config = ConfigDict(strict=True)

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="A key that you choose for this file, such as a UUID. If it is sent again with the same file, the"
        " answer is the first one, with the header `Idempotency-Replayed: true`. With another file it is refused.",
        json_schema_extra={"format": "idempotency-key"},
    )


class ImportListParams(_Params):
    """Which imports to list."""

    limit: Limit = 20
    cursor: Cursor = None


class RowParams(_Params):
    """Which rows to return."""

    action: list[Literal["added", "changed", "unchanged", "held", "refused", "locating"]] = Field(
        default=[],
        max_length=6,
        description="Only rows with this action; repeat for several.",
        json_schema_extra={"example": ["changed"]},
    )
    limit: Limit = 50
    cursor: Cursor = None


class AuditParams(_Params):
    """Which lines of the audit to return."""

    limit: Limit = 50
    cursor: Cursor = None


class PublishBody(_Params):
    """Needed only if the report has a `brake`."""

    model_config = ConfigDict(json_schema_extra={"example": {"confirm": 23}})

    confirm: int | None = Field(
        None,
        ge=0,
        le=999_999_999,
        description="The number of the report's `brake`.",
    )


class ColumnAnswer(_Params):
    """What one column of a file is."""

    position: int = Field(ge=1, le=500, description="The column, counted from 1, as in `mapping`.")
    column: str = Field(
        min_length=1,
        max_length=60,
        description="A column of ours, `ignore`, or `ask`. Parts of one: `hours:Mo`, `specialties:palliative_care`,"
        " `external_ids:npi`; several in one: `lat,lon`, `address`.",
        json_schema_extra={"format": "clinic-column"},
    )


class MappingBody(_Params):
    """Which columns of a file are which of ours."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"columns": [{"position": 1, "column": "name"}], "accept_proposed": True},
        }
    )

    columns: list[ColumnAnswer] = Field(
        default=[], max_length=500, description="One entry for each column that is not as proposed."
    )
    accept_proposed: bool = Field(
        False, description="Whether what is proposed for every other column that is asked about is right."
    )


class AcceptBody(_Params):
    """Which proposals to accept: those of the findings with one code, or all."""

    model_config = ConfigDict(json_schema_extra={"example": {"code": "hours-two-readings"}})

    code: str | None = Field(
        None,
        pattern="^[a-z0-9-]{1,40}$",
        description="The code of the findings whose proposals are accepted; without it, all are.",
        json_schema_extra={"format": "finding-code"},
    )


class RowDecision(_Params):
    """Which clinic a row is about."""

    row: int = Field(ge=1, le=9_999_999, description="The number of the row, as in the report.")
    clinic_id: ClinicId | None = Field(description="A clinic of the list, or null: it is a new one.")


class RowDecisionsBody(_Params):
    """Which clinics rows without a clinic_id are about."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rows": [{"row": 3, "clinic_id": "uw-carbone-university-hospital"}, {"row": 4, "clinic_id": None}],
                "accept_proposed": False,
            }
        }
    )

    rows: list[RowDecision] = Field(default=[], max_length=MOST_DECISIONS, description="One entry for each row.")
    accept_proposed: bool = Field(
        False, description="Whether every other row with a `proposed-clinic` is about the clinic proposed for it."
    )


class DecisionBody(_Params):
    """Two clinics that look alike, as in `likely-duplicate` and `similar-clinic`, and whether they are the same."""

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
