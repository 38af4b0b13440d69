"""In Chromium: no nearer clinic is left out because little is known of it."""

import re

import pytest
from pyproj import Geod

from locator.geo.distance import METERS_PER_MILE
from locator.services import Services
from tests.web.browser import Meet

GEOD = Geod(ellps="WGS84")
CARE = "metastatic_breast_oncology"
ZIPS = ["54501", "54911", "53703", "54701", "54601", "54880", "54246", "53186", "54455", "53511"]


def test_ten_zips_name_every_nearer_clinic_that_may_fit(meet: Meet, sample_services: Services) -> None:
    """Held against pyproj's distances to every clinic; of more than three, the nearest three stand for them."""
    with sample_services.database.transaction() as stores:
        clinics = [clinic for clinic in stores.clinics.listed() if CARE not in clinic.not_offered]
        origins = {zip_: place.point for zip_ in ZIPS if (place := stores.places.zip(zip_))}
    person, with_some = meet(viewport={"width": 390, "height": 844}), 0

    for zip_, origin in origins.items():
        far = {
            each.clinic_id: GEOD.inv(origin.lon, origin.lat, each.location.point.lon, each.location.point.lat)[2]
            for each in clinics
            if each.location
        }
        person.go(f"/find?near={zip_}&specialty={CARE}")
        rows, cards = person.page.locator(".cf-also li"), person.page.locator(".cf-card")
        said = [row.get_attribute("data-clinic") for row in rows.all()]
        first = cards.first.get_attribute("data-clinic")

        bound = far[str(first)] - 2 * METERS_PER_MILE
        nearer = sorted((meters, clinic_id) for clinic_id, meters in far.items() if meters < bound)
        assert said == [clinic_id for _, clinic_id in nearer][:3], zip_
        with_some += bool(said)
        # The note stands before the list, and says how far each is.
        if said:
            assert rows.last.bounding_box()["y"] < cards.first.bounding_box()["y"]  # type: ignore[index]
            assert all(re.search(r"[0-9] miles|In [0-9]{5}", row.inner_text()) for row in rows.all()), zip_

    assert len(origins) == len(ZIPS)
    assert with_some >= 3


@pytest.mark.parametrize("by", ["mouse", "keyboard", "no script"])
def test_a_nearer_clinic_can_be_called_before_the_list(meet: Meet, by: str) -> None:
    person = meet(by=by)
    person.go()
    person.ask("54501", care=CARE)

    row = person.page.locator(".cf-also li").first
    assert re.match(r"A\s*Aspirus Cancer Care", row.inner_text())
    assert str(row.locator("a[href^='tel:']").get_attribute("href")).startswith("tel:+1715")
    person.press(row.locator("a").first)
    person.page.wait_for_url("**/clinics/*")
