"""The failures of PostgreSQL, of its driver and of the pool as our errors, by their SQLSTATE.

A failure of the database is never an unforeseen error: it is told as what it is, and when to try again.
"""

from collections.abc import Callable

from psycopg import Error as PostgresError
from psycopg import errors as postgres_errors
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import (
    DatabaseBusy,
    DatabaseNotReady,
    DatabaseReadOnly,
    DatabaseUnavailable,
    LocatorError,
    QueryTimeout,
    StorageFull,
)

OF_DRIVER = (sqlalchemy_errors.DBAPIError, PostgresError)  # COPY does not go through SQLAlchemy


def _out_of_date() -> LocatorError:
    return DatabaseNotReady("The database's tables are missing or out of date. Run: locator migrate")


def _not_permitted() -> LocatorError:
    return DatabaseNotReady(
        "The database user has no right to do that. Use the one that owns the tables (docs/deployment.md, “Two roles”);"
        " if it is the service that says this, run as that owner: locator migrate"
    )


# PostgreSQL's documentation, appendix A, has the codes. A class (two characters) stands for all of its codes.
_ERRORS: dict[str, Callable[[], LocatorError]] = {
    "57014": QueryTimeout,  # statement_timeout
    "55P03": QueryTimeout,  # lock_timeout
    "25P03": QueryTimeout,  # idle_in_transaction_session_timeout
    "25P04": QueryTimeout,  # transaction_timeout, from PostgreSQL 17 on
    "25006": DatabaseReadOnly,
    "42P01": _out_of_date,  # no such table,
    "42703": _out_of_date,  # column,
    "42704": _out_of_date,  # type,
    "42883": _out_of_date,  # function,
    "3F000": _out_of_date,  # schema
    "3D000": _out_of_date,  # or database
    "42501": _not_permitted,
    "53300": DatabaseBusy,  # too many connections
    "53100": StorageFull,
    "0A000": DatabaseUnavailable,  # a prepared statement from before a migration: "cached plan must not change ..."
    "26000": DatabaseUnavailable,  # a prepared statement that is gone
    "08": DatabaseUnavailable,  # connections
    "40": DatabaseUnavailable,  # a deadlock, or changes at the same time: it works when repeated
    "53": DatabaseUnavailable,  # memory and other resources
    "57": DatabaseUnavailable,  # the server stops, starts or recovers
    "58": DatabaseUnavailable,  # input and output
}

# After these, the same connection would fail in the same way again.
_OF_OLD_CONNECTIONS = ("0A000", "26000")


def translated(error: sqlalchemy_errors.DBAPIError | PostgresError) -> Exception:
    """Return our error for one of the driver's; the error itself if it is of no known kind, and so a fault of ours."""
    cause = error if isinstance(error, PostgresError) else error.orig
    state = getattr(cause, "sqlstate", None) or ""
    # PostGIS itself reports it if a statement is canceled in the middle of its work, and knows no code for that.
    ours = QueryTimeout if _was_interrupted(state, cause) else _ERRORS.get(state) or _ERRORS.get(state[:2])
    if ours is not None:
        return ours()
    if isinstance(cause, postgres_errors.OperationalError | postgres_errors.InterfaceError):
        return DatabaseUnavailable()
    return error


def _was_interrupted(state: str, cause: BaseException | None) -> bool:
    return state == "XX000" and "Interrupt" in str(cause)


def needs_new_connection(error: BaseException) -> bool:
    """Return whether the connection that raised this error must not be used again."""
    cause = error.orig if isinstance(error, sqlalchemy_errors.DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _OF_OLD_CONNECTIONS
