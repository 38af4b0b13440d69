"""The programs behind docs/reliability.md judge by what was seen: each of their verdicts can be the bad one."""

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.store.database import Database
from tests.faults.__main__ import Tried, section_of_faults, section_of_rows
from tests.faults.document import replace_section
from tests.faults.ledger import Ledger
from tests.faults.prober import SEARCH
from tests.faults.probes import HEALTH, Probe, Prober, Seen, Waits, probing, seen
from tests.faults.rows import ELSEWHERE, ROWS, RowResult
from tests.faults.usage import Usage, growth
from tests.helpers.clinic_files import a_row, publish
from tests.helpers.fake_provider import FakeProvider, answers, fails
from tests.helpers.list_change import url_of
from tests.helpers.postgres import connected
from tests.helpers.service import wait_for


def probes(path: str, status: int | str, seconds: float, *, count: int = 50, at: float = 100.0) -> list[Probe]:
    return [Probe(at + number / 100, path, status, seconds) for number in range(count)]


GOOD = [*probes(HEALTH, 200, 0.004), *probes(SEARCH, 503, 1.0), Probe(111.0, SEARCH, 200, 0.5)]


def faults(*more: Probe) -> list[str]:
    return seen([*GOOD, *more], began=100, ended=110).faults()


def test_what_holds_is_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (probes(HEALTH, 503, 0.001, count=1), "/healthz not always 200"),
        (probes(HEALTH, 200, 0.051, count=2), "/healthz p99 over 50 ms"),
        (probes(SEARCH, 500, 0.1, count=1), "a search neither 200 nor 503"),
        (probes(SEARCH, "TimeoutError", 0.1, count=1), "a search neither 200 nor 503"),
        (probes(SEARCH, 200, 2.6, count=1), "a search over 2.5 s"),
    ],
)
def test_each_promise_can_be_missed(more: list[Probe], fault: str) -> None:
    assert faults(*more) == [fault]


@pytest.mark.parametrize("last", [[], [Probe(111.0, SEARCH, 503, 0.1)], [Probe(112.0, SEARCH, 200, 1.5)]])
def test_what_does_not_recover_in_time_is_a_fault(last: list[Probe]) -> None:
    assert seen([*GOOD[:-1], *last], began=100, ended=110).faults() == ["recovery over 3 s"]


def test_nothing_asked_is_a_fault() -> None:
    assert "too few probes to judge" in seen([], began=100, ended=110).faults()


@pytest.mark.parametrize(("behavior", "status"), [(answers({}), 200), (fails(503), 503)])
def test_the_prober_writes_down_what_it_is_answered(tmp_path: Path, behavior: object, status: int) -> None:
    assert callable(behavior)
    with FakeProvider(behavior) as server, probing(server.port, tmp_path / "probes") as prober:
        wait_for(lambda: {probe.path for probe in prober.probes()} == {HEALTH, SEARCH}, seconds=10)
        found = prober.probes()

    assert {probe.status for probe in found} == {status}
    assert max(probe.seconds for probe in found) < 5


def usages(*memory: float) -> list[Usage]:
    return [Usage(at, value, 100, 10, 40, 100, 20 if at % 2 else None) for at, value in enumerate(memory)]


def test_what_stays_is_flat_and_what_grows_is_not() -> None:
    flat = growth(usages(*[500] * 40), warm_up=0)
    leak = growth(usages(*[500 + 5 * number for number in range(40)]), warm_up=0)
    warm = growth(usages(*[100] * 10, *[500] * 40), warm_up=10)

    assert [each.name for each in flat if not each.is_flat] == []
    assert [each.name for each in leak if not each.is_flat] == ["service_memory"]
    assert [each.name for each in warm if not each.is_flat] == []
    assert {each.name: each.first for each in flat}["connections"] == 20


def test_connections_may_fill_the_pools_and_be_no_more() -> None:
    # Two services with 3 connections to read, 4 to work and 1 to answer if they are ready; a worker with 9 + 9 + 1, and
    # 6 of its queue.
    filled, leaking = (
        growth([replace(usages(500)[0], connections=number) for number in (16, 20, most)], warm_up=0)
        for most in (41, 42)
    )

    assert [each.name for each in filled if not each.is_flat] == []
    assert [each.name for each in leaking if not each.is_flat] == ["connections"]


