"""The tables of the staff: who may come in, what was done, what patients say is wrong."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from locator.store.tables.parts import metadata

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
