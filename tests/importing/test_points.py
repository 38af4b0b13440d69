"""A clinic's point beside Wisconsin, the lake, its state and its ZIP."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point
from locator.importing.checks import RowChecker
from locator.importing.points import point_findings
from tests.importing.lines import a_line, codes, just, the_finding

ZipOf = Callable[[str], ZipPlace | None]


def code_of(point: Point, area: Area, *, state: str | None = "WI", zip_place: ZipPlace | None = None) -> str | None:
    """Return the code of what is wrong with a point; None where nothing is."""
    found = point_findings(point.lat, point.lon, row=None, zip_place=zip_place, state=state, area=area)
    assert len({finding.code for finding in found}) <= 1
    return found[0].code if found else None


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("-89.4012", "43.0731", "point-swapped"),
        ("89.4012", "43.0731", "point-swapped"),
        ("43.0731", "89.4012", "point-sign"),
        ("-43.0731", "-89.4012", "point-sign"),
        ("0", "0", "point-zero"),
        ("43.0731", "0.0", "point-zero"),
        ("0", "-89.4012", "point-zero"),
        ("48.8566", "2.3522", "point-outside-area"),
        ("38.9072", "-77.0369", "point-outside-area"),
        ("91", "-200", "point-outside-area"),
        ("4307310", "-8940120", "point-outside-area"),
        ("43.0389", "-87.6", "point-in-lake-michigan"),
        ("44.75", "-87.80", "point-in-lake-michigan"),
        ("42.2711", "-89.0940", "point-not-in-state"),  # Rockford
        ("46.5436", "-87.3954", "point-not-in-state"),  # Marquette, Michigan
        ("41.8781", "-87.6298", "point-not-in-state"),  # Chicago, on the shore
        ("43.0389", "-87.9065", "point-far-from-zip"),  # Milwaukee
    ],
)
def test_a_misplaced_point_of_a_clinic_in_madison_is_told_by_its_own_code(
    checker: RowChecker, lat: str, lon: str, code: str
) -> None:
    checked = checker.check(a_line(lat=lat, lon=lon))

    assert set(codes(checked)) == {code}
    assert checked.findings[0].column in ("lat", "lon")
    assert checked.record is None


@pytest.mark.parametrize(
    ("lat", "lon", "proposed"),
    [
        ("-89.4012", "43.0731", {"lat": "43.0731", "lon": "-89.4012"}),
        ("89.4012", "43.0731", {"lat": "43.0731", "lon": "-89.4012"}),
        ("43.0731", "89.4012", {"lon": "-89.4012"}),
        ("-43.0731", "-89.4012", {"lat": "43.0731"}),
    ],
)
def test_the_right_way_round_is_proposed_for_each_cell_that_changes(
    checker: RowChecker, lat: str, lon: str, proposed: dict[str, str]
) -> None:
    findings = checker.check(a_line(lat=lat, lon=lon)).findings

    assert {finding.column: finding.proposal for finding in findings} == proposed
    assert {finding.expected for finding in findings} == {"lat 43.073100, lon -89.401200"}


def test_a_point_far_from_its_zip_tells_both_distances(checker: RowChecker) -> None:
    finding = the_finding(checker.check(a_line(lat="43.0389", lon="-87.9065")), "point-far-from-zip")

    assert finding.found == "43.038900, -87.906500 (74 miles from 53703)"
    assert finding.expected.startswith("A point within 11 miles of 53703, Madison, Dane County, WI")


def test_a_zip_without_a_known_reach_reaches_ten_miles_and_ten_more(area: Area, zip_of: ZipOf) -> None:
    box = zip_of("53701")  # post-office boxes in Madison
    assert box is not None
    assert box.reach_miles is None
    east = box.point.lon

    near = code_of(Point(lat=box.point.lat, lon=east + 0.38), area, zip_place=box)  # 19.2 miles
    far = code_of(Point(lat=box.point.lat, lon=east + 0.41), area, zip_place=box)  # 20.7 miles

    assert (near, far) == (None, "point-far-from-zip")


@pytest.mark.parametrize(
    ("lat", "lon", "state"),
    [
        (43.0731, -89.4012, "WI"),
        (43.0731, -89.4012, None),
        (45.3800, -86.9100, "WI"),  # Washington Island
        (44.8342, -87.3770, "WI"),  # Sturgeon Bay
        (43.0389, -87.8850, "WI"),  # on Milwaukee's shore
        (46.7867, -92.1005, "MN"),  # Duluth
        (46.7867, -92.1005, None),
        (41.8781, -87.6298, "IL"),
        (41.8781, -87.6298, None),
        (45.7452, -87.0646, None),  # Escanaba
        (45.1078, -87.6143, "MI"),
    ],
)
def test_a_point_on_land_near_wisconsin_is_taken(area: Area, lat: float, lon: float, state: str | None) -> None:
    assert code_of(Point(lat=lat, lon=lon), area, state=state) is None


@pytest.mark.parametrize(("lat", "lon"), [(43.0389, -87.7), (42.6, -87.5), (44.2, -87.3), (44.9, -87.6), (45.2, -87.0)])
@pytest.mark.parametrize("state", ["WI", None])
def test_a_point_in_the_lake_is_told_with_and_without_a_state(
    area: Area, lat: float, lon: float, state: str | None
) -> None:
    assert code_of(Point(lat=lat, lon=lon), area, state=state) == "point-in-lake-michigan"


@pytest.mark.parametrize("city_zip", ["53202", "54301", "54235", "53140", "54220", "54914"])
def test_the_points_of_towns_on_the_shore_are_not_in_the_lake(area: Area, zip_of: ZipOf, city_zip: str) -> None:
    place = zip_of(city_zip)
    assert place is not None

    assert code_of(place.point, area, zip_place=place) is None


def test_a_point_is_taken_with_its_digits(checker: RowChecker) -> None:
    checked = checker.check(a_line(lat="+43.07310001", lon="−89.4012"))

    assert checked.record is not None
    assert checked.record.values["point"] == Point(lat=43.07310001, lon=-89.4012)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"lat": "43.07"}, "lon"),
        ({"lon": "-89.4"}, "lat"),
        ({"lat": "43.07", "lon": "(clear)"}, "lon"),
        ({"lat": "(clear)", "lon": "-89.4"}, "lat"),
        ({"lat": "(clear)"}, "lon"),
        ({"lat": "", "lon": "(clear)"}, "lat"),
    ],
)
def test_half_a_point_is_refused_at_the_half_that_is_missing(
    checker: RowChecker, cells: dict[str, str], column: str
) -> None:
    checked = checker.check(a_line(**cells))

    assert [(finding.code, finding.column) for finding in checked.findings] == [("half-a-point", column)]


def test_one_unreadable_half_is_not_told_twice(checker: RowChecker) -> None:
    assert codes(checker.check(a_line(lat="north", lon="-89.4"))) == ["unreadable-number"]
    assert codes(checker.check(a_line(lat="43.07", lon="#N/A"))) == ["spreadsheet-error"]


def test_clearing_both_locates_the_address_again_and_clearing_neither_keeps_the_point(checker: RowChecker) -> None:
    cleared = checker.check(just(clinic_id="lakeside", lat="(clear)", lon="(clear)"))
    left = checker.check(just(clinic_id="lakeside", lat="", lon=""))

    assert cleared.record is not None
    assert left.record is not None
    assert cleared.record.values == {"point": None}
    assert left.record.values == {}


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["WI", "MN", None]), st.sampled_from(["53703", "54235"])
)
def test_any_point_has_at_most_one_finding_and_none_only_near_wisconsin(
    area: Area, zip_of: ZipOf, lat: float, lon: float, state: str | None, digits: str
) -> None:
    point = Point(lat=lat, lon=lon)

    code = code_of(point, area, state=state, zip_place=zip_of(digits))

    assert code is not None or area.is_near(point)
