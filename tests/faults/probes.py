"""What the prober saw in a stretch of time."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from locator.config.settings import PROJECT_FOLDER
from tests.faults.prober import SEARCH

HEALTH = "/healthz"
# What the issue promises during every fault.
MOST_HEALTH_SECONDS = 0.050
MOST_SEARCH_SECONDS = 2.5
MOST_RECOVERY_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Probe:
    """One answer: when it was asked for, and after how long what came."""

    at: float
    path: str
    status: int | str
    seconds: float


@dataclass(frozen=True, slots=True)
class Waits:
    """The answers to one question: how many of each status, and how long they took."""

    statuses: Counter[int | str]
    p99: float
    worst: float

    @classmethod
    def of(cls, probes: Sequence[Probe]) -> "Waits":
        seconds = sorted(probe.seconds for probe in probes) or [0.0]
        return cls(Counter(probe.status for probe in probes), percentile(seconds, 99), seconds[-1])

    @property
    def count(self) -> int:
        return self.statuses.total()


@dataclass(frozen=True, slots=True)
class Seen:
    """What an ordinary client saw during a fault, and how long after its end the first search was answered again."""

    health: Waits
    search: Waits
    recovery: float | None

    def faults(self) -> list[str]:
        """Return what was promised and did not hold."""
        found = []
        if self.health.count < 20 or self.search.count < 2:
            found.append("too few probes to judge")
        if set(self.health.statuses) - {200}:
            found.append("/healthz not always 200")
        if self.health.p99 > MOST_HEALTH_SECONDS:
            found.append(f"/healthz p99 over {MOST_HEALTH_SECONDS * 1000:.0f} ms")
        if set(self.search.statuses) - {200, 503}:
            found.append("a search neither 200 nor 503")
        if self.search.worst > MOST_SEARCH_SECONDS:
            found.append(f"a search over {MOST_SEARCH_SECONDS} s")
        if self.recovery is None or self.recovery > MOST_RECOVERY_SECONDS:
            found.append(f"recovery over {MOST_RECOVERY_SECONDS:.0f} s")
        return found


def percentile(ordered: Sequence[float], part: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def seen(probes: Sequence[Probe], *, began: float, ended: float) -> Seen:
    """Summarize what was asked for between two moments, and find the first good search after the second."""
    during = [probe for probe in probes if began <= probe.at < ended]
    after = [probe for probe in probes if probe.at >= ended and probe.path == SEARCH and probe.status == 200]
    return Seen(
        Waits.of([probe for probe in during if probe.path == HEALTH]),
        Waits.of([probe for probe in during if probe.path == SEARCH]),
        min((probe.at + probe.seconds - ended for probe in after), default=None),
    )


class Prober:
    """The running prober and what it has written so far."""

    def __init__(self, file: Path):
        self._file = file

    def probes(self) -> list[Probe]:
        lines = self._file.read_text(encoding="utf-8").splitlines(keepends=True)
        return [Probe(**json.loads(line)) for line in lines if line.endswith("\n")]


@contextmanager
def probing(port: int, file: Path) -> Iterator[Prober]:
    """Run a prober during the block."""
    file.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.prober", str(port), str(file)],
        cwd=PROJECT_FOLDER,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield Prober(file)
    finally:
        process.kill()
        process.wait()
