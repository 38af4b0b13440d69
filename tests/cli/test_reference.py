"""`locator reference`, as an operator uses it."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from locator.cli import main
from tests.helpers.area_files import CENTERS, a_feature, shapefile_parts, square, write_geojson, write_zip


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOCATOR_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(new_database: Callable[[str | None], str], reference_url: str) -> Callable[..., Result]:
    """Return a function that runs a command on a database with the reference data."""
    url = new_database(reference_url).replace("postgresql+psycopg://", "postgresql://")
    return lambda *words: CliRunner().invoke(main, ["reference", *map(str, words)], env={"LOCATOR_DATABASE_URL": url})


def test_a_file_is_loaded_and_then_listed(run: Callable[..., Result], tmp_path: Path) -> None:
    path = write_zip(tmp_path / "zcta.zip", shapefile_parts({digits: [square(digits)] for digits in CENTERS}))

    loaded, again, status = run("load-zcta", path), run("load-zcta", path), run("status")

    assert loaded.exit_code == 0
    stages = [line for line in loaded.stderr.splitlines() if line.endswith(" ...")]
    assert stages == ["Reading zcta.zip ...", "Unpacking ...", "Loading the areas of Wisconsin ..."]
    assert loaded.stdout.splitlines() == [
        "3 ZIP areas are loaded: 3 new, 0 changed, 0 removed.",
        "780 ZIPs of Wisconsin should have an area, but have none: 53001, 53002, 53003, 53004, 53005 and 775 more.",
        "A running service uses them within five minutes.",
        "Skipped, because they are not ZIPs of Wisconsin: 1.",
    ]
    assert "zcta.zip has been loaded since " in again.output
    assert "Nothing was changed." in again.output
    row = next(line.split() for line in status.output.splitlines() if line.startswith("zip_areas"))
    assert (row[1], row[-1]) == ("3", hashlib.sha256(path.read_bytes()).hexdigest())
    assert {"zip_points.csv", "places.csv", "specialties.csv"} <= {
        line.split()[0] for line in status.output.splitlines()
    }


def test_what_is_refused_ends_with_a_sentence(run: Callable[..., Result], tmp_path: Path) -> None:
    chicago = write_geojson(tmp_path / "chicago.geojson", [a_feature("60601")])

    nothing, illinois = run("load-zcta", tmp_path / "none.zip"), run("load-zcta", chicago)
    property_ = run("load-zcta", chicago, "--zip-property", "plz")

    assert (nothing.exit_code, nothing.output.splitlines()[-1]) == (1, "The file does not exist. Nothing was changed.")
    assert illinois.exit_code == property_.exit_code == 1
    assert "The file has no area of a ZIP of Wisconsin, only 1 others." in illinois.output
    assert "no property “plz”. They have: STATEFP, ZCTA5CE20." in property_.output
    assert "Traceback" not in nothing.output + illinois.output + property_.output


def test_help_shows_an_example() -> None:
    for words in (["reference"], ["reference", "load-zcta"], ["reference", "status"]):
        result = CliRunner().invoke(main, [*words, "--help"])

        assert result.exit_code == 0
        assert "reference" in result.output
