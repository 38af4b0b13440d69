"""The Census areas of ZIPs, with the points on their edge that searches measure from."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zip_areas",
        sa.Column("zip", sa.Text(), nullable=False),
        sa.Column("outline", Geography("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("corners", Geography("MULTIPOINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("edge", Geography("MULTIPOINT", srid=4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("zip", name="zip_areas_pkey"),
        sa.ForeignKeyConstraint(["zip"], ["zips.zip"], name="zip_areas_zip_fkey", ondelete="cascade"),
    )


def downgrade() -> None:
    op.drop_table("zip_areas")
    op.execute("delete from reference_files where name = 'zip_areas'")
