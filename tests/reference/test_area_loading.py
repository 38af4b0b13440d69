"""Loading a Census file of ZIP areas: what is taken, what is refused, and that it is all or nothing."""

import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from locator.errors import LocatorError
from locator.geo.places import Places
from locator.geo.point import Point
from locator.geo.reading.where import read_where
from locator.reference import area_geojson as geojson
from locator.reference import area_shapefile as shapefile
from locator.reference.area_files import Advance, UnreadableAreas
from locator.reference.area_loading import Loading, load_areas
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from locator.store.reference import loaded_files
from locator.store.zip_areas import AreasAstray, NoArea, NoZips
from tests.helpers.area_files import CENTERS, NAD83, Ring, a_feature, shapefile_parts, square, write_geojson, write_zip

BOW_TIE: Ring = [(-89.4, 43.0), (-89.3, 43.1), (-89.3, 43.0), (-89.4, 43.1), (-89.4, 43.0)]
PROJECTED = (
    'PROJCS["NAD_1983_HARN_Wisconsin_TM",GEOGCS["GCS_North_American_1983_HARN",'
    'DATUM["D_North_American_1983_HARN",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0]]'
)
WGS84 = 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],UNIT["degree",0.0174532925199433]]'
WKT2_NAD83 = (
    'GEOGCRS["NAD83",DATUM["North American Datum 1983",ELLIPSOID["GRS 1980",6378137,298.257222101]],'
    'CS[ellipsoidal,2],AXIS["longitude",east],ANGLEUNIT["degree",0.0174532925199433]]'
)
WKT2_WGS84 = (
    'GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["World Geodetic System 1984 (G730)"],'
    'ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],ANGLEUNIT["degree",0.0174532925199433]]'
)


class RecordedProgress:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[int, int]] = {}

    @contextmanager
    def stage(self, title: str, *, total: int) -> Iterator[Advance]:
        done = 0

        def advance(parts: int) -> None:
            nonlocal done
            done += parts

        yield advance
        self.stages[title] = (done, total)


@pytest.fixture(autouse=True)
def _no_areas_left(database: Database) -> Iterator[None]:
    yield
    with database.connection() as connection:
        connection.exec_driver_sql("truncate zip_areas")
        connection.exec_driver_sql("delete from reference_files where name = 'zip_areas'")


@pytest.fixture
def load(database: Database) -> Callable[..., Loading]:
    """Return a function that loads a file."""
    return lambda path, zip_name=None: load_areas(
        path, zip_name=zip_name, database=database, progress=RecordedProgress()
    )


def areas_in(database: Database) -> dict[str, float]:
    """Return the area of each outline in square kilometers, by ZIP."""
    with database.connection() as connection:
        rows = connection.exec_driver_sql("select zip, ST_Area(outline) / 1e6 as area from zip_areas")
        return {row.zip: row.area for row in rows}


def refusal(load: Callable[..., Loading], path: Path, zip_name: str | None = None) -> str:
    with pytest.raises(UnreadableAreas) as caught:
        load(path, zip_name)
    assert str(caught.value).endswith(" Nothing was changed.")
    return str(caught.value)


# What is taken


