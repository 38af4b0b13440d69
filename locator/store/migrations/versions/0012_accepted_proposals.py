"""Rows of an import keep which of their cells were replaced by what a finding proposed, and what stood there before."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("alter table import_rows add column accepted jsonb")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("alter table import_rows drop column accepted")
