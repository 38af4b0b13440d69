"""The report on searches as Markdown: the figures, the expectations, and how they were measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SMALL, LARGE = 100, 1_000_000
LEAST_SHARE_OF_PGBENCH = 0.10  # at SMALL
MOST_TIMES_SLOWER = 4.0  # the p95 at LARGE, relative to the p95 at SMALL


def us_date(day: date) -> str:
    """Write a day as November 3, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Responses per second, and the milliseconds within which 50, 95 and 99 of a hundred came."""

    per_second: float
    p50: float
    p95: float
    p99: float
    failures: int = 0

    @classmethod
    def of(cls, milliseconds: Sequence[float], seconds: float, *, failures: int = 0) -> "Measured":
        """Summarize single responses."""
        ordered = sorted(milliseconds)
        if not ordered:
            raise ValueError("there were no responses; measure for longer")
        p50, p95, p99 = (ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99))
        return cls(len(ordered) / seconds, p50, p95, p99, failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeReport:
    """What was measured with a list of `clinics`.

    `slowest_first`: the milliseconds of the slowest search of a kind that no server process had answered before.
    `client_share`: the share of one core that the clients needed.
    """

    clinics: int
    search: Measured
    same_sql: Measured
    nearest_only: Measured
    slowest_first: float
    client_share: float

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
    empty_client_share: float
    sizes: Sequence[SizeReport]

    def markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n\n".join(
            [
                "# Searches per second",
                self._circumstances(),
                self._figures(),
                "## Compared with pgbench",
                self._ratios(),
                "## Expectations",
                self._expectations(),
                "## How it was measured",
                _METHOD.format(clients=self.clients, seconds=self.seconds),
            ]
        )

    def _circumstances(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"Written by `make bench` on {us_date(self.day)}: {versions}; {self.cores} cores, shared by"
            f" the\nservice ({self.workers} processes with {self.threads} threads each), PostgreSQL and the clients."
        )

    def _figures(self) -> str:
        lines = [
            "| clinics | request | responses/s | p50 ms | p95 ms | p99 ms | not 200 |",
            "|---:|---|---:|---:|---:|---:|---:|",
            _row("", "HTTP: the empty response (`/healthz`)", self.empty),
        ]
        for size in self.sizes:
            lines.append(_row(f"{size.clinics:,}", "**HTTP: the nearest 10 to a ZIP**", size.search))
            lines.append(_row("", "pgbench: the same SQL", size.same_sql))
            lines.append(_row("", "pgbench: the index alone", size.nearest_only))
        return "\n".join(lines)

    def _ratios(self) -> str:
        lines = [
            "| clinics | responses/s, HTTP : same SQL | p50 | p95 | p99 | HTTP : index alone | first | clients |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for size in self.sizes:
            search, same, alone = size.search, size.same_sql, size.nearest_only
            lines.append(
                f"| {size.clinics:,} | {size.share_of_pgbench:.2f} | {search.p50 / same.p50:.1f} |"
                f" {search.p95 / same.p95:.1f} | {search.p99 / same.p99:.1f} |"
                f" {search.per_second / alone.per_second:.2f} |"
                f" {size.slowest_first:.0f} ms | {size.client_share:.0%} |"
            )
        return (
            "\n".join(lines)
            + "\n\n*First*: the slowest of the first searches of their kind, which count the whole list. *Clients*: the"
            + f"\nshare of a core that the clients needed; for the empty response, {self.empty_client_share:.0%}."
        )

    def _expectations(self) -> str:
        by_clinics = {size.clinics: size for size in self.sizes}
        small, large = by_clinics.get(SMALL), by_clinics.get(LARGE)
        share = times = None
        if small:
            share = small.share_of_pgbench
        if small and large:
            times = large.search.p95 / small.search.p95
        least = f"At {SMALL} clinics, HTTP has at least {LEAST_SHARE_OF_PGBENCH:.2f} of pgbench's responses per second"
        most = f"The p95 at {LARGE:,} clinics is at most {MOST_TIMES_SLOWER:g} times the p95 at {SMALL}"
        return "\n".join(
            [
                f"- {least}: {_verdict(share, met=share is not None and share >= LEAST_SHARE_OF_PGBENCH)}.",
                f"- {most}: {_verdict(times, met=times is not None and times <= MOST_TIMES_SLOWER)}.",
            ]
        )


def _row(clinics: str, request: str, measured: Measured) -> str:
    return (
        f"| {clinics} | {request} | {measured.per_second:,.0f} | {measured.p50:.1f} | {measured.p95:.1f} |"
        f" {measured.p99:.1f} | {measured.failures or ''} |"
    )


def _verdict(found: float | None, *, met: bool) -> str:
    if found is None:
        return "not measured in this run"
    return f"**{'met' if met else 'not met'}**, {found:.2f}"


_METHOD = """\
- **Clinics** are generated, the same each time (`clinics.py`): the first 1,000 are in Wisconsin, then every tenth; the
  others are spread over the country. Each offers one to eight of the sixteen specialties.
- **Searches** (`questions.py`) go through all 898 ZIPs of Wisconsin in an order fixed by a seed: a quarter has no
  specialty, half has one, a quarter has two. No response is cached: each search is run, ranked and written out. What a
  warm process caches is used here, too: the points of ZIPs, and how many clinics of the whole list match, which is
  counted at the first search of its kind after each change of the list (the column *first*).
- **HTTP** requests come from {clients} clients in a separate process, each with a new connection after fifty responses,
  for {seconds:g} seconds after warming up. The service is `locator serve` with its default settings; its log is
  discarded. Only responses with status 200 count; the others have their own column.
- **pgbench** runs with {clients} clients in two threads for the same time, with prepared statements (`-M prepared`),
  over a unix socket. *The same SQL* is what a warm service was seen to send for a search, for 128 of these ZIPs from
  the smallest to the largest, in the same shares. Values are literals, so that a connection plans each statement only
  once: the baseline is hard to reach, because the service plans as its driver decides. It neither begins nor ends a
  transaction, nor turns rows into a response. *The index alone* is the least that could be queried: ten ids by `<->`,
  unranked.
- The cluster is deleted afterwards. It never waits for its disk, which matters only for writing.
"""
