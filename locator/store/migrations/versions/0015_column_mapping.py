"""Imports keep which column of their file is which of ours, and may wait until somebody has said so."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        alter table imports
            add column mapping jsonb,
            drop constraint imports_status_check,
            add constraint imports_status_check
                check (status in ('mapping', 'locating', 'checked', 'published', 'undone', 'failed'))
        """
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        delete from imports where status = 'mapping';
        alter table imports
            drop column mapping,
            drop constraint imports_status_check,
            add constraint imports_status_check
                check (status in ('locating', 'checked', 'published', 'undone', 'failed'))
        """
    )
