"""The townships of Wisconsin, what people call places, and how far the towns of other states are from Wisconsin."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until the reference files are loaded again, it is not known how far a town is, and it counts as far away.
    op.add_column("towns", sa.Column("miles_away", sa.Float()))
    op.create_check_constraint(op.f("towns_miles_away_check"), "towns", "miles_away >= 0")
    op.create_index(
        "towns_beside_wisconsin",
        "towns",
        ["name_key"],
        postgresql_ops={"name_key": "text_pattern_ops"},
        postgresql_where=sa.text("state <> 'WI' and miles_away <= 60"),
    )
    op.create_table(
        "townships",
        sa.Column("geoid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("location", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("geoid", name="townships_pkey"),
        sa.CheckConstraint("geoid ~ '^[0-9]{10}$'", name=op.f("townships_geoid_check")),
    )
    op.create_index("townships_name_key", "townships", ["name_key"], postgresql_ops={"name_key": "text_pattern_ops"})
    op.create_table(
        "local_names",
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("meanings", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name_key", name="local_names_pkey"),
        sa.CheckConstraint("cardinality(meanings) > 0", name=op.f("local_names_meanings_check")),
    )
    op.create_index(
        "local_names_name_key", "local_names", ["name_key"], postgresql_ops={"name_key": "text_pattern_ops"}
    )


def downgrade() -> None:
    op.drop_table("local_names")
    op.drop_table("townships")
    op.drop_index("towns_beside_wisconsin", table_name="towns")
    op.drop_constraint(op.f("towns_miles_away_check"), "towns")
    op.drop_column("towns", "miles_away")
