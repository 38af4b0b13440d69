"""`locator worker`, as a person starts and stops it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from locator.cli import main
from locator.config.settings import PROJECT_FOLDER
from locator.importing.worker import NO_GEOCODER
from locator.store.database import Database
from tests.helpers.fake_provider import FakeProvider, answers, fails
from tests.helpers.provider_replies import nominatim
from tests.helpers.service import wait_for
from tests.helpers.unlocated_clinics import a_house, actions_of, bring_in, is_located

FOUND = answers(nominatim())


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a geocoder of one's own that knows every address."""
    with FakeProvider(FOUND) as server:
        yield server


def settings_of(database: Database, provider: FakeProvider | None) -> dict[str, str]:
    """Return the variables of a worker on this database, with this geocoder."""
    geocoders = f"nominatim:{provider.url}" if provider else ""
    return {"LOCATOR_DATABASE_URL": url_of(database), "LOCATOR_GEOCODERS": geocoders}


def url_of(database: Database) -> str:
    with database.connection() as connection:
        return connection.engine.url.render_as_string(hide_password=False)


def run_once(database: Database, provider: FakeProvider | None) -> Result:
    return CliRunner().invoke(main, ["worker", "--once"], env=settings_of(database, provider))


def test_once_locates_what_waits_and_ends(database: Database, provider: FakeProvider) -> None:
    import_id = bring_in(database, a_house(1), a_house(2, street=""))

    result = run_once(database, provider)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Import {import_id}: all rows are settled, 1 of them now.\n"
    assert actions_of(database, import_id) == ["added", "held"]
    assert run_once(database, provider).stdout == "No import is waiting to be located.\n"


def test_once_ends_with_1_where_no_geocoder_answers(database: Database, provider: FakeProvider) -> None:
    provider.behave(fails(503))
    import_id = bring_in(database, a_house(1))

    result = run_once(database, provider)

    assert result.exit_code == 1
    assert result.stdout == f"Import {import_id}: 0 rows are settled; no geocoder answers for the others.\n"


def test_once_leaves_an_import_to_the_worker_that_has_it(database: Database, provider: FakeProvider) -> None:
    import_id = bring_in(database, a_house(1))

    with database.locating(import_id):
        result = run_once(database, provider)

    assert (result.exit_code, result.stdout) == (1, f"Import {import_id}: another worker is locating it.\n")


def test_without_a_geocoder_it_says_so(database: Database) -> None:
    bring_in(database, a_house(1))

    result = run_once(database, None)

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{NO_GEOCODER}\n")


def test_help_teaches_with_an_example() -> None:
    result = CliRunner().invoke(main, ["worker", "--help"])

    assert result.exit_code == 0
    assert "Example\n" in result.stdout
    assert "--end-with" not in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_calmly(database: Database, provider: FakeProvider, tmp_path: Path, number: int) -> None:
    import_id = bring_in(database, a_house(1))
    with (tmp_path / "stdout").open("wb") as out, (tmp_path / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "locator", "worker"],
            cwd=PROJECT_FOLDER,
            env={**os.environ, **settings_of(database, provider), "LOCATOR_RUN_AS": "root"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
    try:
        wait_for(lambda: is_located(database, import_id), seconds=30)
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()

    assert (tmp_path / "stderr").read_text() == "Locating until Ctrl-C\n"
    assert "lantern" not in (tmp_path / "stdout").read_text().lower()
