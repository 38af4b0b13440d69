"""A list without clinics is not sample data: a new locator may start without the sample clinics."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        alter table dataset alter column sample set default false;
        update dataset set sample = false where not exists (select from clinics)
        """
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        alter table dataset alter column sample set default true;
        update dataset set sample = true where not exists (select from clinics)
        """
    )
