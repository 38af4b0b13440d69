"""Measuring imports, for one size of clinic file after another: check, publish, import again, change, undo; and COPY.

Each repetition begins with a new database, in which nothing has changed yet, and a new process.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy.engine import make_url

from benchmarks import clinic_files
from benchmarks.clinic_files import Row, Town, ordinary_rows, with_another_phone, write_file
from benchmarks.database import filled_cluster, plain_url, superuser_connection, versions
from benchmarks.http_load import ask_while
from benchmarks.import_report import Hostile, ImportReport, SearchesDuringImport, SizeReport
from benchmarks.importing_process import Done, ImportingProcess
from benchmarks.plain_copy import copy_seconds, ready_rows
from benchmarks.questions import ask_everywhere
from benchmarks.report import Measured
from benchmarks.service import running_service
from locator.cluster.binaries import Say
from locator.store.database import Database

_DATABASE = "imports"
_HOSTILE_CELLS = 10_000

# A real installation waits for its disk; a throw-away cluster does not by default.
_DURABLE = ("alter system set fsync = on", "alter system set synchronous_commit = on",
            "alter system set full_page_writes = on", "select pg_reload_conf()")  # fmt: skip


def measure_imports(sizes: Sequence[int], *, repeats: int, seconds: float, say: Say) -> ImportReport:
    """Measure every size, the smallest first, on a throw-away cluster; `say` gets lines about the progress.

    The hostile files, and the list that is searched during an import, have the largest size.
    """
    with filled_cluster(say) as url:
        with superuser_connection(url) as connection:
            for statement in _DURABLE:
                connection.execute(statement)
        return measure_imports_on(url, sizes, repeats=repeats, seconds=seconds, say=say)


def measure_imports_on(
    url: str, sizes: Sequence[int], *, repeats: int, seconds: float, say: Say, hostile_cells: int = _HOSTILE_CELLS
) -> ImportReport:
    """Measure with copies of a database that has all reference data and no clinics, in a throw-away cluster."""
    with TemporaryDirectory(prefix="locator-imports-") as folder:
        run = _Run(url, Path(folder), say)
        ordered = sorted(set(sizes))
        return ImportReport(
            day=datetime.now(UTC).date(),
            versions=run.versions(),
            cores=os.cpu_count() or 1,
            repeats=repeats,
            sizes=[run.size(size, repeats=repeats) for size in ordered],
            hostile=[
                run.hostile("all at one address, with one phone", clinic_files.at_one_door, ordered[-1]),
                run.hostile("all for the same clinic", clinic_files.of_one_clinic, ordered[-1]),
                run.hostile("hostile cells", clinic_files.with_hostile_cells, hostile_cells),
            ],
            searches=run.searches(ordered[-1], seconds=seconds),
        )


class _Run:
    def __init__(self, url: str, folder: Path, say: Say):
        self._url = url
        self._folder = folder
        self._say = say
        database = Database(url)
        try:
            self._towns: list[Town] = clinic_files.towns_of(database)
        finally:
            database.close()  # a database can be copied only while nothing is connected to it

    def versions(self) -> dict[str, str]:
        """Return the versions of the programs involved."""
        with self._new_database() as url, superuser_connection(url) as connection:
            return versions(connection)

    def size(self, rows: int, *, repeats: int) -> SizeReport:
        """Measure files with this many rows, and return the best time of each step."""
        new = self._file("new.csv", ordinary_rows(self._towns), rows)
        changed = self._file("changed.csv", with_another_phone(ordinary_rows(self._towns)), rows)
        steps: dict[str, list[float]] = {}
        peak_memory = 0

        def took(step: str, done: Done) -> Done:
            nonlocal peak_memory
            peak_memory = max(peak_memory, done.peak_memory)
            steps.setdefault(step, []).append(done.seconds)
            self._say(f"{rows:,} rows: {step}: {done.seconds:.2f} s, {rows / done.seconds:,.0f} rows/s")
            return done

        for _ in range(repeats):
            with self._new_database() as url, ImportingProcess(url) as importing:
                first = _expected(took("check", importing.check(new)), "added", rows)
                took("publish", importing.publish(first.import_id))
                copied = _plain_copy_seconds(url)
                steps.setdefault("copy", []).append(copied)
                self._say(f"{rows:,} rows: plain COPY: {copied:.2f} s")
                _expected(took("check again", importing.check(new)), "unchanged", rows)
                second = _expected(took("check changed", importing.check(changed)), "changed", rows)
                took("publish changed", importing.publish(second.import_id))
                took("undo changed", importing.undo(second.import_id))
                took("undo", importing.undo(first.import_id))
        return SizeReport(
            rows=rows,
            file_bytes=new.stat().st_size,
            seconds={step: min(taken) for step, taken in steps.items()},
            peak_memory=peak_memory,
        )

    def hostile(self, what: str, make: Callable[[Iterator[Row]], Iterator[Row]], rows: int) -> Hostile:
        """Check a hostile file with this many rows, and publish what can be published."""
        file = self._file("hostile.csv", make(ordinary_rows(self._towns)), rows)
        with self._new_database() as url, ImportingProcess(url) as importing:
            checked = importing.check(file)
            published = importing.publish(checked.import_id)
        self._say(f"{rows:,} rows, {what}: check {checked.seconds:.2f} s, publish {published.seconds:.2f} s")
        return Hostile(what, rows, checked.seconds, published.seconds, published.peak_memory)

    def searches(self, rows: int, *, seconds: float) -> SearchesDuringImport:
        """Search a list with this many clinics, one search after another: alone, during a check, during a publish."""
        new = self._file("new.csv", ordinary_rows(self._towns), rows)
        changed = self._file("changed.csv", with_another_phone(ordinary_rows(self._towns)), rows)
        with ExitStack() as held:
            url = held.enter_context(self._new_database())
            importing = held.enter_context(ImportingProcess(url))
            importing.publish(importing.check(new).import_id)
            port = held.enter_context(running_service(url))
            paths = self._paths(url)

            def asked(what: str, wanted: Callable[[], bool]) -> Measured:
                outcome = ask_while(port, paths, wanted)
                measured = Measured.of(outcome.milliseconds, outcome.seconds, failures=outcome.failures)
                self._say(f"Searching {what}: p50 {measured.p50:.1f} ms, p95 {measured.p95:.1f} ms")
                return measured

            asked("to warm up", _for(seconds))
            alone = asked("alone", _for(seconds))
            importing.begin_check(changed)
            during_check = asked("during a check", lambda: importing.is_busy)
            checked = importing.wait()
            importing.begin_publish(checked.import_id)
            during_publish = asked("during a publish", lambda: importing.is_busy)
            importing.wait()
        return SearchesDuringImport(rows, alone, during_check, during_publish)

    def _paths(self, url: str) -> list[str]:
        with psycopg.connect(plain_url(url)) as connection:
            codes = [str(code) for (code,) in connection.execute("select code from specialties order by position")]
        zips = [town.zip for town in self._towns]
        return [question.path() for question in ask_everywhere(zips, codes, rounds=1)]

    def _file(self, name: str, rows: Iterator[Row], count: int) -> Path:
        path = self._folder / name
        write_file(path, rows, count=count)
        return path

    @contextmanager
    def _new_database(self) -> Iterator[str]:
        """Yield the URL of a new copy of the database, which is dropped afterwards."""
        template = make_url(self._url).database
        with superuser_connection(self._url, "postgres") as connection:
            connection.execute(f'create database {_DATABASE} template "{template}" owner locator'.encode())
            try:
                yield make_url(self._url).set(database=_DATABASE).render_as_string(hide_password=False)
            finally:
                connection.execute(f"drop database {_DATABASE} with (force)".encode())


def _expected(done: Done, action: str, rows: int) -> Done:
    """Return the outcome if it is the expected one: an importer that refuses everything would be fast, too."""
    if done.counts[action] != rows:
        raise RuntimeError(f"{rows:,} rows should be {action}, but the outcome is {done.counts}")
    return done


def _plain_copy_seconds(url: str) -> float:
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        return copy_seconds(connection, ready_rows(connection))


def _for(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until
