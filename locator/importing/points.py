"""Checks of where a clinic is: its point, its ZIP and its state, against each other, Wisconsin and the lake."""

from typing import NamedTuple

from locator.geo.area import Area, is_in_lake_michigan
from locator.geo.distance import meters_between, miles
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point
from locator.geo.states import HOME_STATE
from locator.importing.findings import new_finding
from locator.records.findings import Finding

# If a ZIP's reach is unknown: 90 % of Wisconsin's ZIPs reach at most 11.7 miles.
_USUAL_REACH_MILES = 10.0
# The outlines that reach is measured on are generalized, and a site may be a little outside its ZIP's area.
_MARGIN_MILES = 10.0
_COLUMN = "lat"


def place_findings(
    pair: tuple[float, float] | None, *, row: int | None, zip_place: ZipPlace | None, state: str | None, area: Area
) -> list[Finding]:
    """Return what is wrong between a clinic's ZIP and its state, and between these and its point.

    `pair` is lat and lon, which may be no point at all; `zip_place` the ZIP, if we know it; `state` two letters. None
    means not to check.
    """
    findings: list[Finding] = []
    if zip_place is not None and state is not None and zip_place.state != state:
        expected = f"A ZIP code of {state}; {zip_place.zip} is {zip_place.city}, {zip_place.state}."
        findings.append(new_finding("zip-not-in-state", row=row, column="zip", found=zip_place.zip, expected=expected))
    if pair is not None:
        findings += point_findings(*pair, row=row, zip_place=zip_place, state=state, area=area)
    return findings


def point_findings(
    lat: float, lon: float, *, row: int | None, zip_place: ZipPlace | None, state: str | None, area: Area
) -> list[Finding]:
    """Return what is wrong with two numbers as a clinic's point: the most useful finding, or an empty list.

    If it is plain what was meant, there is a finding for each of the two cells that has to change, with its proposal.
    `zip_place` and `state` are as for `place_findings`.
    """
    fault = _fault(lat, lon, zip_place, state, area)
    if fault is None:
        return []
    found = f"{lat:.6f}, {lon:.6f}{fault.remark}"
    if fault.meant is None:
        return [new_finding(fault.code, row=row, column=_COLUMN, found=found, expected=fault.expected)]
    expected = f"lat {fault.meant.lat:.6f}, lon {fault.meant.lon:.6f}"
    cells = (("lat", lat, fault.meant.lat), ("lon", lon, fault.meant.lon))
    return [
        new_finding(fault.code, row=row, column=column, found=found, expected=expected, proposal=_degrees(meant))
        for column, given, meant in cells
        if meant != given
    ]


def _degrees(number: float) -> str:
    """Return a coordinate as it was written, without an exponent."""
    text = repr(number)
    return text if "e" not in text else f"{number:.7f}"


class _Fault(NamedTuple):
    """What is wrong: a remark on what was found, what to write instead, or the point that is surely meant."""

    code: str
    remark: str = ""
    expected: str | None = None
    meant: Point | None = None


def _fault(lat: float, lon: float, zip_place: ZipPlace | None, state: str | None, area: Area) -> _Fault | None:
    if lat == 0 or lon == 0:
        return _Fault("point-zero")
    point = _point(lat, lon)
    # Nearly all clinics are in the county of their ZIP.
    is_inside = point is not None and area.is_inside(point, likely_county=zip_place.county if zip_place else None)
    if point is None or not (is_inside or area.is_near(point)):
        return _far_off(lat, lon, area)
    if not is_inside and state in (None, HOME_STATE):
        if is_in_lake_michigan(point):
            return _Fault("point-in-lake-michigan")
        if state == HOME_STATE:
            return _Fault("point-not-in-state")
    if lat == round(lat, 1) and lon == round(lon, 1):
        return _Fault("point-too-coarse")
    return _far_from_zip(point, zip_place) if zip_place else None


def _point(lat: float, lon: float) -> Point | None:
    try:
        return Point(lat=lat, lon=lon)
    except ValueError:
        return None


def _far_off(lat: float, lon: float, area: Area) -> _Fault:
    """Return why the numbers are no point near Wisconsin: a change that puts them there is what was meant."""
    for code, right_lat, right_lon in (
        ("point-sign", abs(lat), -abs(lon)),
        ("point-swapped", lon, lat),
        ("point-swapped", abs(lon), -abs(lat)),
    ):
        point = _point(right_lat, right_lon)
        if point and area.is_near(point):
            return _Fault(code, meant=point)
    return _Fault("point-outside-area")


def _far_from_zip(point: Point, place: ZipPlace) -> _Fault | None:
    away = miles(meters_between(point, place.point))
    reach = (place.reach_miles or _USUAL_REACH_MILES) + _MARGIN_MILES
    if away <= reach:
        return None
    expected = f"A point within {reach:.0f} miles of {place.label}; or the ZIP code of the point."
    return _Fault("point-far-from-zip", f" ({away:.0f} miles from {place.zip})", expected)
