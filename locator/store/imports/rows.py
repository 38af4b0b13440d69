"""Imports and their rows between SQL and records: JSON on the one side, typed values on the other."""

from datetime import date
from typing import Any

import orjson
from sqlalchemy import Row

from locator.clinic.clinic import Serves, Status
from locator.clinic.columns import COLUMN_BY_NAME, ColumnKind
from locator.geo.point import Point
from locator.records.actor import Actor
from locator.records.findings import Finding, Likeness, LikenessKind, Severity
from locator.records.imports import (
    AcceptedCell,
    Brake,
    Candidate,
    Change,
    ClinicRecord,
    ColumnMapping,
    ColumnState,
    Counts,
    Coverage,
    FileFacts,
    Identity,
    IdentityState,
    ImportStatus,
    ListImpact,
    MappedColumn,
    MappingSource,
    OrganizationImpact,
    RecordValue,
    RowAction,
    StoredImport,
    StoredRow,
)


def import_from(row: Row[Any]) -> StoredImport:
    """Make a StoredImport of a row of `imports`."""
    values = row._asdict()
    by = Actor(values.pop("made_by"), values.pop("made_via"), values.pop("key_id"))
    del values["idempotency_key"]
    brake = row.brake
    values |= {
        "status": ImportStatus(row.status),
        "file": FileFacts(**row.file),
        "header": tuple(row.header),
        "mapping": row.mapping and _mapping(row.mapping),
        "counts": Counts(**row.counts),
        "findings": tuple(map(finding_from, row.findings)),
        "coverage": Coverage(**row.coverage),
        "brake": brake and _brake(brake),
        # Before publishing it is the version the file was compared with, which only publishing needs to know.
        "dataset_version": row.dataset_version if row.published_at else None,
    }
    return StoredImport(by=by, **values)


def _mapping(stored: dict[str, Any]) -> ColumnMapping:
    columns = tuple(
        MappedColumn(
            **{**each, "state": ColumnState(each["state"]), "because": MappingSource(each["because"])}
            | {"samples": tuple(each["samples"])}
        )
        for each in stored["columns"]
    )
    lists = {name: tuple(stored[name]) for name in ("other_sheets", "missing")}
    return ColumnMapping(**{**stored, "columns": columns, **lists})


def _brake(stored: dict[str, Any]) -> Brake:
    whole = stored.get("whole_list")
    organizations = tuple(OrganizationImpact(**each) for each in stored["organizations"])
    return Brake(stored["number"], organizations, whole and ListImpact(**whole))


def row_from(row: Row[Any]) -> StoredRow:
    """Make a StoredRow of a row of `import_rows`."""
    return StoredRow(
        row=row.row,
        action=RowAction(row.action),
        clinic_id=row.clinic_id,
        based_on=row.based_on,
        record=None if row.record is None else _record(row.row, row.clinic_id or "", row.record),
        image=row.image,
        changes=tuple(Change(**change) for change in row.changes or ()),
        findings=tuple(map(finding_from, row.findings or ())),
        raw=None if row.raw is None else tuple(row.raw),
        accepted=tuple(AcceptedCell(**cell) for cell in row.accepted or ()),
        identity=None if row.identity is None else _identity(row.identity),
    )


def _identity(stored: dict[str, Any]) -> Identity:
    candidates = tuple(Candidate(**{**each, "alike": tuple(each["alike"])}) for each in stored["candidates"])
    return Identity(**{**stored, "state": IdentityState(stored["state"]), "candidates": candidates})


def finding_from(stored: dict[str, Any]) -> Finding:
    """Make a Finding of its JSON."""
    likeness = stored.get("likeness")
    return Finding(
        Severity(stored["severity"]),
        stored["code"],
        stored["row"],
        stored["column"],
        stored["found"],
        stored["expected"],
        likeness and Likeness(likeness["clinic_id"], LikenessKind(likeness["by"]), likeness["meters"]),
        stored.get("proposal"),
    )


def _record(row: int, clinic_id: str, stored: dict[str, Any]) -> ClinicRecord:
    return ClinicRecord(row, clinic_id, {name: _value(name, value) for name, value in stored.items()})


def _value(name: str, value: Any) -> RecordValue:
    match value:
        case dict():
            return Point(lat=value["lat"], lon=value["lon"])
        case list():
            return tuple(value)
        case str() if COLUMN_BY_NAME[name].kind is ColumnKind.DATE:
            return date.fromisoformat(value)
        case str() if COLUMN_BY_NAME[name].kind is ColumnKind.STATUS:
            return Status(value)
        case str() if COLUMN_BY_NAME[name].kind is ColumnKind.SERVES:
            return Serves(value)
        case str() | bool() | float() | None:
            return value
        case _:
            raise ValueError(f"{name} is of a type no record has")


def to_json(value: object) -> str | None:
    """Write a value as JSON: dataclasses are objects, tuples arrays, days in ISO 8601; None stays None."""
    return None if value is None else orjson.dumps(value).decode()
