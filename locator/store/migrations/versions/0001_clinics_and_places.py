"""Clinics with their specialties, the places people ask from, and the version of the list."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography, Geometry

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PHONE = r"~ '^\+1[0-9]{10}(;ext=[0-9]{1,7})?$'"

# Every change of the list raises its version, once a transaction, in that same transaction: no caller can forget it.
_RAISE_VERSION = """
create function raise_dataset_version() returns trigger language plpgsql as $$
begin
    update dataset
       set version = version + 1, published_at = now(), raised_by = pg_current_xact_id()::text::bigint
     where raised_by <> pg_current_xact_id()::text::bigint;
    return null;
end $$
"""
_VERSIONED = ("clinics", "clinic_specialties", "specialties")


def upgrade() -> None:
    _make_dataset()
    _make_clinics()
    _make_places()
    op.execute(_RAISE_VERSION)
    for table in _VERSIONED:
        op.execute(
            f"create trigger {table}_raise_version after insert or update or delete or truncate on {table}"
            " for each statement execute function raise_dataset_version()"
        )


def downgrade() -> None:
    for table in _VERSIONED:
        op.execute(f"drop trigger {table}_raise_version on {table}")
    op.execute("drop function raise_dataset_version()")
    for table in ("reference_files", "states", "counties", "towns", "zips"):
        op.drop_table(table)
    for table in ("clinic_specialties", "clinics", "specialties", "dataset"):
        op.drop_table(table)


def _make_dataset() -> None:
    op.create_table(
        "dataset",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("one", name="dataset_pkey"),
        sa.CheckConstraint("one", name=op.f("dataset_one_row_check")),
        sa.CheckConstraint("version > 0", name=op.f("dataset_version_check")),
    )
    op.execute("insert into dataset default values")


def _make_clinics() -> None:
    op.create_table(
        "specialties",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plain_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("synonyms", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("specialty_group", sa.Text(), nullable=False),
        sa.Column("name_es", sa.Text(), nullable=False),
        sa.Column("name_hmn", sa.Text(), nullable=False),
        sa.Column("plain_name_es", sa.Text(), nullable=False),
        sa.Column("plain_name_hmn", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="specialties_pkey"),
        # Deferred: a new order renumbers rows one by one.
        sa.UniqueConstraint("position", name="specialties_position_key", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("code ~ '^[a-z][a-z_]{1,63}$'", name=op.f("specialties_code_check")),
    )
    op.create_table(
        "clinics",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text()),
        sa.Column("street", sa.Text()),
        sa.Column("unit", sa.Text()),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("zip", sa.Text()),
        sa.Column("county", sa.Text()),
        sa.Column("location", Geography("POINT", srid=4326, spatial_index=False)),
        sa.Column("point_precision", sa.Text()),
        sa.Column("point_source", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("referral_phone", sa.Text()),
        sa.Column("fax", sa.Text()),
        sa.Column("website", sa.Text()),
        sa.Column("appointment_url", sa.Text()),
        sa.Column("hours", sa.Text()),
        sa.Column("time_zone", sa.Text(), server_default=sa.text("'America/Chicago'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("status_note", sa.Text()),
        sa.Column("accepting_new_patients", sa.Boolean()),
        sa.Column("telehealth", sa.Boolean()),
        sa.Column("wheelchair_accessible", sa.Boolean()),
        sa.Column("languages", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("accreditations", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("staff_notes", sa.Text()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("source", sa.Text()),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.Column(
            "listed",
            sa.Boolean(),
            sa.Computed("retired_at is null and status <> 'closed'", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("clinic_id", name="clinics_pkey"),
        sa.CheckConstraint(
            "clinic_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(clinic_id) <= 64", name=op.f("clinics_clinic_id_check")
        ),
        sa.CheckConstraint("length(name) between 1 and 300", name=op.f("clinics_name_check")),
        sa.CheckConstraint("length(city) between 1 and 100", name=op.f("clinics_city_check")),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("clinics_state_check")),
        sa.CheckConstraint("zip ~ '^[0-9]{5}$'", name=op.f("clinics_zip_check")),
        sa.CheckConstraint(
            "(location is null) = (point_precision is null)", name=op.f("clinics_point_has_precision_check")
        ),
        sa.CheckConstraint(
            "point_precision in ('address', 'street', 'zip', 'city', 'county')",
            name=op.f("clinics_point_precision_check"),
        ),
        sa.CheckConstraint("website ~ '^https?://'", name=op.f("clinics_website_check")),
        sa.CheckConstraint("appointment_url ~ '^https?://'", name=op.f("clinics_appointment_url_check")),
        sa.CheckConstraint(
            "status in ('open', 'opening_soon', 'temporarily_closed', 'closed')", name=op.f("clinics_status_check")
        ),
        *(
            sa.CheckConstraint(f"{name} {_PHONE}", name=op.f(f"clinics_{name}_check"))
            for name in ("phone", "referral_phone", "fax")
        ),
    )
    op.create_index(
        "clinics_location_gist", "clinics", ["location"], postgresql_using="gist", postgresql_where=sa.text("listed")
    )
    op.create_index(
        "clinics_hours", "clinics", ["hours", "time_zone"], postgresql_where=sa.text("listed and hours is not null")
    )
    op.create_index("clinics_listed", "clinics", ["clinic_id"], postgresql_where=sa.text("listed"))
    op.create_table(
        "clinic_specialties",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date()),
        sa.Column("source", sa.Text()),
        sa.PrimaryKeyConstraint("clinic_id", "code", name="clinic_specialties_pkey"),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.clinic_id"], name="clinic_specialties_clinic_id_fkey", ondelete="cascade"
        ),
        sa.ForeignKeyConstraint(
            ["code"], ["specialties.code"], name="clinic_specialties_code_fkey", onupdate="cascade"
        ),
    )
    op.create_index("clinic_specialties_code", "clinic_specialties", ["code", "clinic_id"])


def _make_places() -> None:
    op.create_table(
        "zips",
        sa.Column("zip", sa.Text(), nullable=False),
        sa.Column("location", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reach_miles", sa.Float()),
        sa.PrimaryKeyConstraint("zip", name="zips_pkey"),
        sa.CheckConstraint("zip ~ '^[0-9]{5}$'", name=op.f("zips_zip_check")),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("zips_state_check")),
        sa.CheckConstraint("kind in ('zcta', 'pobox', 'unique', 'standard')", name=op.f("zips_kind_check")),
        sa.CheckConstraint("reach_miles > 0", name=op.f("zips_reach_miles_check")),
    )
    op.create_table(
        "towns",
        sa.Column("town_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("location", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("population", sa.Integer()),
        sa.Column("zip", sa.Text()),
        sa.Column("zip_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("town_id", name="towns_pkey"),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("towns_state_check")),
        sa.CheckConstraint("population >= 0", name=op.f("towns_population_check")),
    )
    op.create_index("towns_name_key", "towns", ["name_key"], postgresql_ops={"name_key": "text_pattern_ops"})
    op.create_index(
        "towns_of_wisconsin",
        "towns",
        ["name_key"],
        postgresql_ops={"name_key": "text_pattern_ops"},
        postgresql_where=sa.text("state = 'WI'"),
    )
    op.create_index(
        "towns_name_key_trigrams",
        "towns",
        ["name_key"],
        postgresql_using="gin",
        postgresql_ops={"name_key": "gin_trgm_ops"},
        postgresql_where=sa.text("state = 'WI'"),
    )
    op.create_table(
        "counties",
        sa.Column("geoid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("outline", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("geoid", name="counties_pkey"),
        sa.UniqueConstraint("name_key", name="counties_name_key_key"),
        sa.CheckConstraint("geoid ~ '^[0-9]{5}$'", name=op.f("counties_geoid_check")),
    )
    op.create_index("counties_outline_gist", "counties", ["outline"], postgresql_using="gist")
    op.create_table(
        "states",
        sa.Column("geoid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outline", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("geoid", name="states_pkey"),
        sa.CheckConstraint("geoid ~ '^[0-9]{2}$'", name=op.f("states_geoid_check")),
    )
    op.create_table(
        "reference_files",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="reference_files_pkey"),
    )
