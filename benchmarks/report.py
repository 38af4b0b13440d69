"""The report: figures, what was expected of them, and how they came about, as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SMALL, LARGE = 100, 1_000_000
LEAST_SHARE_OF_PGBENCH = 0.10  # at SMALL
MOST_TIMES_SLOWER = 4.0  # the p95 at LARGE against the p95 at SMALL


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second, and within how many milliseconds half, 95 and 99 of a hundred came."""

    per_second: float
    p50: float
    p95: float
    p99: float
    failures: int = 0

    @classmethod
    def of(cls, milliseconds: Sequence[float], seconds: float, *, failures: int = 0) -> "Measured":
        """Sum up single answers."""
        ordered = sorted(milliseconds)
        if not ordered:
            raise ValueError("nothing was answered; measure for longer")
        p50, p95, p99 = (ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99))
        return cls(len(ordered) / seconds, p50, p95, p99, failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeReport:
    """What was measured with a list of `clinics`.

    `slowest_first`: the milliseconds of the slowest question of those no process had met before.
    `asking_share`: how much of one core the asking side took.
    """

    clinics: int
    search: Measured
    same_sql: Measured
    nearest_only: Measured
    slowest_first: float
    asking_share: float

    @property
    def share_of_pgbench(self) -> float:
        return self.search.per_second / self.same_sql.per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run."""

    day: date
    versions: dict[str, str]
    cores: int
    clients: int
    workers: int
    threads: int
    seconds: float
    empty: Measured
    empty_asking_share: float
    sizes: Sequence[SizeReport]

    def markdown(self) -> str:
        """Write it for a reader who was not there."""
        return "\n\n".join(
            [
                "# Searches a second",
                self._circumstances(),
                self._figures(),
                "## Beside pgbench",
                self._ratios(),
                "## Expected and found",
                self._expectations(),
                "## How it was measured",
                _METHOD.format(clients=self.clients, seconds=self.seconds),
            ]
        )

    def _circumstances(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"Written by `make bench` on {self.day.isoformat()}: {versions}; {self.cores} cores, shared by"
            f" the\nservice ({self.workers} processes of {self.threads} threads), PostgreSQL and whoever asks."
        )

    def _figures(self) -> str:
        lines = [
            "| clinics | asked | answers/s | p50 ms | p95 ms | p99 ms | not 200 |",
            "|---:|---|---:|---:|---:|---:|---:|",
            _row("", "HTTP: the empty answer (`/healthz`)", self.empty),
        ]
        for size in self.sizes:
            lines.append(_row(f"{size.clinics:,}", "**HTTP: the nearest 10 to a ZIP**", size.search))
            lines.append(_row("", "pgbench: the same SQL", size.same_sql))
            lines.append(_row("", "pgbench: the index alone", size.nearest_only))
        return "\n".join(lines)

    def _ratios(self) -> str:
        lines = [
            "| clinics | answers/s, HTTP : same SQL | p50 | p95 | p99 | answers/s : index alone | first | asking |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for size in self.sizes:
            search, same, alone = size.search, size.same_sql, size.nearest_only
            lines.append(
                f"| {size.clinics:,} | {size.share_of_pgbench:.2f} | {search.p50 / same.p50:.1f} |"
                f" {search.p95 / same.p95:.1f} | {search.p99 / same.p99:.1f} |"
                f" {search.per_second / alone.per_second:.2f} |"
                f" {size.slowest_first:.0f} ms | {size.asking_share:.0%} |"
            )
        return (
            "\n".join(lines)
            + "\n\n*First*: the slowest of the first questions of their kind, which count the whole list. *Asking*: how"
            + f"\nmuch of a core the asking side took for itself; for the empty answer, {self.empty_asking_share:.0%}."
        )

    def _expectations(self) -> str:
        by_clinics = {size.clinics: size for size in self.sizes}
        small, large = by_clinics.get(SMALL), by_clinics.get(LARGE)
        share = times = None
        if small:
            share = small.share_of_pgbench
        if small and large:
            times = large.search.p95 / small.search.p95
        least = f"At {SMALL} clinics, HTTP gives at least {LEAST_SHARE_OF_PGBENCH:.2f} of pgbench's answers a second"
        most = f"The p95 at {LARGE:,} clinics is at most {MOST_TIMES_SLOWER:g} times the p95 at {SMALL}"
        return "\n".join(
            [
                f"- {least}: {_verdict(share, met=share is not None and share >= LEAST_SHARE_OF_PGBENCH)}.",
                f"- {most}: {_verdict(times, met=times is not None and times <= MOST_TIMES_SLOWER)}.",
            ]
        )


def _row(clinics: str, asked: str, measured: Measured) -> str:
    return (
        f"| {clinics} | {asked} | {measured.per_second:,.0f} | {measured.p50:.1f} | {measured.p95:.1f} |"
        f" {measured.p99:.1f} | {measured.failures or ''} |"
    )


def _verdict(found: float | None, *, met: bool) -> str:
    if found is None:
        return "not measured in this run"
    return f"**{'met' if met else 'not met'}**, {found:.2f}"


_METHOD = """\
- **Clinics** are generated, the same each time (`clinics.py`): the first 1,000 lie in Wisconsin, then every tenth; the
  others are spread over the country. Each offers one to eight of the sixteen specialties.
- **Questions** (`questions.py`) go through all 898 ZIPs of Wisconsin in an order fixed by a seed: a quarter asks for no
  specialty, half for one, a quarter for two. No answer is kept by anyone: each is searched, ranked and written anew.
  What a warm process remembers it may use here too: the points of ZIPs, and how many clinics of the whole list match,
  which is counted at the first question of its kind after each change of the list (a column of its own above).
- **HTTP** is asked by {clients} clients in one process of its own, each with a new connection after fifty answers, for
  {seconds:g} seconds after warming up. The service is `locator serve` with its settings as they are by default; its log
  is discarded. Only answers with status 200 count; the others have a column of their own.
- **pgbench** runs with {clients} clients in two threads for as long, with statements prepared (`-M prepared`), over a
  unix socket. *The same SQL* is what a warm service sends for a search, overheard, for 128 of these ZIPs from the
  smallest to the largest, in the same shares. Values are written out, so that a connection plans each statement once
  and never again: the yardstick is strict, for the service plans as its driver decides. It neither begins nor ends a
  transaction, nor turns rows into an answer. *The index alone* is the least that could be asked: ten ids by `<->`,
  unranked.
- The cluster is thrown away afterwards. It never waits for its disk, which only writing would do.
"""
