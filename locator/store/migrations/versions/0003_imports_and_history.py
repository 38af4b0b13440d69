"""Imports with their rows, every version of every clinic, the audit, and what imports remember between them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the lines of % are only ever added', tg_table_name using errcode = 'restrict_violation';
end $$
"""
_APPEND_ONLY = ("audit", "clinic_versions")

# What was on the list before there was a history came from seed/clinics.csv.
_FIRST_VERSIONS = """
with made as (
    insert into clinic_versions (clinic_id, change, image, made_by, made_via)
    select c.clinic_id, 'added', jsonb_strip_nulls(
        to_jsonb(c) - '{clinic_id,location,listed,version_id,languages,accreditations}'::text[]
        || jsonb_build_object('lat', ST_Y(c.location::geometry), 'lon', ST_X(c.location::geometry))
        || case when c.languages = '{}' then '{}' else jsonb_build_object('languages', c.languages) end
        || case when c.accreditations = '{}' then '{}' else jsonb_build_object('accreditations', c.accreditations) end
        || coalesce((
            select jsonb_build_object('specialties', jsonb_agg(jsonb_strip_nulls(
                jsonb_build_object('code', o.code, 'verified_on', o.verified_on)) order by s.position))
            from clinic_specialties o join specialties s using (code)
            where o.clinic_id = c.clinic_id having count(*) > 0
        ), '{}')
    ), 'sample data', 'seed'
    from clinics c returning clinic_id, version_id
)
update clinics c set version_id = made.version_id from made where made.clinic_id = c.clinic_id
"""


def upgrade() -> None:
    _make_audit()
    _make_imports()
    _make_history()
    _make_memories()
    op.execute(_REFUSE_CHANGE)
    for table in _APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.drop_column("clinics", "version_id")
    for table in (
        "duplicate_decisions",
        "geocodes",
        "clinic_versions",
        "import_retired",
        "import_rows",
        "imports",
        "audit",
    ):
        op.drop_table(table)
    op.execute("drop function refuse_change()")


def _identity(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _json(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(), server_default=sa.text(f"'{default}'") if default else None, nullable=nullable)


def _make_audit() -> None:
    op.create_table(
        "audit",
        _identity("audit_id"),
        _now("at"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger()),
        sa.Column("clinic_id", sa.Text()),
        sa.Column("request_id", sa.Text()),
        _json("detail", "{}"),
        sa.PrimaryKeyConstraint("audit_id", name="audit_pkey"),
    )
    op.create_index("audit_import_id", "audit", ["import_id"])


def _make_imports() -> None:
    op.create_table(
        "imports",
        _identity("import_id"),
        sa.Column("status", sa.Text(), nullable=False),
        _now("made_at"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_via", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text()),
        sa.Column("idempotency_key", sa.Text()),
        _json("file"),
        sa.Column("header", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("full_list_of", sa.Text()),
        _json("counts", "{}"),
        _json("findings", "[]"),
        _json("coverage", "{}"),
        _json("brake", nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_by", sa.Text()),
        sa.Column("dataset_version", sa.Integer()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.Text()),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
        sa.Column("paused_because", sa.Text()),
        sa.PrimaryKeyConstraint("import_id", name="imports_pkey"),
        sa.CheckConstraint(
            "status in ('locating', 'checked', 'published', 'undone', 'failed')", name=op.f("imports_status_check")
        ),
    )
    op.create_index(
        "imports_idempotency_key", "imports", ["made_by", "made_via", "idempotency_key"], unique=True,
        postgresql_where=sa.text("idempotency_key is not null"),
    )  # fmt: skip
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("clinic_id", sa.Text()),
        sa.Column("based_on", sa.BigInteger()),
        _json("record", nullable=True),
        _json("image", nullable=True),
        _json("changes", nullable=True),
        _json("findings", nullable=True),
        _json("raw", nullable=True),
        sa.PrimaryKeyConstraint("import_id", "row", name="import_rows_pkey"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name="import_rows_import_id_fkey", ondelete="cascade"
        ),
        sa.CheckConstraint(
            "action in ('added', 'changed', 'unchanged', 'held', 'refused', 'locating')",
            name=op.f("import_rows_action_check"),
        ),
    )
    op.create_table(
        "import_retired",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("based_on", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "clinic_id", name="import_retired_pkey"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name="import_retired_import_id_fkey", ondelete="cascade"
        ),
    )


def _make_history() -> None:
    op.create_table(
        "clinic_versions",
        _identity("version_id"),
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        _json("image", nullable=True),
        sa.Column("replaced", sa.BigInteger()),
        sa.Column("import_id", sa.BigInteger()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_via", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text()),
        _now("made_at"),
        sa.PrimaryKeyConstraint("version_id", name="clinic_versions_pkey"),
        sa.CheckConstraint(
            "change in ('added', 'changed', 'retired', 'restored', 'undone')", name=op.f("clinic_versions_change_check")
        ),
    )
    op.create_index("clinic_versions_clinic_id", "clinic_versions", ["clinic_id", "version_id"])
    op.create_index("clinic_versions_import_id", "clinic_versions", ["import_id"])
    op.add_column("clinics", sa.Column("version_id", sa.BigInteger()))
    op.execute(_FIRST_VERSIONS)
    op.alter_column("clinics", "version_id", nullable=False)


def _make_memories() -> None:
    op.create_table(
        "geocodes",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float()),
        sa.Column("lon", sa.Float()),
        sa.Column("precision", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("source", sa.Text()),
        _now("asked_at"),
        sa.PrimaryKeyConstraint("address_key", name="geocodes_pkey"),
    )
    op.create_table(
        "duplicate_decisions",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("other_clinic_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        _now("decided_at"),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "other_clinic_id", name="duplicate_decisions_pkey"),
        sa.CheckConstraint("clinic_id < other_clinic_id", name=op.f("duplicate_decisions_order_check")),
        sa.CheckConstraint("decision in ('same', 'different')", name=op.f("duplicate_decisions_decision_check")),
    )
