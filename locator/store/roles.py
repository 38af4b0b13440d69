"""The role that the service connects with: it does its work, but cannot change the tables or what the audit says."""

from sqlalchemy import Connection, text

SERVICE_ROLE = "locator_web"

# Lines are only added. The owner of a table can switch off the trigger that sees to that; this role can not.
_APPEND_ONLY = ("audit", "clinic_versions")
# What requests and the worker change. Reference data and the migrations' own table are only read.
_CHANGED = (
    "dataset", "clinics", "clinic_specialties", "imports", "import_rows", "import_retired", "import_files", "geocodes",
    "duplicate_decisions", "reviews", "procrastinate_jobs", "procrastinate_events", "procrastinate_workers",
    "procrastinate_periodic_defers", "import_files", "known_name_words", "remembered_answers",
)  # fmt: skip

_OWNED = "select tablename from pg_tables where schemaname = current_schema() and tableowner = current_user"
_OWNED_SEQUENCES = (
    "select sequencename from pg_sequences where schemaname = current_schema() and sequenceowner = current_user"
)


def grant_to_service(connection: Connection) -> None:
    """Grant the service's role the rights it needs on our tables, and no others; nothing if there is no such role.

    The connection's user owns the tables. Each migration calls it, because each can bring new tables.
    """
    if not connection.execute(text("select 1 from pg_roles where rolname = :name"), {"name": SERVICE_ROLE}).first():
        return
    if connection.execute(text("select current_user")).scalar_one() == SERVICE_ROLE:
        return  # one role for everything, under this name
    schema = connection.execute(text("select quote_ident(current_schema())")).scalar_one()
    statements = [f"grant usage on schema {schema} to {SERVICE_ROLE}"]
    for table in connection.execute(text(_OWNED)).scalars().all():
        rights = "select"
        if table in _APPEND_ONLY:
            rights = "select, insert"
        elif table in _CHANGED:
            rights = "select, insert, update, delete"
        elif table == "api_keys":
            rights = "select, update (last_used_at)"
        statements += [f"revoke all on {table} from {SERVICE_ROLE}", f"grant {rights} on {table} to {SERVICE_ROLE}"]
    for sequence in connection.execute(text(_OWNED_SEQUENCES)).scalars().all():
        statements.append(f"grant usage, select on sequence {sequence} to {SERVICE_ROLE}")
    for statement in statements:
        connection.execute(text(statement))


def may_change_the_audit(connection: Connection) -> bool:
    """Return whether the connection's user could switch off what protects the audit, or delete from it."""
    return bool(
        connection.execute(
            text(
                "select pg_has_role(current_user, tableowner, 'member') or"
                " has_table_privilege('audit', 'update, delete, truncate, trigger')"
                " from pg_tables where schemaname = current_schema() and tablename = 'audit'"
            )
        ).scalar()
    )
