"""The report on imports as Markdown: the figures, the expectations, and how they were measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.report import Measured, us_date

LEAST_CHECKED_A_SECOND = 3_000  # at every size
MOST_TIMES_COPY = 10.0  # publishing, at every size
LARGEST = 100_000  # rows; the size for which memory is limited
MOST_MEMORY = 300_000_000  # bytes
MOST_HOSTILE_SECONDS = 10.0  # for HOSTILE_ROWS with hostile cells
HOSTILE_ROWS = 10_000
HOSTILE_CELLS = "hostile cells"

# The steps in the order in which they are done, as the report calls them.
_STEPS = {
    "check": "**check** of a file of new clinics",
    "publish": "**publish**",
    "copy": "plain COPY of the same rows",
    "check again": "check of the same file: all unchanged",
    "check changed": "check of a file with a different phone in each row",
    "publish changed": "publish of that file",
    "undo changed": "undo of that file",
    "undo": "undo of the first file: no clinics left",
}


@dataclass(frozen=True, slots=True)
class SizeReport:
    """What was measured with files of `rows`: the best seconds of each step, and the highest peak memory in bytes."""

    rows: int
    file_bytes: int
    seconds: dict[str, float]
    peak_memory: int

    @property
    def checked_a_second(self) -> float:
        return self.rows / self.seconds["check"]

    @property
    def times_copy(self) -> float:
        return self.seconds["publish"] / self.seconds["copy"]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: the seconds of its check and its publishing, and the peak memory in bytes."""

    what: str
    rows: int
    check_seconds: float
    publish_seconds: float
    peak_memory: int


@dataclass(frozen=True, slots=True)
class SearchesDuringImport:
    """Searches on a list of `rows` clinics, one after another: without an import, and during one."""

    rows: int
    alone: Measured
    during_check: Measured
    during_publish: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A whole run."""

    day: date
    versions: dict[str, str]
    cores: int
    repeats: int
    sizes: Sequence[SizeReport]
    hostile: Sequence[Hostile]
    searches: SearchesDuringImport

    def markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n\n".join(
            [
                "# Imports",
                self._circumstances(),
                self._figures(),
                "## Searches during an import",
                self._searches_table(),
                "## Hostile files",
                self._hostile_files(),
                "## Expectations",
                self._expectations(),
                "## How it was measured",
                _METHOD.format(repeats=self.repeats),
            ]
        )

    def _circumstances(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"Written by `python -m benchmarks.imports` on {us_date(self.day)}: {versions}; {self.cores} cores,\n"
            "shared by the importing process, PostgreSQL and the searches."
        )

    def _figures(self) -> str:
        lines = ["| rows | step | seconds | rows/s | times plain COPY |", "|---:|---|---:|---:|---:|"]
        for size in self.sizes:
            for step, words in _STEPS.items():
                seconds = size.seconds[step]
                times = f"{seconds / size.seconds['copy']:.1f}" if "publish" in step or "undo" in step else ""
                first = f"{size.rows:,}" if step == "check" else ""
                lines.append(f"| {first} | {words} | {seconds:.2f} | {size.rows / seconds:,.0f} | {times} |")
        lines += ["", "| rows | file, MB | peak memory, MB |", "|---:|---:|---:|"]
        lines += [f"| {size.rows:,} | {size.file_bytes / 1e6:.1f} | {_mb(size.peak_memory)} |" for size in self.sizes]
        return "\n".join(lines)

    def _searches_table(self) -> str:
        alone = self.searches.alone
        lines = ["| searches | responses/s | p50 ms | p95 ms | p50, ratio | p95, ratio | not 200 |",
                 "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
        for words, measured in (
            ("without an import", alone),
            ("during a check", self.searches.during_check),
            ("during a publish", self.searches.during_publish),
        ):
            lines.append(
                f"| {words} | {measured.per_second:,.0f} | {measured.p50:.1f} | {measured.p95:.1f} |"
                f" {measured.p50 / alone.p50:.2f} | {measured.p95 / alone.p95:.2f} | {measured.failures or ''} |"
            )
        return "\n".join(lines)

    def _hostile_files(self) -> str:
        lines = ["| file | rows | check, s | publish, s | peak memory, MB |", "|---|---:|---:|---:|---:|"]
        lines += [
            f"| {each.what} | {each.rows:,} | {each.check_seconds:.1f} | {each.publish_seconds:.1f} |"
            f" {_mb(each.peak_memory)} |"
            for each in self.hostile
        ]
        return "\n".join(lines)

    def _expectations(self) -> str:
        slowest = min(size.checked_a_second for size in self.sizes)
        times = max(size.times_copy for size in self.sizes)
        memory = [size.peak_memory for size in self.sizes if size.rows == LARGEST]
        hostile = [e.check_seconds for e in self.hostile if (e.what, e.rows) == (HOSTILE_CELLS, HOSTILE_ROWS)]
        expected = (
            (
                f"Check: at least {LEAST_CHECKED_A_SECOND:,} rows per second at every size",
                _verdict(f"{slowest:,.0f}", met=slowest >= LEAST_CHECKED_A_SECOND),
            ),
            (
                f"Publish: at most {MOST_TIMES_COPY:g} times plain COPY at every size",
                _verdict(f"{times:.1f}", met=times <= MOST_TIMES_COPY),
            ),
            (
                f"Memory of the importing process at {LARGEST:,} rows: at most {_mb(MOST_MEMORY)} MB",
                _verdict(_mb(memory[0]), met=memory[0] <= MOST_MEMORY) if memory else _NOT_MEASURED,
            ),
            (
                f"{HOSTILE_ROWS:,} rows of hostile cells: checked within {MOST_HOSTILE_SECONDS:g} seconds",
                _verdict(f"{hostile[0]:.1f}", met=hostile[0] <= MOST_HOSTILE_SECONDS) if hostile else _NOT_MEASURED,
            ),
        )
        return "\n".join(f"- {what}: {found}." for what, found in expected)


_NOT_MEASURED = "not measured in this run"


def _verdict(found: str, *, met: bool) -> str:
    return f"**{'met' if met else 'not met'}**, {found}"


def _mb(number: int) -> str:
    return f"{number / 1e6:,.0f}"


_METHOD = """\
- **Files** are generated, the same each time (`clinic_files.py`): CSV with all columns, clinics of 400 organizations
  on land within some two miles of the point of a ZIP of Wisconsin, each with a phone that can be dialed, one to three
  specialties, and the other columns filled as often as in real lists. Every row has a point.
- **Each step** is what the command line and the API call: from opening the file to the finished report, and for
  publishing and undoing, the whole transaction. The best of {repeats} repetitions counts; each begins with a new
  database, which has no clinics, no history and no statistics yet, and with a new process.
- **Plain COPY** loads the same clinics and specialties right after they are published, by `COPY ... FROM` of ready-made
  text, in one transaction, into new tables with the same columns, primary keys and indexes. It checks nothing, keeps no
  history, checks no foreign keys of the specialties, and updates no statistics; publishing does all that.
- **The database** waits for its disk as in a real installation: `fsync`, `synchronous_commit` and `full_page_writes`
  are on.
- **Memory** is the peak of the importing process over all its steps (`VmHWM`), with Python and its libraries, but
  without PostgreSQL.
- **Searches** go to `locator serve` with its default settings over HTTP, one after another, on a list with as many
  clinics as the largest file. The import that runs at the same time has a different phone for each clinic.
- **Hostile files**: clinics that are all at one address with one phone, so that each looks like all the others; rows
  that are all for one clinic; and cells made to keep their readers busy, most as long as a reader gets to see, some of
  50,000 characters.
"""
