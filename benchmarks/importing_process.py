"""Importing in a separate process, like a server process or the command line, so that its memory can be measured.

`python -m benchmarks.importing_process URL` reads one step per line as JSON from standard input, and writes the outcome
of each as a line of JSON to standard output.
"""

import gc
import json
import select
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from locator.config.settings import PROJECT_FOLDER
from locator.errors import BrakeOn
from locator.importing.importer import check_import, publish_import, undo_import
from locator.records.actor import Actor
from locator.store.database import Database

_MAKER = Actor("benchmark", "command line")


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a step: its seconds, the import and its counts, and the process's peak memory so far, in bytes."""

    seconds: float
    import_id: int
    counts: dict[str, int]
    findings: int
    peak_memory: int


class ImportingProcess:
    """A process that imports into one database; it runs for as long as the block."""

    def __init__(self, database_url: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.importing_process", database_url],
            cwd=PROJECT_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C reaches only us; we end it
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process with pipes has both")
        self._orders, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> "ImportingProcess":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._orders.close()
        self._answers.close()
        self._process.kill()
        self._process.wait()

    def check(self, file: Path) -> Done:
        """Check a file."""
        self.begin_check(file)
        return self.wait()

    def publish(self, import_id: int) -> Done:
        """Publish an import, with the number that its brake asks for."""
        self.begin_publish(import_id)
        return self.wait()

    def undo(self, import_id: int) -> Done:
        """Undo an import."""
        self._begin({"step": "undo", "import_id": import_id})
        return self.wait()

    def begin_check(self, file: Path) -> None:
        """Start to check a file; `wait` returns the outcome."""
        self._begin({"step": "check", "file": str(file)})

    def begin_publish(self, import_id: int) -> None:
        """Start to publish an import; `wait` returns the outcome."""
        self._begin({"step": "publish", "import_id": import_id})

    @property
    def is_busy(self) -> bool:
        """Whether the step that was started is not finished yet."""
        return not select.select([self._answers], [], [], 0)[0]

    def wait(self) -> Done:
        """Wait for the step that was started. Raises RuntimeError if the process has failed; its output is above."""
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the importing process has failed; its output is above")
        return Done(**json.loads(line))

    def _begin(self, step: dict[str, Any]) -> None:
        self._orders.write(json.dumps(step) + "\n")
        self._orders.flush()


def _work(database: Database, step: dict[str, Any]) -> Done:
    began = time.perf_counter()
    match step["step"]:
        case "check":
            with Path(step["file"]).open("rb") as file:
                report = check_import(file, name=step["file"], by=_MAKER, database=database).report
        case "publish":
            import_id = step["import_id"]
            try:
                report = publish_import(import_id, by=_MAKER, database=database)
            except BrakeOn as brake:
                began = time.perf_counter()
                report = publish_import(import_id, by=_MAKER, database=database, confirmed=brake.number)
        case _:
            report = undo_import(step["import_id"], by=_MAKER, database=database)
    seconds = time.perf_counter() - began
    return Done(seconds, report.import_id, asdict(report.counts), report.findings_total, _peak_memory())


def _peak_memory() -> int:
    """Return the peak memory of this process, in bytes.

    The kernel's VmHWM counts this program alone; getrusage() would include what the parent had before the fork.
    """
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _main(database_url: str) -> None:
    database = Database(database_url)
    gc.freeze()  # like the command `locator`
    for line in sys.stdin:
        print(json.dumps(asdict(_work(database, json.loads(line)))), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
