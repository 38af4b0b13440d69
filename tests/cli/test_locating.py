"""`locator import` of clinics without a point, with a geocoder that answers, or does not."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from locator.cli.importing.locating import locate_here
from locator.store.database import Database
from tests.conftest import settings_for
from tests.helpers.clinic_files import listed_ids
from tests.helpers.commands import Locator
from tests.helpers.fake_provider import Behavior, Exchange, FakeProvider, answers, fails
from tests.helpers.provider_replies import nominatim
from tests.helpers.unlocated_clinics import a_house

Write = Callable[..., Path]

HOUSES = [a_house(number) for number in (101, 103, 105)]
FOUND = answers(nominatim(lat="43.0747", lon="-89.3838"))
CONTINUES = (
    "What was found is kept. A running worker continues on its own; `locator up` has one. Without one:"
    " locator imports resume 1"
)


def geocoder_settings(provider: FakeProvider) -> dict[str, str]:
    """Return settings that name this provider, without a limit that slows the test down."""
    return {"LOCATOR_GEOCODERS": f"nominatim:{provider.url}", "LOCATOR_GEOCODING_PER_SECOND": "100"}


def test_addresses_are_looked_up_here_and_now(locator: Locator, listed: Database, write: Write) -> None:
    with FakeProvider(FOUND) as provider:
        said = locator.run("import", write(*HOUSES), "--publish", environment=geocoder_settings(provider))

    assert said.code == 0
    assert said.err.splitlines()[:2] == ["Checking clinics.csv ...", "Looking up addresses ..."]
    assert said.lines[1] == "3 rows: 3 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired"
    assert "info row 2 lat: “123, Lantern Street" in said.out
    assert provider.hits == 3
    assert "lantern-103" in listed_ids(listed)


def test_a_terminal_shows_a_progress_bar(locator: Locator, write: Write) -> None:
    with FakeProvider(FOUND) as provider:
        screen = locator.in_terminal("import", write(*HOUSES), environment=geocoder_settings(provider))

    assert screen.code == 0
    assert "Looking up addresses ━" in screen.text


def test_an_outage_pauses_and_resume_goes_on(locator: Locator, listed: Database, write: Write) -> None:
    with FakeProvider(fails(500)) as provider:
        paused = locator.run_process("import", write(*HOUSES), "--publish", environment=geocoder_settings(provider))
        still = locator.run("imports", "resume", "1", environment=geocoder_settings(provider))
        shown = locator.run("imports")
        provider.behave(FOUND)
        resumed = locator.run("imports", "resume", "1", environment=geocoder_settings(provider))

    assert paused.code == still.code == 3
    for said in (paused, still):
        assert said.lines[-2:] == [
            "Paused: No geocoder is answering right now. The waiting rows will be looked up as soon as one does.",
            CONTINUES,
        ]
    assert (
        "3 rows: 0 added, 0 changed, 0 unchanged, 0 held, 0 refused, 3 waiting for their points; 0 retired"
        in paused.out
    )
    assert " paused " in shown.lines[1]
    assert "lantern-101" not in listed_ids(listed)
    assert (resumed.code, resumed.lines[-1]) == (0, "To publish: locator imports publish 1")


def test_without_a_geocoder_the_rows_are_held(locator: Locator, write: Write) -> None:
    said = locator.run("import", write(*HOUSES))

    assert said.code == 4
    assert "0 added, 0 changed, 0 unchanged, 3 held, 0 refused; 0 retired" in said.out
    # One sentence for all rows, and whom to ask.
    assert (
        "error file: “rows 2 to 4”: 3 rows have no point. lat and lon of the clinic's entrance in each; or a geocoder:"
        " ask whoever runs this locator to set LOCATOR_GEOCODERS. (no-geocoder)" in said.lines
    )


def test_a_dry_run_asks_nobody(locator: Locator, write: Write) -> None:
    with FakeProvider(FOUND) as provider:
        said = locator.run("import", write(*HOUSES), "--dry-run", environment=geocoder_settings(provider))

    assert said.code == 0
    assert "3 waiting for their points" in said.out
    assert provider.hits == 0


def test_resume_without_a_geocoder_says_what_is_missing(locator: Locator, write: Write) -> None:
    with FakeProvider(fails(500)) as provider:
        locator.run("import", write(*HOUSES), environment=geocoder_settings(provider))

    said = locator.run("imports", "resume", "1")

    assert (said.code, said.out) == (1, "")
    assert "LOCATOR_GEOCODERS" in said.err


def silent_from(number: int, asked: threading.Event) -> Behavior:
    """Answer until the house of this number, and at that one say nothing."""

    def behave(exchange: Exchange) -> None:
        if str(number) in exchange.path:
            asked.set()
            exchange.wait(60)
        else:
            FOUND(exchange)

    return behave


def test_ctrl_c_while_looking_up_keeps_what_was_found(locator: Locator, write: Write) -> None:
    asked = threading.Event()
    with FakeProvider(silent_from(105, asked)) as provider:
        process = locator.start("import", write(*HOUSES), environment=geocoder_settings(provider))
        assert asked.wait(60)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        provider.behave(FOUND)
        resumed = locator.run("imports", "resume", "1", environment=geocoder_settings(provider))

    assert process.returncode == 130
    assert err.splitlines()[-1] == CONTINUES
    assert "Traceback" not in err
    assert resumed.lines[0] == "3 rows: 3 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired"
    houses = [question["q"].split()[0] for question in provider.questions]
    assert houses == ["101", "103", "105", "105"]  # nobody is asked twice about what was found


def test_where_a_worker_is_at_it_the_command_waits_for_what_comes_of_it(
    locator: Locator, listed: Database, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeProvider(fails(500)) as provider, ExitStack() as working:
        locator.run("import", write(*HOUSES), environment=geocoder_settings(provider))
        provider.behave(FOUND)
        working.enter_context(listed.locating(1))  # as a worker does
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            working.close()

        monkeypatch.setattr("locator.cli.importing.locating.time.sleep", wait)
        settings = settings_for(locator.url, geocoders=(f"nominatim:{provider.url}",), geocoding_per_second=100)
        report = locate_here(1, settings=settings, database=listed)

    assert waits == [1.0]
    assert (report.status, report.counts.added) == ("checked", 3)
