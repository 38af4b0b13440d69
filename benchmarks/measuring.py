"""Measuring searches, for one size of the list after another: generate, start, warm up, search, and run pgbench."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.clinics import add_clinics
from benchmarks.database import Connection, filled_cluster, superuser_connection, versions
from benchmarks.http_load import Order, Outcome, ask_each_once, ask_in_another_process
from benchmarks.pgbench import MOST_SCRIPTS, run_pgbench
from benchmarks.questions import Question, all_kinds, ask_everywhere, sample_evenly
from benchmarks.report import Measured, Report, SizeReport
from benchmarks.service import running_service
from benchmarks.statements import nearest_only, statements_of
from locator.cluster.binaries import Say
from locator.config.settings import Settings

CLIENTS = 8
_ROUNDS = 20  # through all ZIPs, before the searches are repeated


def measure(sizes: Sequence[int], *, seconds: float, say: Say) -> Report:
    """Measure every size, the smallest first, on a throw-away cluster; `say` gets lines about the progress."""
    with filled_cluster(say) as url:
        return measure_on(url, sizes, seconds=seconds, say=say)


def measure_on(url: str, sizes: Sequence[int], *, seconds: float, say: Say) -> Report:
    """Measure on a database that has all reference data and no clinics, in a throw-away cluster."""
    with superuser_connection(url) as connection:
        run = _Run(url, connection, seconds=seconds, say=say)
        empty, empty_client_share = run.empty_answer()
        settings = Settings.model_fields
        return Report(
            day=datetime.now(UTC).date(),
            versions=versions(connection),
            cores=os.cpu_count() or 1,
            clients=CLIENTS,
            workers=settings["workers"].default,
            threads=settings["threads"].default,
            seconds=seconds,
            empty=empty,
            empty_client_share=empty_client_share,
            sizes=[run.size(size) for size in sorted(set(sizes))],
        )


class _Run:
    """A cluster with reference data, whose list of clinics grows from size to size."""

    def __init__(self, url: str, connection: Connection, *, seconds: float, say: Say):
        self._url = url
        self._connection = connection
        self._seconds = seconds
        self._say = say
        self._clinics = 0
        # A ZIP without a reach has no area of its own.
        self._zips = self._column("select zip from zips where state = 'WI' order by reach_miles nulls first, zip")
        self._codes = self._column("select code from specialties order by position")
        self._questions = ask_everywhere(self._zips, self._codes, rounds=_ROUNDS)

    def empty_answer(self) -> tuple[Measured, float]:
        """Measure what the server and the clients need for a request without a search."""
        with running_service(self._url) as port:
            outcome = self._ask(port, ["/healthz"] * CLIENTS, self._seconds)
        measured = self._shown("HTTP, the empty response", _measured(outcome))
        return measured, outcome.own_cpu_seconds / outcome.seconds

    def size(self, clinics: int) -> SizeReport:
        """Measure with a list of this many clinics."""
        self._say(f"{clinics:,} clinics: generating")
        add_clinics(self._connection, first=self._clinics + 1, last=clinics)
        self._clinics = clinics
        with running_service(self._url) as port:
            slowest_first = self._warm_up(port)
            outcome = self._ask(port, [question.path() for question in self._questions], self._seconds)
        search = self._shown(f"{clinics:,} clinics: HTTP search", _measured(outcome))
        sample = sample_evenly(self._zips, self._codes, count=MOST_SCRIPTS)
        same_sql = self._pgbench(statements_of(self._url, sample))
        self._shown(f"{clinics:,} clinics: pgbench, the same SQL", same_sql)
        index_alone = self._pgbench(nearest_only(self._url, sample))
        self._shown(f"{clinics:,} clinics: pgbench, the index alone", index_alone)
        return SizeReport(
            clinics=clinics,
            search=search,
            same_sql=same_sql,
            nearest_only=index_alone,
            slowest_first=slowest_first,
            client_share=outcome.own_cpu_seconds / outcome.seconds,
        )

    def _warm_up(self, port: int) -> float:
        """Send every kind of search on several connections, then the real load; returns the slowest first one in ms."""
        self._say(f"{self._clinics:,} clinics: warming up")
        kinds = [Question(self._zips[-1], kind).path() for kind in all_kinds(self._codes)]
        first = ask_each_once(port, kinds)
        # Each server process counts matches for itself, so it has to get each kind of search once.
        self._ask(port, kinds, max(self._seconds / 2, 3 * sum(first) / 1000))
        # In reverse order, so that the measured searches are not those that were just sent.
        self._ask(port, [question.path() for question in reversed(self._questions)], max(1.0, self._seconds / 2))
        return max(first)

    def _ask(self, port: int, paths: Sequence[str], seconds: float) -> Outcome:
        return ask_in_another_process(Order(port, paths, CLIENTS, seconds))

    def _pgbench(self, statements: Sequence[str]) -> Measured:
        yardstick = run_pgbench(self._url, statements, clients=CLIENTS, seconds=self._seconds)
        return Measured.of(yardstick.milliseconds, yardstick.seconds)

    def _shown(self, title: str, measured: Measured) -> Measured:
        failures = f", {measured.failures} not 200" if measured.failures else ""
        self._say(
            f"{title}: {measured.per_second:,.0f}/s, p50 {measured.p50:.1f} ms, p95 {measured.p95:.1f} ms,"
            f" p99 {measured.p99:.1f} ms{failures}"
        )
        return measured

    def _column(self, statement: str) -> list[str]:
        return [str(value) for (value,) in self._connection.execute(statement.encode())]


def _measured(outcome: Outcome) -> Measured:
    return Measured.of(outcome.milliseconds, outcome.seconds, failures=outcome.failures)
