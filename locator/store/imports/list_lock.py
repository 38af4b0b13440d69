"""The lock that whoever changes the list holds: one at a time, and nothing of it stays when a process is killed."""

from psycopg import errors as postgres_errors
from sqlalchemy import Connection, text
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import ImportInProgress

_LOCK = 72_616_312  # ours, of no meaning
_AT_WORK = "locator: "


def lock_list(connection: Connection, what: str, *, wait_seconds: float) -> None:
    """Become the only one who changes the list until the transaction ends, and let others see `what` is done.

    Raises ImportInProgress after `wait_seconds`, with the import that is at it where `what` of that one names one.
    """
    _set(connection, "lock_timeout", f"{int(wait_seconds * 1000)}ms")
    savepoint = connection.begin_nested()
    try:
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    except sqlalchemy_errors.OperationalError as error:
        if not isinstance(error.orig, postgres_errors.LockNotAvailable):
            raise
        savepoint.rollback()
        raise ImportInProgress(_import_at_work(connection)) from None
    savepoint.commit()
    _set(connection, "lock_timeout", "0")
    # Others see it at once, and it is gone with the transaction.
    _set(connection, "application_name", f"{_AT_WORK}{what}")


def _import_at_work(connection: Connection) -> int | None:
    """Give the number of the import whose publishing or undoing holds the lock."""
    statement = """
        select substring(a.application_name from '[0-9]+$') from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and l.objid = :number and a.application_name like :at_work"""
    number = connection.execute(text(statement), {"number": _LOCK, "at_work": f"{_AT_WORK}import %"}).scalar()
    return int(number) if number else None


def _set(connection: Connection, setting: str, value: str) -> None:
    connection.execute(text("select set_config(:setting, :value, true)"), {"setting": setting, "value": value})
