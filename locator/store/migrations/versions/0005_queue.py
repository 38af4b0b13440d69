"""The queue of imports to be located: procrastinate's own tables, types, functions and triggers.

They are those of procrastinate 3.10. A newer one that brings other tables needs a migration of its own here, made of
the files in its sql/migrations folder: databases that have been migrated do not come by this one again.
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers")
_TYPES = ("procrastinate_job_to_defer_v1", "procrastinate_job_event_type", "procrastinate_job_status")

_DROP_FUNCTIONS = r"""
do $$
declare
    called regprocedure;
begin
    for called in select oid::regprocedure from pg_proc
                  where proname like 'procrastinate\_%' and pronamespace = current_schema()::regnamespace
    loop
        execute 'drop function ' || called;
    end loop;
end $$
"""


def upgrade() -> None:
    _execute_script(SchemaManager.get_schema())


def downgrade() -> None:
    # A function that gives rows of a table goes with it.
    op.execute(f"drop table {', '.join(_TABLES)} cascade")
    _execute_script(_DROP_FUNCTIONS)
    op.execute(f"drop type {', '.join(_TYPES)}")


def _execute_script(script: str) -> None:
    """Run many statements at once, which none with parameters may be: % and : have no meaning in them."""
    bind: sa.Connection = op.get_bind()
    bind.connection.cursor().execute(script)