def test_a_change_that_was_acknowledged_and_is_missing_is_lost(database: Database) -> None:
    report = publish(database, a_row("ledger-1", notes="One."))
    publish(database, a_row("ledger-1", notes="Two."))
    ledger = Ledger()
    entry = ledger.clinics["ledger-1"]

    def lost() -> list[str]:
        with connected(url_of(database)) as server:
            return ledger.lost(server, prefix="ledger-")

    ledger.acknowledge(entry, "One.")
    ledger.acknowledge(entry, "Two.")
    ledger.acknowledge(ledger.imports[report.import_id], "published")
    assert lost() == []
    ledger.tried(entry, "Three.")
    assert lost() == []

    ledger.acknowledge(entry, "Three.")
    assert lost() == ["ledger-1: “Three.” is not in its history", "ledger-1: the list has “Two.”"]
    entry.acknowledged.remove("Three.")
    entry.acknowledged.append("One.")
    assert lost() == ["ledger-1: the list has “Two.”"]
    ledger.acknowledge(ledger.imports[report.import_id], "undone")
    assert lost()[1:] == [f"import {report.import_id}: it is published"]


def test_what_was_only_tried_may_have_happened(database: Database) -> None:
    publish(database, a_row("ledger-1", notes="One."))
    publish(database, a_row("ledger-1", notes="Two."))
    ledger = Ledger()
    ledger.acknowledge(ledger.clinics["ledger-1"], "One.")
    ledger.tried(ledger.clinics["ledger-1"], "Two.")

    with connected(url_of(database)) as server:
        assert ledger.lost(server, prefix="ledger-") == []


def test_each_program_replaces_its_own_section(tmp_path: Path) -> None:
    file = tmp_path / "reliability.md"
    replace_section("Soak", "old \\1", file)
    replace_section("Rows", "rows", file)

    replace_section("Soak", "new \\1\n", file)

    text = file.read_text()
    assert text.startswith("# Reliability\n")
    assert text.endswith("## Soak\n\nnew \\1\n\n## Rows\n\nrows\n")


def test_the_report_names_what_was_missed() -> None:
    waits = Waits(Counter({200: 90}), 0.060, 0.1)
    tried = Tried("8 uploads", "nginx", Seen(waits, waits, None), {500: 2}, 300.0, 20.0)
    bad = RowResult(Counter({500: 1}), [0.1], ["500 for GET /"])

    faults = section_of_faults([tried], 8, 1)
    rows = section_of_rows([(ROWS[0], bad), (ROWS[1], RowResult())], 1)

    assert "**1 of 1 missed something**" in faults
    for missed in ("p99 over 50 ms", "recovery over 3 s", "2 attackers answered with 500", "| never |"):
        assert missed in faults
    assert "1 of 2 had failures" in rows
    assert "500 for GET /" in rows


def test_every_row_but_8_is_tried_and_has_a_test() -> None:
    numbers: set[int] = set()
    for written in [*(row.number for row in ROWS), *ELSEWHERE]:
        for part in written.replace("beside", "").split(","):
            first, _, last = part.strip().partition("-")
            numbers.update(range(int(first), int(last or first) + 1) if first else ())

    assert numbers == set(range(1, 29)) - {8}
    for test in [*(row.test for row in ROWS), *ELSEWHERE.values()]:
        assert (PROJECT_FOLDER / "tests" / test).is_file(), test


def test_a_line_that_is_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / "probes"
    whole = json.dumps(asdict(GOOD[0]))
    file.write_text(f"{whole}\n{whole[:-1]}")

    assert Prober(file).probes() == GOOD[:1]


def test_nobody_who_answers_is_written_down_too(tmp_path: Path) -> None:
    with probing(9, tmp_path / "probes") as prober:  # nobody listens there
        wait_for(lambda: len(prober.probes()) > 1, seconds=10)
        assert {probe.status for probe in prober.probes()} == {"ConnectionRefusedError"}
