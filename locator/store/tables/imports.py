"""The tables of clinic files brought in, of every version of a clinic, and of what was decided for them."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from locator.store.tables.parts import metadata

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
    # Which column of the file is which of ours, or asked about.
    Column("mapping", JSONB),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("coverage", JSONB, nullable=False, server_default=text("'{}'")),
    Column("brake", JSONB),
    Column("published_at", DateTime(timezone=True)),
    Column("published_by", Text),
    # The version of the list: that it was last compared with, and once it is published, the one it made.
    Column("dataset_version", Integer),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
    Column("paused_until", DateTime(timezone=True)),
    Column("paused_because", Text),
    # How much of a file in import_files has been checked, 0 to 1.
    Column("checked_part", Float),
    CheckConstraint("status in ('mapping', 'locating', 'checked', 'published', 'undone', 'failed')", name="status"),
    Index(
        "imports_idempotency_key",
        "made_by",
        "made_via",
        "idempotency_key",
        unique=True,
        postgresql_where=text("idempotency_key is not null"),
    ),
)

# The file of an import that a worker has not checked yet, in pieces.
import_files = Table(
    "import_files",
    metadata,
    Column("import_id", BigInteger, ForeignKey("imports.import_id", ondelete="cascade"), primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
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
    # The cells that were replaced by what a finding proposed: row, column, code, old, new.
    Column("accepted", JSONB),
    # Of a row without a clinic_id: what it says of who it is, and which clinics it may be.
    Column("identity", JSONB),
    CheckConstraint("action in ('added', 'changed', 'unchanged', 'held', 'refused', 'locating')", name="action"),
    Index("import_rows_unidentified", "import_id", "row", postgresql_where=text("identity is not null")),
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

# What somebody answered once about the files of an organization ("" if a file names none), for its next file. The
# question says what was asked ("clinic": which clinic a row is), the subject about what.
remembered_answers = Table(
    "remembered_answers",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("answer", JSONB, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("decided_by", Text, nullable=False),
    CheckConstraint("question ~ '^[a-z][a-z_]{1,40}$'", name="question"),
)
