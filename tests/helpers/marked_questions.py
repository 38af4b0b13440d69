"""Traces of marked questions: where they could be, and whether a text holds one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.postgres import connected

MARKS = ("4716", "canary", "555-0147", "5550147", "07319", "40127", "54937", "hormone_therapy")


def every_row(url: str) -> Iterator[str]:
    """Return every row of every table, as text."""
    with connected(url, user="postgres") as server:
        tables = server.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 5
        for (table,) in tables:
            for (row,) in server.execute(f"select t::text from {table} t"):
                yield f"{table}: {row}"


def marks_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text.lower()]


def files_with_marks(*folders: Path) -> list[str]:
    """Return the files below the folders whose bytes hold a mark that nothing but a question could have left."""
    # grep reads a database's files in pieces; 0 is found, 1 is nothing found.
    found = subprocess.run(
        ["grep", "-rliaE", "canary lane|555-0147", *folders], capture_output=True, text=True, check=False
    )
    assert found.returncode in (0, 1), found.stderr
    return found.stdout.splitlines()
