"""COPY of ready-made rows into tables with the same columns and indexes as ours: the baseline of publishing."""

import time
from dataclasses import dataclass

from benchmarks.database import Connection

# LIKE copies columns, primary key and indexes, but no checks and no foreign keys: the baseline is hard to reach.
_MAKE = """
    create table plain_clinics (like clinics including defaults including generated including indexes);
    create table plain_specialties (like clinic_specialties including defaults including indexes)"""
_DROP = "drop table plain_clinics, plain_specialties"
_WRITTEN_COLUMNS = """
    select string_agg(attname, ', ' order by attnum) from pg_attribute
    where attrelid = cast(%s as regclass) and attnum > 0 and attgenerated = '' and not attisdropped"""


@dataclass(frozen=True, slots=True)
class ReadyRows:
    """The clinics of a list and their specialties, in the format of COPY."""

    clinics: bytes
    specialties: bytes
    clinic_columns: str


def ready_rows(connection: Connection) -> ReadyRows:
    """Return the rows of the list."""
    (columns,) = connection.execute(_WRITTEN_COLUMNS, ["clinics"]).fetchone() or ("",)
    return ReadyRows(
        clinics=_copied(connection, f"copy (select {columns} from clinics order by clinic_id) to stdout"),
        specialties=_copied(connection, "copy (select * from clinic_specialties order by clinic_id, code) to stdout"),
        clinic_columns=str(columns),
    )


def copy_seconds(connection: Connection, ready: ReadyRows) -> float:
    """Copy the rows into new tables in one transaction; returns the seconds, with the commit. Needs autocommit."""
    # Created before the transaction that fills them: otherwise, with wal_level = minimal, COPY would write no WAL.
    connection.execute(_MAKE)
    try:
        began = time.perf_counter()
        with connection.transaction():
            _copy_in(connection, f"copy plain_clinics ({ready.clinic_columns}) from stdin", ready.clinics)
            _copy_in(connection, "copy plain_specialties from stdin", ready.specialties)
        return time.perf_counter() - began
    finally:
        connection.execute(_DROP)


def _copied(connection: Connection, statement: str) -> bytes:
    with connection.cursor().copy(statement.encode()) as copy:
        return b"".join(bytes(part) for part in copy)


def _copy_in(connection: Connection, statement: str, rows: bytes) -> None:
    with connection.cursor().copy(statement.encode()) as copy:
        copy.write(rows)
