"""Try every fault and attack over nginx and over the bare service, and every row of the list of faults.

python -m tests.faults          (FAULTS_SECONDS=8, FAULTS_SEED=20261128, FAULTS_ONLY=part of a name)

The results are written into docs/reliability.md, FAULTS_REPORT names another file. The exit code is 1 if something did
not hold.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.attacks import FAULTS, NOTHING, Attack, Fault
from tests.faults.document import RELIABILITY, circumstances, milliseconds, replace_section, statuses
from tests.faults.installation import Installation, installed
from tests.faults.probes import Seen, probing, seen
from tests.faults.rows import ELSEWHERE, ROWS, Row, RowResult, tried
from tests.faults.usage import Usage, watching
from tests.helpers.fake_provider import FakeProvider, fails

RECOVERY_SECONDS = 3.5

_HEAD_OF_FAULTS = (
    "| fault | over | `/healthz` | p99 ms | searches | p99 ms | worst ms | recovered after s | answers to attackers |"
    " service MiB | nginx MiB | missed |"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A fault and what came of it; memory is the most that was seen, in MiB."""

    fault: str
    over: str
    seen: Seen
    answers: dict[int | str, int]
    service_memory: float
    nginx_memory: float

    def faults(self) -> list[str]:
        return self.seen.faults() + (
            [f"{self.answers[500]} attackers answered with 500"] if self.answers.get(500) else []
        )


def try_fault(installation: Installation, fault: Fault, over: str, seconds: float, folder: Path) -> Tried:
    port = installation.front.port if over == "nginx" else installation.service.port
    attack = Attack(installation, port)
    with (
        watching(installation, pause=0.25, connections=False) as usages,
        probing(port, folder / f"{time.monotonic_ns()}") as prober,
    ):
        time.sleep(1.0)
        with fault.lasting(attack):
            began = time.time()
            time.sleep(seconds)
            ending = time.time()
        ended = time.time() if fault.ends_late else ending
        time.sleep(RECOVERY_SECONDS)
        found = seen(prober.probes(), began=began, ended=ended)
    return Tried(fault.name, over, found, attack.answers, _most(usages, "service"), _most(usages, "nginx"))


def _most(usages: Sequence[Usage], of: str) -> float:
    return max(float(getattr(usage, f"{of}_memory")) for usage in usages)


def section_of_faults(results: Sequence[Tried], seconds: float, seed: int) -> str:
    judged = [result for result in results if result.fault != NOTHING.name]
    failures = sum(bool(result.faults()) for result in judged)
    lines = "\n".join(
        f"| {result.fault} | {result.over} | {statuses(result.seen.health.statuses)} |"
        f" {milliseconds(result.seen.health.p99)} | {statuses(result.seen.search.statuses)} |"
        f" {milliseconds(result.seen.search.p99)} | {milliseconds(result.seen.search.worst)} |"
        f" {'never' if result.seen.recovery is None else f'{result.seen.recovery:.2f}'} |"
        f" {statuses(result.answers)} | {result.service_memory:,.0f} | {result.nginx_memory:,.0f} |"
        f" {'; '.join(result.faults()) or 'no'} |"
        for result in results
    )
    return f"""\
Written by `make test-faults`: {circumstances(seed)}
Each fault lasted {seconds:g} seconds, over nginx and over the bare service with its two server processes. Promised is:
`/healthz` 200 with a p99 under 50 ms, a search 200 or 503 within 2.5 seconds, no 500, and the first good search
within 3 seconds of the end. **{failures} of {len(judged)} missed something**: see the last column.

{_HEAD_OF_FAULTS}
|---|---|---|---:|---|---:|---:|---:|---|---:|---:|---|
{lines}

Memory is the most that was seen during the fault: of the service, all its processes together and resident (what they
share counts several times); of nginx, private. What was seen without any fault tells how busy the machine was.
"""


def section_of_rows(results: Sequence[tuple[Row, RowResult]], seed: int) -> str:
    lines = "\n".join(
        f"| {row.number} | {row.fault} | {result.count:,} | {statuses(result.statuses)} | {milliseconds(result.p99)} |"
        f" {milliseconds(result.worst)} | {'; '.join(result.failures) or 'none'} | `{row.test}` |"
        for row, result in results
    )
    elsewhere = "\n".join(
        f"- Row {number}: `{test}`, and in full by `make test-faults`." for number, test in ELSEWHERE.items()
    )
    failed = sum(bool(result.failures) for _, result in results)
    return f"""\
Written by `make test-faults`: {circumstances(seed)}
Each row was tried over nginx before the real service and PostGIS; {failed} of {len(results)} had failures. The same is
in `make test` in small, in the file of `tests/` named last.

| row | fault | asked | answers | p99 ms | worst ms | failures | test |
|---:|---|---:|---|---:|---:|---|---|
{lines}

{elsewhere}
"""


def main() -> int:
    seconds, seed = float(os.environ.get("FAULTS_SECONDS", "8")), int(os.environ.get("FAULTS_SEED", "20261128"))
    only = os.environ.get("FAULTS_ONLY", "")
    report = Path(os.environ.get("FAULTS_REPORT") or RELIABILITY)
    results: list[Tried] = []
    with (
        tempfile.TemporaryDirectory(prefix="locator-faults-") as folder,
        FakeProvider(fails(500)) as provider,
        installed(services=1, provider=provider) as installation,
    ):
        rows = [(row, _told(row, tried(row, installation, seed))) for row in ROWS if only in row.fault]
        for fault in (NOTHING, *FAULTS):
            if only in fault.name and (installation.has_disks or not fault.needs_disks):
                for over in ("nginx", "the bare service"):
                    results.append(try_fault(installation, fault, over, seconds, Path(folder)))
                    _tell(f"{fault.name}, over {over}: {'; '.join(results[-1].faults()) or 'held'}")
    replace_section("Faults and attacks", section_of_faults(results, seconds, seed), report)
    replace_section("The rows of the list", section_of_rows(rows, seed), report)
    return (
        1
        if any(result.faults() for result in results if result.fault != NOTHING.name)
        or any(found.failures for _, found in rows)
        else 0
    )


def _told(row: Row, result: RowResult) -> RowResult:
    _tell(f"row {row.number}, {row.fault}: {'; '.join(result.failures) or 'held'}")
    return result


def _tell(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S', time.gmtime())} {line}\n")


if __name__ == "__main__":
    sys.exit(main())
