"""The tables of clinics and of what they can help with, and the version of the whole list."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeEngine

from locator.clinic.clinic import Serves, Status
from locator.clinic.columns import ALL_COLUMNS, ColumnKind
from locator.clinic.columns import Column as ClinicColumn
from locator.geo.point import Precision
from locator.store.tables.parts import POINT, metadata

dataset = Table(
    "dataset",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # True as long as a sample clinic is listed: every answer then says "sample data".
    Column("sample", Boolean, nullable=False, server_default=text("false")),
    # The transaction that raised the version last, so that one transaction raises it once.
    Column("raised_by", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("one", name="one_row"),
    CheckConstraint("version > 0", name="version"),
)

specialties = Table(
    "specialties",
    metadata,
    Column("code", Text, primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("plain_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("synonyms", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("specialty_group", Text, nullable=False),
    Column("name_es", Text, nullable=False),
    Column("name_hmn", Text, nullable=False),
    Column("plain_name_es", Text, nullable=False),
    Column("plain_name_hmn", Text, nullable=False),
    # Deferred: a new order renumbers rows one by one.
    UniqueConstraint("position", name="specialties_position_key", deferrable=True, initially="DEFERRED"),
    CheckConstraint("code ~ '^[a-z][a-z_]{1,63}$'", name="code"),
)

_SqlType = tuple[TypeEngine[Any], str]

# Types of columns, with their names in PostgreSQL.
_TEXT: _SqlType = (Text(), "text")
_SQL_TYPES: dict[ColumnKind, _SqlType] = {
    ColumnKind.YES_NO: (Boolean(), "boolean"),
    ColumnKind.DATE: (Date(), "date"),
    **{kind: (ARRAY(Text), "text[]") for kind in ColumnKind if kind.is_list_of_codes},
}
_DEFAULTS = {
    "time_zone": "'America/Chicago'",
    "status": "'open'",
    **{column.name: "'{}'" for column in ALL_COLUMNS if column.kind.is_list_of_codes},
}
# Latitude and longitude are one geography; what a clinic offers has a table of its own.
_KEPT_ELSEWHERE = (ColumnKind.DEGREES, ColumnKind.SPECIALTIES)
_OWN_COLUMNS = tuple(column for column in ALL_COLUMNS if column.kind not in _KEPT_ELSEWHERE)

_RULES = {
    ColumnKind.STATE: "~ '^[A-Z]{2}$'",
    ColumnKind.ZIP: "~ '^[0-9]{5}$'",
    ColumnKind.PHONE: r"~ '^\+1[0-9]{10}(;ext=[0-9]{1,7})?$'",
    ColumnKind.URL: "~ '^https?://'",
    ColumnKind.STATUS: f"in ({', '.join(repr(status.value) for status in Status)})",
    ColumnKind.SERVES: f"in ({', '.join(repr(serves.value) for serves in Serves)})",
    ColumnKind.PRECISION: f"in ({', '.join(repr(precision.value) for precision in Precision)})",
}


def _column(column: ClinicColumn) -> Column[Any]:
    default = _DEFAULTS.get(column.name)
    return Column(
        column.name,
        _SQL_TYPES.get(column.kind, _TEXT)[0],
        primary_key=column.kind is ColumnKind.CLINIC_ID,
        nullable=not column.is_needed and default is None,
        server_default=None if default is None else text(default),
    )


def _checks() -> Iterator[CheckConstraint]:
    for column in _OWN_COLUMNS:
        if rule := _RULES.get(column.kind):
            yield CheckConstraint(f"{column.name} {rule}", name=column.name)
        elif column.kind is ColumnKind.TEXT and column.is_needed:
            yield CheckConstraint(f"length({column.name}) between 1 and {column.longest}", name=column.name)


clinics = Table(
    "clinics",
    metadata,
    *map(_column, _OWN_COLUMNS),
    Column("location", POINT),
    Column("retired_at", DateTime(timezone=True)),
    Column("listed", Boolean, Computed("retired_at is null and status <> 'closed'", persisted=True), nullable=False),
    # The words of its names, for searches by name (clinic_names.py).
    Column(
        "names",
        TSVECTOR,
        Computed("name_document(name, other_names, organization, city)", persisted=True),
        nullable=False,
    ),
    # The line of clinic_versions that it is the image of.
    Column("version_id", BigInteger, nullable=False),
    CheckConstraint("clinic_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(clinic_id) <= 64", name="clinic_id"),
    CheckConstraint("(location is null) = (point_precision is null)", name="point_has_precision"),
    *_checks(),
    Index("clinics_location_gist", "location", postgresql_using="gist", postgresql_where=text("listed")),
    Index("clinics_hours", "hours", "time_zone", postgresql_where=text("listed and hours is not null")),
    Index("clinics_listed", "clinic_id", postgresql_where=text("listed")),
    Index("clinics_names", "names", postgresql_using="gin", postgresql_where=text("listed")),
    Index("clinics_short_names", text("length(names)"), "clinic_id", postgresql_where=text("listed")),
    # By these, a row of a file that has no clinic_id finds its clinic. The last digits of phones also answer a search.
    Index("clinics_name_words", text("name_words(name)")),
    Index("clinics_phone", text("substr(phone, 9, 4)")),
    Index(
        "clinics_referral_phone",
        text("substr(referral_phone, 9, 4)"),
        postgresql_where=text("referral_phone is not null"),
    ),
    Index("clinics_zip", "zip"),
    Index("clinics_city", text("lower(city)")),
    Index(
        "clinics_external_ids", "external_ids", postgresql_using="gin", postgresql_where=text("external_ids <> '{}'")
    ),
)

# The columns that the image of a clinic fills, with their types; its lat and lon fill `location`.
IMAGE_COLUMNS = {
    **{column.name: _SQL_TYPES.get(column.kind, _TEXT)[1] for column in _OWN_COLUMNS if column.name != "clinic_id"},
    "retired_at": "timestamptz",
}

clinic_specialties = Table(
    "clinic_specialties",
    metadata,
    Column("clinic_id", Text, ForeignKey("clinics.clinic_id", ondelete="cascade"), primary_key=True),
    Column("code", Text, ForeignKey("specialties.code", onupdate="cascade"), primary_key=True),
    Column("verified_on", Date),
    Column("source", Text),
    Index("clinic_specialties_code", "code", "clinic_id"),
)
