"""The service can have a role that does not own the tables (see locator/store/roles.py), and still refresh statistics.

Only an owner may ANALYZE a table, so two functions do it for whoever calls them.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = {
    "analyze_clinics": "clinics, clinic_specialties",
    # Only the columns that statements filter and join by: those of JSON would take seconds.
    "analyze_import_rows": "import_rows (import_id, row, action, clinic_id, based_on)",
}


def upgrade() -> None:
    for function, tables in _TABLES.items():
        op.execute(
            f"create function {function}() returns void language plpgsql security definer set search_path from current"
            f" as $$ begin analyze {tables}; end $$"
        )


def downgrade() -> None:
    for function in _TABLES:
        op.execute(f"drop function {function}()")
