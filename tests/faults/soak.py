"""Run everything for twenty minutes while faults and attacks take turns: nothing grows, no change is lost.

python -m tests.faults.soak          (SOAK_MINUTES=20, SOAK_SEED=20261128)

The results are written into docs/reliability.md, SOAK_REPORT names another file. The exit code is 1 if something did
not hold.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.attacks import FAULTS, Attack, Fault
from tests.faults.document import RELIABILITY, circumstances, milliseconds, replace_section, statuses
from tests.faults.installation import Installation, installed
from tests.faults.ledger import Ledger
from tests.faults.probes import Probe, Seen, Waits, probing, seen
from tests.faults.traffic import Traffic
from tests.faults.usage import BOUNDS, Growth, growth, watching
from tests.helpers.postgres import connected

FAULT_SECONDS = 10.0
CALM_SECONDS = 15.0
WARM_UP_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One fault in the course of the run."""

    fault: str
    began: float
    ended: float
    answers: dict[int | str, int]  # to the attackers

    def faults(self, found: Seen) -> list[str]:
        return found.faults() + ([f"{self.answers[500]} attackers answered with 500"] if self.answers.get(500) else [])


@dataclass(frozen=True, slots=True)
class Soak:
    """A whole run."""

    seed: int
    minutes: float
    turns: Sequence[tuple[Turn, Seen]]
    growth: Sequence[Growth]
    traffic: Traffic
    acknowledged: int
    lost: Sequence[str]
    calm: dict[str, Waits]
    five_hundreds: int

    def failures(self) -> list[str]:
        return (
            [f"{growth.name} grew too much" for growth in self.growth if not growth.is_flat]
            + [f"lost: {each}" for each in self.lost]
            + [f"{turn.fault}: {fault}" for turn, found in self.turns for fault in turn.faults(found)]
            + ([f"{self.five_hundreds} answers with 500"] if self.five_hundreds else [])
        )


def soak(minutes: float, seed: int, folder: Path) -> Soak:
    chance = random.Random(seed)
    ledger = Ledger()
    turns: list[Turn] = []
    with installed(services=2) as installation:
        traffic = Traffic(installation, ledger, seed=seed)
        with (
            watching(installation, pause=2.0, connections=True) as usages,
            probing(installation.front.port, folder / "probes") as prober,
        ):
            ends = time.monotonic() + minutes * 60
            with traffic.going_on():
                time.sleep(min(CALM_SECONDS, minutes * 10))
                while time.monotonic() < ends:
                    for fault in chance.sample(FAULTS, len(FAULTS)):
                        if time.monotonic() < ends and (installation.has_disks or not fault.needs_disks):
                            turns.append(_take_turn(installation, fault))
                            _tell(f"{fault.name}: over; {ledger.acknowledged} changes acknowledged")
                            time.sleep(CALM_SECONDS)
            time.sleep(2)
            probes = prober.probes()
        with connected(installation.postgres.url, user="postgres") as server:
            lost = ledger.lost(server, prefix="clinic-")
    warm_up = min(WARM_UP_SECONDS, minutes * 60 / 5)
    return Soak(
        seed, minutes, [(turn, seen(probes, began=turn.began, ended=turn.ended)) for turn in turns],
        growth(usages, warm_up=warm_up), traffic, ledger.acknowledged, lost, _calm(probes, turns),
        sum(answers[500] for answers in traffic.answers.values()),
    )  # fmt: skip


def _take_turn(installation: Installation, fault: Fault) -> Turn:
    """Let a fault last for a while."""
    attack = Attack(installation, installation.front.port)
    with fault.lasting(attack):
        began = time.time()
        time.sleep(FAULT_SECONDS)
        ending = time.time()
    # An attack of a database ends when it accepts connections again, any other when it stops.
    return Turn(fault.name, began, time.time() if fault.ends_late else ending, attack.answers)


def _calm(probes: Sequence[Probe], turns: Sequence[Turn]) -> dict[str, Waits]:
    """Return what was seen between the faults, three seconds after each end."""
    calm = [probe for probe in probes if not any(turn.began <= probe.at < turn.ended + 3 for turn in turns)]
    return {path: Waits.of([probe for probe in calm if probe.path == path]) for path in {probe.path for probe in calm}}


def _tell(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S', time.gmtime())} {line}\n")


def section(run: Soak) -> str:
    """Return the section of the report."""
    failures = run.failures()
    turns = "\n".join(
        f"| {turn.fault} | {statuses(found.health.statuses)} | {milliseconds(found.health.p99)} |"
        f" {statuses(found.search.statuses)} | {milliseconds(found.search.worst)} |"
        f" {_recovery(found)} | {'; '.join(turn.faults(found))} |"
        for turn, found in run.turns
    )
    grown = "\n".join(
        f"| {each.name.replace('_', ' ')} | {each.first:,.0f} | {each.last:,.0f} | {each.most:,.0f} |"
        f" {BOUNDS[each.name]} | {'yes' if each.is_flat else '**no**'} |"
        for each in run.growth
    )
    asked = "\n".join(f"| {name} | {statuses(answers)} |" for name, answers in run.traffic.answers.items())
    calm = "; ".join(
        f"`{path.partition('?')[0]}` {statuses(waits.statuses)}, p99 {milliseconds(waits.p99)} ms,"
        f" worst {milliseconds(waits.worst)} ms"
        for path, waits in sorted(run.calm.items())
    )
    return f"""\
Written by `make soak`: {circumstances(run.seed)}
{run.minutes:g} minutes, nginx before two `locator serve` with one server process each, one worker and PostGIS;
searches, edits, imports and undos went on all the while, and each fault lasted {FAULT_SECONDS:g} seconds.

**{len(failures)} of what was promised did not hold.** {"" if not failures else "See the last columns and below."}

{run.acknowledged:,} changes were acknowledged, and {len(run.lost)} of them were missing afterwards from the list,
from the history or from the imports.

| what is held, by the services and the worker together | first quarter | last quarter | most | may | holds |
|---|---:|---:|---:|---:|---|
{grown}

Memory is in MiB, resident for services and the worker, private for nginx; the medians of the first and last quarter,
after a warm-up of {min(WARM_UP_SECONDS, run.minutes * 60 / 5):.0f} seconds.

| traffic | answers |
|---|---|
{asked}

Between the faults: {calm}.

| fault, in the order it came | `/healthz` | p99 ms | searches | worst ms | recovered after s | did not hold |
|---|---|---:|---|---:|---:|---|
{turns}
{"".join(f"{chr(10)}- {failure}" for failure in failures if failure.startswith("lost"))}
"""


def _recovery(found: Seen) -> str:
    return "never" if found.recovery is None else f"{found.recovery:.2f}"


def main() -> int:
    minutes, seed = float(os.environ.get("SOAK_MINUTES", "20")), int(os.environ.get("SOAK_SEED", "20261128"))
    with tempfile.TemporaryDirectory(prefix="locator-soak-") as folder:
        run = soak(minutes, seed, Path(folder))
    report = Path(os.environ.get("SOAK_REPORT") or RELIABILITY)
    replace_section("Soak", section(run), report)
    for failure in run.failures():
        _tell(failure)
    _tell(f"{run.acknowledged} changes acknowledged, {len(run.lost)} lost; written into {report}")
    return 1 if run.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
