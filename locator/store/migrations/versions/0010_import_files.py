"""Files of imports that wait until a worker checks them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("checked_part", sa.Float()))
    op.create_table(
        "import_files",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name="import_files_import_id_fkey", ondelete="cascade"
        ),
        sa.PrimaryKeyConstraint("import_id", "piece", name="import_files_pkey"),
    )


def downgrade() -> None:
    op.drop_table("import_files")
    op.drop_column("imports", "checked_part")
