"""The report on imports: figures, what was expected of them, and how they came about, as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.report import Measured

LEAST_CHECKED_A_SECOND = 3_000  # at every size
MOST_TIMES_COPY = 10.0  # publishing, at every size
LARGEST = 100_000  # rows; the size at which memory counts
MOST_MEMORY = 300_000_000  # bytes
MOST_HOSTILE_SECONDS = 10.0  # for HOSTILE_ROWS with hostile cells
HOSTILE_ROWS = 10_000
HOSTILE_CELLS = "hostile cells"

# How the steps are told, in the order in which they are done.
_STEPS = {
    "check": "**check** of a file of new clinics",
    "publish": "**publish**",
    "copy": "plain COPY of the same rows",
    "check again": "check of the same file: all unchanged",
    "check changed": "check of a file with another phone in each row",
    "publish changed": "publish of it",
    "undo changed": "undo of it",
    "undo": "undo of the first: all gone again",
}


@dataclass(frozen=True, slots=True)
class SizeReport:
    """What was measured with files of `rows`: the best seconds of each step, and the most memory of any process."""

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
    """One hostile file: the seconds its check and its publishing took, and the most memory, in bytes."""

    what: str
    rows: int
    check_seconds: float
    publish_seconds: float
    peak_memory: int


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Searches on a list of `rows` clinics, one after the other: with no import running, and beside one."""

    rows: int
    alone: Measured
    beside_check: Measured
    beside_publish: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A whole run."""

    day: date
    versions: dict[str, str]
    cores: int
    repeats: int
    sizes: Sequence[SizeReport]
    hostile: Sequence[Hostile]
    meanwhile: Meanwhile

    def markdown(self) -> str:
        """Write it for a reader who was not there."""
        return "\n\n".join(
            [
                "# Imports",
                self._circumstances(),
                self._figures(),
                "## Searching meanwhile",
                self._searches(),
                "## Hostile files",
                self._hostile_files(),
                "## Expected and found",
                self._expectations(),
                "## How it was measured",
                _METHOD.format(repeats=self.repeats),
            ]
        )

    def _circumstances(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"Written by `python -m benchmarks.imports` on {self.day.isoformat()}: {versions}; {self.cores} cores,\n"
            "shared by the importing process, PostgreSQL and whoever searches."
        )

    def _figures(self) -> str:
        lines = ["| rows | step | seconds | rows/s | times plain COPY |", "|---:|---|---:|---:|---:|"]
        for size in self.sizes:
            for step, words in _STEPS.items():
                seconds = size.seconds[step]
                times = f"{seconds / size.seconds['copy']:.1f}" if "publish" in step or "undo" in step else ""
                first = f"{size.rows:,}" if step == "check" else ""
                lines.append(f"| {first} | {words} | {seconds:.2f} | {size.rows / seconds:,.0f} | {times} |")
        lines += ["", "| rows | file, MB | most memory, MB |", "|---:|---:|---:|"]
        lines += [f"| {size.rows:,} | {size.file_bytes / 1e6:.1f} | {_mb(size.peak_memory)} |" for size in self.sizes]
        return "\n".join(lines)

    def _searches(self) -> str:
        alone = self.meanwhile.alone
        lines = ["| searches | answers/s | p50 ms | p95 ms | p50, ratio | p95, ratio | not 200 |",
                 "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
        for words, measured in (
            ("with no import running", alone),
            ("beside a check", self.meanwhile.beside_check),
            ("beside a publish", self.meanwhile.beside_publish),
        ):
            lines.append(
                f"| {words} | {measured.per_second:,.0f} | {measured.p50:.1f} | {measured.p95:.1f} |"
                f" {measured.p50 / alone.p50:.2f} | {measured.p95 / alone.p95:.2f} | {measured.failures or ''} |"
            )
        return "\n".join(lines)

    def _hostile_files(self) -> str:
        lines = ["| file | rows | check, s | publish, s | most memory, MB |", "|---|---:|---:|---:|---:|"]
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
                f"Check: at least {LEAST_CHECKED_A_SECOND:,} rows a second at every size",
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
- **Files** are generated, the same each time (`clinic_files.py`): CSV with all 28 columns, clinics of 400 organizations
  on land within some two miles of the point of a ZIP of Wisconsin, each with a phone that can be dialed, one to three
  specialties, and the other columns filled in the shares in which real lists have them. Every row has a point.
- **Each step** is what the command line and the API call: from opening the file to the finished report, and for
  publishing and undoing the whole transaction. Of {repeats} repetitions the best counts; each begins with a new
  database, which has no clinics, no history and no statistics yet, and with a new process.
- **Plain COPY** is told the same clinics and specialties right after they are published, by `COPY ... FROM` of
  ready-made text, in one transaction, into new tables with the same columns, primary keys and indexes. It checks
  nothing, keeps no history, counts no specialties' foreign keys, and renews no statistics; publishing does all that.
- **The database** waits for its disk as in a real installation: `fsync`, `synchronous_commit` and `full_page_writes`
  are on.
- **Memory** is the most that the importing process ever had in all its steps (`VmHWM`), Python and its libraries
  included. PostgreSQL is not in it.
- **Searches** go to `locator serve` with its settings as they are by default, over HTTP, one after the other, on a list
  of as many clinics as the largest file has. The import beside them brings another phone for each clinic.
- **Hostile files**: clinics that all stand at one door with one phone, so that each looks like all others; rows that
  are all about one clinic; and cells made to keep their readers busy, most as long as a reader gets to see, some of
  50,000 characters.
"""
