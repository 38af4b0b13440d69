"""Loading the reference data: by content, only what differs, all or nothing."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from locator.reference.seed_files import load_reference
from locator.store.database import Database
from tests.conftest import SEED

FILES = (
    "specialties.csv", "zip_points.csv", "places.csv", "counties.geojson", "state.geojson", "townships.csv",
    "local_names.csv",
)  # fmt: skip


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """Return a copy of the reference files to change."""
    for name in FILES:
        shutil.copy(SEED / name, tmp_path)
    return tmp_path


@pytest.fixture
def fresh(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[Database]:
    """Return a database with the reference data, to change."""
    database = Database(new_database(reference_url))
    yield database
    database.close()


def load(database: Database, folder: Path) -> list[str]:
    """Load the files, and give what was said."""
    said: list[str] = []
    load_reference(database, folder, said.append)
    return said


def ask(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.connection() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


def test_every_row_of_the_files_is_loaded(fresh: Database) -> None:
    counts = ask(
        fresh,
        "select (select count(*) from zips), (select count(*) from towns where state = 'WI'),"
        " (select count(*) from counties), (select count(*) from states), (select count(*) from specialties),"
        " (select count(*) from townships), (select count(*) from local_names where source <> '')",
    )

    assert counts == [(41_925, 949, 72, 1, 16, 1_248, 205)]


def test_loading_again_does_nothing(fresh: Database) -> None:
    before = ask(fresh, "select name, sha256, loaded_at, xmin::text from reference_files order by name")

    assert load(fresh, SEED) == []
    assert ask(fresh, "select name, sha256, loaded_at, xmin::text from reference_files order by name") == before


def test_what_is_loaded_is_said(fresh: Database, seed: Path) -> None:
    with fresh.connection() as connection:
        connection.exec_driver_sql("delete from reference_files")

    said = load(fresh, seed)

    assert said == [
        "16 specialties", "41,925 zips", "29,946 towns", "72 counties", "1 states", "1,248 townships",
        "205 local names",
    ]  # fmt: skip


def test_only_rows_that_differ_are_written(fresh: Database, seed: Path) -> None:
    rows = "select zip, xmin::text, city, reach_miles from zips order by zip"
    before = ask(fresh, rows)
    change(seed / "zip_points.csv", "53703,43.079607,-89.378423,Madison", "53703,43.079607,-89.378423,Mad City")

    load(fresh, seed)

    changed = set(ask(fresh, rows)) - set(before)
    assert [(row[0], row[2]) for row in changed] == [("53703", "Mad City")]


def test_a_row_that_is_gone_is_gone_and_a_new_one_is_there(fresh: Database, seed: Path) -> None:
    change(seed / "zip_points.csv", "\n53703,", "\n53700,")

    load(fresh, seed)

    assert ask(fresh, "select zip from zips where zip in ('53700', '53703')") == [("53700",)]


def test_a_file_with_a_bad_row_changes_nothing(fresh: Database, seed: Path) -> None:
    before = ask(fresh, "select sha256 from reference_files order by name")
    lines = (seed / "zip_points.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[100:200]
    lines.append("5370X,43,-89,Nowhere,WI,Dane,zcta,test,1\n")
    (seed / "zip_points.csv").write_text("".join(lines), encoding="utf-8")

    with pytest.raises(Exception, match="zips_zip_check"):
        load(fresh, seed)

    assert ask(fresh, "select count(*) from zips") == [(41_925,)]
    assert ask(fresh, "select sha256 from reference_files order by name") == before


def test_new_specialties_raise_the_version_and_the_same_ones_do_not(fresh: Database, seed: Path) -> None:
    version = "select version from dataset"
    before = ask(fresh, version)
    change(seed / "specialties.csv", ",Studies of new treatments,", ",Studies of newer treatments,")

    load(fresh, seed)
    raised = ask(fresh, version)
    load(fresh, seed)

    assert ask(fresh, version) == raised != before
    assert ask(fresh, "select plain_name from specialties where code = 'clinical_trials'") == [
        ("Studies of newer treatments",)
    ]


def test_specialties_may_change_their_order(fresh: Database, seed: Path) -> None:
    with (seed / "specialties.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    with (seed / "specialties.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *reversed(rows)])

    load(fresh, seed)

    with fresh.transaction() as stores:
        assert [specialty.code for specialty in stores.specialties.all()] == [row[0] for row in reversed(rows)]


def test_points_keep_north_and_east_apart(fresh: Database) -> None:
    with fresh.transaction() as stores:
        place = stores.places.zip("53703")
        madison = stores.places.towns("Madison")[0]

    assert place is not None
    assert (place.point.lat, place.point.lon) == pytest.approx((43.0778, -89.3838), abs=0.01)
    assert (madison.point.lat, madison.point.lon) == (43.07305, -89.40123)


def test_a_town_elsewhere_lies_in_the_middle_of_its_zips(fresh: Database) -> None:
    with fresh.transaction() as stores:
        chicago = next(town for town in stores.places.towns("Chicago") if town.state == "IL")

    assert (chicago.kind, chicago.population) == ("postal name", None)
    assert chicago.zip_count > 50
    assert (chicago.point.lat, chicago.point.lon) == pytest.approx((41.87, -87.66), abs=0.05)


def is_one_slip(typed: str, meant: str) -> bool:
    differing = [at for at in range(5) if typed[at] != meant[at]]
    if len(differing) == 1:
        return True
    first, *others = differing
    return others == [first + 1] and typed[first : first + 2] == meant[first : first + 2][::-1]


@pytest.mark.parametrize(
    "typed", ["53739", "57303", "35703", "53730", "54502", "64703", "43703", "99999", "55799", "00000"]
)
def test_the_zips_offered_are_one_slip_away_and_those_of_wisconsin_come_first(database: Database, typed: str) -> None:
    with database.transaction() as stores:
        assert stores.places.zip(typed) is None
        offered = stores.places.zips_beside(typed, count=3)

    assert all(is_one_slip(typed, place.zip) for place in offered)
    abroad = [place.state != "WI" for place in offered]
    assert abroad == sorted(abroad)
    assert bool(offered) is (typed not in ("99999", "00000"))


def test_the_zips_beside_a_number_share_its_first_three_digits(fresh: Database) -> None:
    with fresh.transaction() as stores:
        assert [place.zip for place in stores.places.zips_beside("53799", count=3)] == ["53794", "53793", "53792"]
        assert stores.places.zips_beside("99999", count=3) == []


@pytest.mark.parametrize("digits", ["00000", "10001", "46000", "53000", "99999"])
def test_the_zips_beside_a_number_are_in_wisconsin_or_next_to_it(fresh: Database, digits: str) -> None:
    with fresh.transaction() as stores:
        states = {place.state for place in stores.places.zips_beside(digits, count=3)}

    assert states <= {"WI", "IL", "IA", "MI", "MN"}
