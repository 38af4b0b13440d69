"""The tables, columns and indexes. The migrations build them; a test holds the two against each other."""

from geoalchemy2 import Geography, Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# Explicit names, so that a migration can name what it changes.
metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# WGS 84, longitude first; distances in meters. The indexes are named below, so GeoAlchemy2 makes none of its own.
_POINT = Geography("POINT", srid=4326, spatial_index=False)
_POINTS = Geography("MULTIPOINT", srid=4326, spatial_index=False)
_AREA = Geography("MULTIPOLYGON", srid=4326, spatial_index=False)
_OUTLINE = Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
_PHONE = r"~ '^\+1[0-9]{10}(;ext=[0-9]{1,7})?$'"


def _phone(name: str) -> CheckConstraint:
    return CheckConstraint(f"{name} {_PHONE}", name=name)


dataset = Table(
    "dataset",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # True until an admin publishes clinics of their own: every answer then says "sample data".
    Column("sample", Boolean, nullable=False, server_default=text("true")),
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

clinics = Table(
    "clinics",
    metadata,
    Column("clinic_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("organization", Text),
    Column("street", Text),
    Column("unit", Text),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("zip", Text),
    Column("county", Text),
    Column("location", _POINT),
    Column("point_precision", Text),
    Column("point_source", Text),
    Column("phone", Text),
    Column("referral_phone", Text),
    Column("fax", Text),
    Column("website", Text),
    Column("appointment_url", Text),
    Column("hours", Text),
    Column("time_zone", Text, nullable=False, server_default=text("'America/Chicago'")),
    Column("status", Text, nullable=False, server_default=text("'open'")),
    Column("status_note", Text),
    Column("accepting_new_patients", Boolean),
    Column("telehealth", Boolean),
    Column("wheelchair_accessible", Boolean),
    Column("languages", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("accreditations", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("notes", Text),
    Column("staff_notes", Text),
    Column("verified_on", Date),
    Column("source", Text),
    Column("retired_at", DateTime(timezone=True)),
    Column("listed", Boolean, Computed("retired_at is null and status <> 'closed'", persisted=True), nullable=False),
    # The line of clinic_versions that it is the image of.
    Column("version_id", BigInteger, nullable=False),
    CheckConstraint("clinic_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(clinic_id) <= 64", name="clinic_id"),
    CheckConstraint("length(name) between 1 and 300", name="name"),
    CheckConstraint("length(city) between 1 and 100", name="city"),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
    CheckConstraint("zip ~ '^[0-9]{5}$'", name="zip"),
    CheckConstraint("(location is null) = (point_precision is null)", name="point_has_precision"),
    CheckConstraint("point_precision in ('address', 'street', 'zip', 'city', 'county')", name="point_precision"),
    CheckConstraint("website ~ '^https?://'", name="website"),
    CheckConstraint("appointment_url ~ '^https?://'", name="appointment_url"),
    CheckConstraint("status in ('open', 'opening_soon', 'temporarily_closed', 'closed')", name="status"),
    _phone("phone"),
    _phone("referral_phone"),
    _phone("fax"),
    Index("clinics_location_gist", "location", postgresql_using="gist", postgresql_where=text("listed")),
    Index("clinics_hours", "hours", "time_zone", postgresql_where=text("listed and hours is not null")),
    Index("clinics_listed", "clinic_id", postgresql_where=text("listed")),
)

clinic_specialties = Table(
    "clinic_specialties",
    metadata,
    Column("clinic_id", Text, ForeignKey("clinics.clinic_id", ondelete="cascade"), primary_key=True),
    Column("code", Text, ForeignKey("specialties.code", onupdate="cascade"), primary_key=True),
    Column("verified_on", Date),
    Column("source", Text),
    Index("clinic_specialties_code", "code", "clinic_id"),
)

zips = Table(
    "zips",
    metadata,
    Column("zip", Text, primary_key=True),
    Column("location", _POINT, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reach_miles", Float),
    CheckConstraint("zip ~ '^[0-9]{5}$'", name="zip"),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
    CheckConstraint("kind in ('zcta', 'pobox', 'unique', 'standard')", name="kind"),
    CheckConstraint("reach_miles > 0", name="reach_miles"),
)

towns = Table(
    "towns",
    metadata,
    Column("town_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("location", _POINT, nullable=False),
    Column("population", Integer),
    Column("zip", Text),
    # How many ZIPs carry its name: the size of a town elsewhere, where no population is known.
    Column("zip_count", Integer, nullable=False, server_default=text("0")),
    Column("source", Text, nullable=False),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
    CheckConstraint("population >= 0", name="population"),
    Index("towns_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    # Small enough to compare each name with what was typed.
    Index(
        "towns_of_wisconsin",
        "name_key",
        postgresql_ops={"name_key": "text_pattern_ops"},
        postgresql_where=text("state = 'WI'"),
    ),
    Index(
        "towns_name_key_trigrams",
        "name_key",
        postgresql_using="gin",
        postgresql_ops={"name_key": "gin_trgm_ops"},
        postgresql_where=text("state = 'WI'"),
    ),
)

counties = Table(
    "counties",
    metadata,
    Column("geoid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("outline", _OUTLINE, nullable=False),
    CheckConstraint("geoid ~ '^[0-9]{5}$'", name="geoid"),
    Index("counties_outline_gist", "outline", postgresql_using="gist"),
)

states = Table(
    "states",
    metadata,
    Column("geoid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("outline", _OUTLINE, nullable=False),
    CheckConstraint("geoid ~ '^[0-9]{2}$'", name="geoid"),
)

# The Census areas (ZCTAs) of our ZIPs, where an operator has loaded them (zip_areas.py says what the points are).
zip_areas = Table(
    "zip_areas",
    metadata,
    Column("zip", Text, ForeignKey("zips.zip", ondelete="cascade"), primary_key=True),
    Column("outline", _AREA, nullable=False),
    Column("corners", _POINTS, nullable=False),
    Column("edge", _POINTS, nullable=False),
)

reference_files = Table(
    "reference_files",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# Who changed what, when. A trigger refuses every update and delete, here and in clinic_versions.
audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("key_id", Text),
    Column("action", Text, nullable=False),
    Column("import_id", BigInteger),
    Column("clinic_id", Text),
    Column("request_id", Text),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
    Index("audit_import_id", "import_id"),
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", BigInteger, Identity(always=True), primary_key=True),
    Column("status", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_by", Text, nullable=False),
    Column("made_via", Text, nullable=False),
    Column("key_id", Text),
    Column("idempotency_key", Text),
    Column("file", JSONB, nullable=False),
    Column("header", ARRAY(Text), nullable=False),
    Column("full_list_of", Text),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("coverage", JSONB, nullable=False, server_default=text("'{}'")),
    Column("brake", JSONB),
    Column("published_at", DateTime(timezone=True)),
    Column("published_by", Text),
    Column("dataset_version", Integer),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
    Column("paused_until", DateTime(timezone=True)),
    Column("paused_because", Text),
    CheckConstraint("status in ('locating', 'checked', 'published', 'undone', 'failed')", name="status"),
    Index(
        "imports_idempotency_key",
        "made_by",
        "made_via",
        "idempotency_key",
        unique=True,
        postgresql_where=text("idempotency_key is not null"),
    ),
)

# What one row of a file says (record), what the clinic becomes by it (image) and which columns that changes.
# `based_on` is the clinic's version it was compared with; `raw` the cells of a row that may go back to its maker.
import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", BigInteger, ForeignKey("imports.import_id", ondelete="cascade"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("clinic_id", Text),
    Column("based_on", BigInteger),
    Column("record", JSONB),
    Column("image", JSONB),
    Column("changes", JSONB),
    Column("findings", JSONB),
    Column("raw", JSONB),
    CheckConstraint("action in ('added', 'changed', 'unchanged', 'held', 'refused', 'locating')", name="action"),
)

# The clinics of a full list's organization that the file does not have.
import_retired = Table(
    "import_retired",
    metadata,
    Column("import_id", BigInteger, ForeignKey("imports.import_id", ondelete="cascade"), primary_key=True),
    Column("clinic_id", Text, primary_key=True),
    Column("based_on", BigInteger, nullable=False),
)

# Every clinic as each change left it; image is null where an undo took away what an import had added. `replaced` is
# the version that stood before. No foreign keys: the history outlives whatever it tells of.
clinic_versions = Table(
    "clinic_versions",
    metadata,
    Column("version_id", BigInteger, Identity(always=True), primary_key=True),
    Column("clinic_id", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("image", JSONB),
    Column("replaced", BigInteger),
    Column("import_id", BigInteger),
    Column("made_by", Text, nullable=False),
    Column("made_via", Text, nullable=False),
    Column("key_id", Text),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("change in ('added', 'changed', 'retired', 'restored', 'undone')", name="change"),
    Index("clinic_versions_clinic_id", "clinic_id", "version_id"),
    Index("clinic_versions_import_id", "import_id"),
)

# Where geocoders placed clinics' addresses, which are public; a patient's address is never here. No point: not known.
geocodes = Table(
    "geocodes",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("lat", Float),
    Column("lon", Float),
    Column("precision", Text),
    Column("label", Text),
    Column("source", Text),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# Whether two clinics that look alike are one: decided once, never asked again.
duplicate_decisions = Table(
    "duplicate_decisions",
    metadata,
    Column("clinic_id", Text, primary_key=True),
    Column("other_clinic_id", Text, primary_key=True),
    Column("decision", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("decided_by", Text, nullable=False),
    CheckConstraint("clinic_id < other_clinic_id", name="order"),
    CheckConstraint("decision in ('same', 'different')", name="decision"),
)

# Who may use the API beyond the public questions. Of the key itself there is the hash alone.
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_by", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    CheckConstraint("key_id ~ '^[a-z0-9]{8}$'", name="key_id"),
    CheckConstraint("length(name) between 1 and 60", name="name"),
    CheckConstraint("scopes <@ '{read,import,admin}' and cardinality(scopes) > 0", name="scopes"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    CheckConstraint("(revoked_at is null) = (revoked_by is null)", name="revoked_by"),
)

# What patients say is wrong with a clinic's entry, until somebody has looked into it. Of who said it there is nothing.
# `version_id` is the version of the clinic that they saw. No foreign keys: a note outlives what it is about.
reviews = Table(
    "reviews",
    metadata,
    Column("review_id", BigInteger, Identity(always=True), primary_key=True),
    Column("clinic_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text),
    Column("language", Text, nullable=False),
    Column("version_id", BigInteger, nullable=False),
    Column("dataset_version", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolved_by", Text),
    CheckConstraint("kind in ('phone', 'address', 'hours', 'services', 'closed_or_moved', 'other')", name="kind"),
    CheckConstraint("length(note) between 1 and 300", name="note"),
    CheckConstraint("language ~ '^[a-z]{2,3}$'", name="language"),
    CheckConstraint("(resolved_at is null) = (resolved_by is null)", name="resolved_by"),
    Index("reviews_open", "clinic_id", "made_at", postgresql_where=text("resolved_at is null")),
)