@pytest.mark.parametrize("kind", ["geojson", "shapefile"])
def test_the_areas_of_wisconsin_are_taken_and_the_others_counted(
    database: Database, load: Callable[..., Loading], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "areas"
    if kind == "geojson":
        write_geojson(path, [a_feature(digits) for digits in CENTERS])
    else:
        write_zip(path, shapefile_parts({digits: [square(digits)] for digits in CENTERS}))

    loading = load(path)

    assert loading.loaded
    assert loading.loaded.added == ["53703", "54501", "54601"]
    assert (loading.left_out, loading.without_zip, loading.loaded.repaired) == (1, 0, [])
    # a tenth of a degree each way: 11.1 by 8.1 km in Madison
    assert areas_in(database)["53703"] == pytest.approx(90.4, abs=0.5)
    assert len(loading.loaded.without) == 783 - 3
    assert [(held.rows, len(held.sha256)) for held in loaded_files(database) if held.name == "zip_areas"] == [(3, 64)]


def test_the_same_file_again_changes_nothing(database: Database, load: Callable[..., Loading], tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", [a_feature("53703"), a_feature("54601")])
    load(path)
    with database.connection() as connection:
        before = connection.exec_driver_sql("select zip, xmin::text, ctid::text from zip_areas order by zip").all()

    again, read_anew = load(path), load(path, "ZCTA5CE20")

    with database.connection() as connection:
        after = connection.exec_driver_sql("select zip, xmin::text, ctid::text from zip_areas order by zip").all()
    assert again.since is not None
    assert again.loaded is None
    assert read_anew.loaded
    assert (read_anew.loaded.added, read_anew.loaded.changed, read_anew.loaded.removed) == ([], [], [])
    assert after == before


def test_another_file_changes_only_what_differs(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    load(write_geojson(tmp_path / "old.geojson", [a_feature("53703"), a_feature("54601")]))

    wider = a_feature("53703", square("53703", half=0.06))
    loading = load(write_geojson(tmp_path / "new.geojson", [wider, a_feature("54501")]))

    assert loading.loaded
    assert (loading.loaded.added, loading.loaded.changed, loading.loaded.removed) == (["54501"], ["53703"], ["54601"])
    assert areas_in(database).keys() == {"53703", "54501"}


def test_the_file_is_read_again_after_the_zips_were(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    path = write_geojson(tmp_path / "areas.geojson", [a_feature("53703")])
    load(path)
    with database.connection() as connection:
        connection.exec_driver_sql(
            "update reference_files set loaded_at = loaded_at - interval '1 day' where name = 'zip_areas'"
        )
        connection.exec_driver_sql("update reference_files set loaded_at = now() where name = 'zip_points.csv'")

    assert load(path).loaded is not None


def test_holes_and_islands_are_kept(database: Database, load: Callable[..., Loading], tmp_path: Path) -> None:
    hole = square("53703", half=0.02)[::-1]  # counter-clockwise, as a shapefile writes holes
    island = [(lon + 0.2, lat) for lon, lat in square("53703", half=0.01)]
    load(write_zip(tmp_path / "areas.zip", shapefile_parts({"53703": [square("53703"), hole, island]})))

    with database.connection() as connection:
        statement = "select ST_NumInteriorRings((ST_Dump(outline::geometry)).geom) from zip_areas"
        assert sorted(connection.exec_driver_sql(statement).scalars()) == [0, 1]
    assert areas_in(database)["53703"] == pytest.approx(90.4 * (1 - 0.16 + 0.04), abs=0.5)


def test_an_outline_that_crosses_itself_is_repaired_and_told(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    loading = load(write_geojson(tmp_path / "areas.geojson", [a_feature("53703", BOW_TIE), a_feature("54601")]))

    assert loading.loaded
    assert loading.loaded.repaired == ["53703"]
    assert any("repaired: 53703." in sentence for sentence in loading.loaded.sentences())
    assert areas_in(database)["53703"] == pytest.approx(90.4 / 2, abs=1)


@pytest.mark.parametrize("name", ["ZCTA5CE20", "ZCTA5CE10", "ZCTA5", "GEOID20", "zip", "ZIP_CODE"])
def test_the_zip_is_found_under_the_names_it_goes_by(load: Callable[..., Loading], tmp_path: Path, name: str) -> None:
    loading = load(write_geojson(tmp_path / "areas.geojson", [a_feature("53703", name=name)]))

    assert loading.loaded
    assert loading.loaded.added == ["53703"]


def test_a_zip_under_another_name_is_found_when_it_is_named(load: Callable[..., Loading], tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", [a_feature(53703, name="postleitzahl")])

    assert "They have: STATEFP, postleitzahl. Choose one with --zip-property." in refusal(load, path)
    assert load(path, "PostLeitzahl").loaded is not None


def test_a_byte_order_mark_an_old_crs_and_late_members_are_understood(
    load: Callable[..., Loading], tmp_path: Path
) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4269"}}
    text = json.dumps({"crs": crs, "features": [a_feature("53703")], "type": "FeatureCollection"})
    path = tmp_path / "areas.geojson"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert load(path).loaded is not None


@pytest.mark.parametrize(
    "prj",
    [NAD83, None, WGS84, WKT2_NAD83, WKT2_WGS84],
    ids=["esri-nad83", "no-prj", "wgs84", "wkt2-nad83", "wkt2-wgs84"],
)
def test_degrees_on_nad83_or_wgs84_are_read(load: Callable[..., Loading], tmp_path: Path, prj: str | None) -> None:
    parts = shapefile_parts({"53703": [square("53703")]}, prj=prj)

    assert load(write_zip(tmp_path / "areas.zip", parts)).loaded is not None


def test_progress_is_told_to_the_end(database: Database, tmp_path: Path) -> None:
    progress = RecordedProgress()
    path = write_zip(tmp_path / "areas.zip", shapefile_parts({digits: [square(digits)] for digits in CENTERS}))

    load_areas(path, zip_name=None, database=database, progress=progress)

    assert list(progress.stages) == ["Reading areas.zip", "Unpacking", "Loading the areas of Wisconsin"]
    assert all(done == total for done, total in progress.stages.values())
    assert progress.stages["Loading the areas of Wisconsin"] == (4, 4)


# All or nothing

FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "no outline": (a_feature("54601") | {"geometry": None}, "ZIP 54601 (number 2 of the file) has no outline."),
    "a point": (
        a_feature("54601") | {"geometry": {"type": "Point", "coordinates": [-89.4, 43.0]}},
        "The outline of ZIP 54601 (number 2 of the file) is not a polygon",
    ),
    "an open ring": (a_feature("54601", square("54601")[:-1]), "has a ring that is not closed"),
    "meters": (
        a_feature("54601", [(lon * 1e4, lat * 1e4) for lon, lat in square("54601")]),
        "has coordinates that are not degrees. Degrees on NAD 83 or WGS 84",
    ),
    "infinite": (a_feature("54601", [(1e400, 1.0)] * 4), "is not GeoJSON, or it is damaged"),
    "text for numbers": (
        a_feature("54601") | {"geometry": {"type": "Polygon", "coordinates": [[["west", "south"]] * 4]}},
        "is not written as a polygon",
    ),
    "too flat": (
        a_feature("54601") | {"geometry": {"type": "Polygon", "coordinates": [[[-91.2], [43.8]]]}},
        "is not written as a polygon",
    ),
    "twice": (a_feature("53703"), "ZIP 53703 is in the file twice."),
}


@pytest.mark.parametrize(("feature", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_one_bad_area_in_the_middle_and_nothing_is_taken(
    database: Database, load: Callable[..., Loading], tmp_path: Path, feature: dict[str, object], said: str
) -> None:
    load(write_geojson(tmp_path / "good.geojson", [a_feature("53703")]))
    before = areas_in(database), loaded_files(database)

    features = [a_feature("53703", square("53703", half=0.07)), feature, a_feature("54501")]
    bad = write_geojson(tmp_path / "bad.geojson", features)

    assert said in refusal(load, bad)
    assert (areas_in(database), loaded_files(database)) == before


@pytest.mark.parametrize(
    ("ring", "error", "said"),
    [
        ([(lat, lon) for lon, lat in square("53703")], AreasAstray, "The areas of 53703 are far from"),
        ([(-89.4, 43.1), (-89.3, 43.2), (-89.4, 43.1), (-89.4, 43.1)], NoArea, "The outline of ZIP 53703 encloses no"),
    ],
    ids=["latitude first", "no area"],
)
def test_an_area_that_cannot_be_the_zips_is_refused(
    database: Database, load: Callable[..., Loading], tmp_path: Path, ring: Ring, error: type[LocatorError], said: str
) -> None:
    with pytest.raises(error, match=said):
        load(write_geojson(tmp_path / "areas.geojson", [a_feature("54601"), a_feature("53703", ring)]))

    assert areas_in(database) == {}


# What is refused


def test_a_property_without_zips_is_told_with_those_there_are(load: Callable[..., Loading], tmp_path: Path) -> None:
    path = write_zip(tmp_path / "areas.zip", shapefile_parts({"53703": [square("53703")]}))

    assert "“NAME20” has no ZIPs. The areas have: ZCTA5CE20, NAME20." in refusal(load, path, "name20")
    assert "no property “ZIP”. They have: ZCTA5CE20, NAME20." in refusal(load, path, "ZIP")


def test_a_file_without_wisconsin_is_refused(database: Database, load: Callable[..., Loading], tmp_path: Path) -> None:
    load(write_geojson(tmp_path / "wisconsin.geojson", [a_feature("53703")]))

    chicago = write_geojson(tmp_path / "illinois.geojson", [a_feature("60601")])

    assert "The file has no area of a ZIP of Wisconsin, only 1 others." in refusal(load, chicago)
    assert areas_in(database).keys() == {"53703"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither a zipped shapefile nor GeoJSON"),
        (b"zip,lat,lon\n53703,43,-89\n", "neither a zipped shapefile nor GeoJSON"),
        (b"\x00\x00\x27\x0a" + bytes(200), "only one file of a shapefile. Use the zip file"),
        (b"{", "not GeoJSON, or it is damaged or incomplete"),
        (b'{"type": "FeatureCollection", "features": []}', "has no areas"),
        (b'{"type": "FeatureCollection"}', "has no areas"),
        (b'{"type": "Feature", "properties": {}, "geometry": null}', "is not a FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": [7]}', "is not a feature"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "They have: none."),
        (b'{"type": "FeatureCollection", "features": [{"type": "Fea', "damaged or incomplete"),
        (b'{"type": "FeatureCollection", "features": "\xff"}', "damaged or incomplete"),
        (b'{"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::3071"}}, "features": []}', "EPSG::3071”. Degrees on"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_areas_is_told(
    load: Callable[..., Loading], tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "areas"
    path.write_bytes(content)

    assert said in refusal(load, path)


def test_a_file_that_is_not_there_or_a_folder_is_told(load: Callable[..., Loading], tmp_path: Path) -> None:
    assert "The file does not exist." in refusal(load, tmp_path / "nothing.zip")
    assert "This is a folder." in refusal(load, tmp_path)


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_zip_cut_short_is_told(load: Callable[..., Loading], tmp_path: Path, kept: float) -> None:
    path = write_zip(tmp_path / "areas.zip", shapefile_parts({digits: [square(digits)] for digits in CENTERS}))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

    assert "damaged or incomplete" in refusal(load, path)


def test_a_geojson_cut_short_leaves_the_areas_as_they_were(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    path = write_geojson(tmp_path / "areas.geojson", [a_feature("53703"), a_feature("54601"), a_feature("54501")])
    path.write_bytes(path.read_bytes()[:-60])

    assert "damaged or incomplete" in refusal(load, path)
    assert areas_in(database) == {}


GOOD = shapefile_parts({"53703": [square("53703")], "54601": [square("54601")]})
BROKEN = {
    "projected": (GOOD | {"areas.prj": PROJECTED.encode()}, "in the coordinate system “NAD_1983_HARN_Wisconsin_TM”"),
    "another datum": (GOOD | {"areas.prj": NAD83.replace("1983", "1927").encode()}, "_1927”. Degrees on NAD 83"),
    "another unit": (GOOD | {"areas.prj": NAD83.replace("Degree", "Grad").encode()}, "Degrees on NAD 83"),
    "no .shp": ({"readme.txt": b"hello"}, "has no shapefile (.shp)"),
    "two .shp": (GOOD | {"more.shp": b""}, "has 2 shapefiles"),
    "no .dbf": ({name: part for name, part in GOOD.items() if name != "areas.dbf"}, "lacks the .dbf file"),
    "a .shp of something else": (GOOD | {"areas.shp": b"x" * 500}, "is not a shapefile"),
    "half a .shp": (GOOD | {"areas.shp": GOOD["areas.shp"][:-50]}, "damaged"),
    "half a .dbf": (GOOD | {"areas.dbf": GOOD["areas.dbf"][:-30]}, "damaged"),
    "no .dbf at all": (GOOD | {"areas.dbf": b""}, "damaged"),
    "another .dbf": (GOOD | {"areas.dbf": shapefile_parts({"53703": [square("53703")]})["areas.dbf"]}, "damaged"),
    # a record that says it is -4 words long would be read again and again
    "a record without end": (GOOD | {"areas.shp": GOOD["areas.shp"][:104] + struct.pack(">i", -4)
                                     + GOOD["areas.shp"][108:]}, "damaged"),
    "a ring without end": (GOOD | {"areas.shp": GOOD["areas.shp"][:148] + struct.pack("<i", 2**31 - 1)
                                   + GOOD["areas.shp"][152:]}, "damaged"),
    "of points": (GOOD | {"areas.shp": GOOD["areas.shp"][:32] + struct.pack("<i", 1) + GOOD["areas.shp"][36:]},
                  "has no polygons"),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_shapefile_is_told(
    database: Database, load: Callable[..., Loading], tmp_path: Path, parts: dict[str, bytes], said: str
) -> None:
    assert said in refusal(load, write_zip(tmp_path / "areas.zip", parts))
    assert areas_in(database) == {}


def test_a_zip_made_to_fill_the_disk_is_refused(load: Callable[..., Loading], tmp_path: Path) -> None:
    bomb = write_zip(tmp_path / "bomb.zip", GOOD | {"areas.dbf": bytes(50 * 2**20)})
    many = write_zip(tmp_path / "many.zip", {f"{number}.txt": b"" for number in range(1001)})

    assert "The .dbf file in the zip is larger" in refusal(load, bomb)
    assert "more than 1000 files" in refusal(load, many)


def test_a_zip_that_lies_about_its_sizes_is_refused(load: Callable[..., Loading], tmp_path: Path) -> None:
    path = write_zip(tmp_path / "areas.zip", GOOD)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("areas.shp")
    true, false = (struct.pack("<2L", info.compress_size, size) for size in (info.file_size, 120))
    path.write_bytes(path.read_bytes().replace(true, false))

    assert "damaged" in refusal(load, path)


def test_a_locked_zip_is_told(load: Callable[..., Loading], tmp_path: Path) -> None:
    path = write_zip(tmp_path / "areas.zip", GOOD)
    content = bytearray(path.read_bytes())
    for start in (b"PK\x01\x02", b"PK\x03\x04"):  # the flag of a password, in both places that hold a file's name
        at = -1
        while (at := content.find(start, at + 1)) >= 0:
            content[at + (8 if start == b"PK\x01\x02" else 6)] |= 1
    path.write_bytes(bytes(content))

    assert "has a password" in refusal(load, path)


def test_one_feature_larger_than_any_area_is_refused(
    load: Callable[..., Loading], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "_LARGEST_FEATURE", 100_000)
    monkeypatch.setattr(shapefile, "_LARGEST_RECORD", 100)
    path = write_geojson(tmp_path / "areas.geojson", [a_feature("53703"), a_feature("54601", square("54601") * 5000)])

    assert "One feature of the GeoJSON is larger" in refusal(load, path)
    assert "damaged" in refusal(load, write_zip(tmp_path / "areas.zip", GOOD))


def test_without_zips_there_is_nothing_to_load(
    new_database: Callable[[str | None], str], reference_url: str, tmp_path: Path
) -> None:
    empty = Database(new_database(reference_url))
    with empty.connection() as connection:
        connection.exec_driver_sql("truncate zips cascade")

    with pytest.raises(NoZips, match="locator seed"):
        load_areas(
            write_geojson(tmp_path / "areas.geojson", [a_feature("53703")]),
            zip_name=None,
            database=empty,
            progress=RecordedProgress(),
        )
    empty.close()


# What is then known


def test_a_geocode_is_held_against_the_area_of_its_zip(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    gazetteer = DatabaseGazetteer(database)
    lon, lat = CENTERS["53703"]
    inside, beside, far = (Point(lat=lat + north, lon=lon) for north in (0.04, 0.06, 0.07))
    assert gazetteer.zip_covers("53703", inside, margin_miles=1) is None

    load(write_geojson(tmp_path / "areas.geojson", [a_feature("53703")]))

    # the square ends 0.05 degrees north of the point, a hundredth of a degree is 0.69 miles
    assert [gazetteer.zip_covers("53703", point, margin_miles=1) for point in (inside, beside, far)] == [
        True,
        True,
        False,
    ]
    assert gazetteer.zip_covers("53703", beside, margin_miles=0.5) is False
    assert gazetteer.zip_covers("54601", inside, margin_miles=1) is None


def test_an_origin_knows_the_area_of_its_zip_only_where_there_is_one(
    database: Database, load: Callable[..., Loading], tmp_path: Path
) -> None:
    load(write_geojson(tmp_path / "areas.geojson", [a_feature("53703")]))
    places = Places(DatabaseGazetteer(database))

    origins = {text: places.locate(read_where(text), asked=text) for text in ("53703", "54601", "53792", "Madison")}

    assert {text: origin.zip_area for text, origin in origins.items()} == {
        "53703": "53703",
        "54601": None,
        "53792": None,
        "Madison": None,
    }
    assert origins["53703"].reach_miles == 1.3
