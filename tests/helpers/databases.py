"""Databases that tests change, and that are used again: emptied, or brought back to the sample clinics.

Both take a few milliseconds. To copy a database takes a hundred times as long, and so does `truncate` for tables as
small as these, since it makes the files of every table and index again.
"""

from collections.abc import Callable

from tests.helpers.postgres import Connection, connected

# Tests leave these as they are; one that does not has to have a database of its own.
_REFERENCE = (
    "alembic_version", "counties", "local_names", "reference_files", "spatial_ref_sys", "specialties", "states",
    "towns", "townships", "zip_areas", "zips",
)  # fmt: skip

_TABLES = """
    select tablename from pg_tables where schemaname = 'public' and tablename <> 'dataset' and tablename <> all(%s)
    order by tablename"""
_COLUMNS = """
    select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
    where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'"""
_SEQUENCES = """
    select format('select setval(%L, %s, %L)', sequencename, coalesce(last_value, 1), last_value is not null)
    from pg_sequences where schemaname = 'public'"""


def emptying(server: Connection) -> bytes:
    """Return the statements that take away all but the reference data; PostgreSQL's administrator may execute them.

    The list gets a new version, so that nobody answers from what they remember of the old one.
    """
    return _together(_deletions(server), ["update dataset set version = version + 1, sample = false"])


def empty(url: str) -> None:
    """Take everything but the reference data out of a database."""
    with connected(url, user="postgres") as server:
        server.execute(emptying(server))


class SampleCopies:
    """Copies of a database that `make` makes. A copy that is given back holds again what it held at first."""

    def __init__(self, make: Callable[[], str]):
        self._make = make
        self._free: list[str] = []
        self._restoring = b""

    def take(self) -> str:
        """Return the URL of a copy that nobody else uses."""
        if self._free:
            return self._free.pop()
        url = self._make()
        with connected(url, user="postgres") as server:
            self._restoring = _keep_everything(server)
        return url

    def give_back(self, url: str) -> None:
        with connected(url, user="postgres") as server:
            server.execute(self._restoring)
        self._free.append(url)


def _keep_everything(server: Connection) -> bytes:
    """Copy what tests may change into a schema beside, and return the statements that bring it back."""
    insertions = []
    server.execute("create schema kept")
    for table in ("dataset", *_tables(server)):
        server.execute(f"create table kept.{table} as table public.{table}".encode())
        if server.execute(f"select from kept.{table} limit 1".encode()).fetchone() is not None:
            (columns,) = server.execute(_COLUMNS, [table]).fetchone() or ("",)
            insertions.append(
                f"insert into {table} ({columns}) overriding system value select {columns} from kept.{table}"
            )
    sequences = [statement for (statement,) in server.execute(_SEQUENCES)]
    return _together(["delete from dataset", *_deletions(server)], [*insertions, *sequences])


def _deletions(server: Connection) -> list[str]:
    return [f"delete from {table}" for table in _tables(server)]


def _tables(server: Connection) -> list[str]:
    return [table for (table,) in server.execute(_TABLES, [list(_REFERENCE)])]


def _together(*statements: list[str]) -> bytes:
    """Put statements into one transaction without triggers: what can only be added to is emptied as well."""
    inner = [statement for part in statements for statement in part]
    return "; ".join(["begin", "set local session_replication_role = replica", *inner, "commit"]).encode()
