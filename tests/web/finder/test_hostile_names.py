"""Clinics called what nobody should be called: no script of theirs runs, and the card is read all the same."""

from dataclasses import replace

from flask.testing import FlaskClient
from playwright.sync_api import Dialog, expect

from locator.clinic.clinic import Address, ClinicPoint
from locator.geo.point import Precision
from locator.store.database import Database
from tests.helpers.clinics import MADISON, a_clinic, open_clinics
from tests.web.browser import Meet
from tests.web.conftest import Serve

IMAGE = a_clinic(
    "image",
    name="<img src=x onerror=alert(1)>",
    organization="</script><script>alert(2)</script>",
    address=Address(street="1 \"onmouseover='alert(3)'", city="<b>Madison", state="WI", zip="53703"),
    notes="<svg onload=alert(4)>",
    specialties=("clinical_trials",),
)
HOSTILE = [
    IMAGE,
    replace(IMAGE, clinic_id="template", name="{{ 7 * 7 }} ${alert(5)} %s {name}"),
    a_clinic("long", name="Cancer" * 50),
    a_clinic("bare", location=ClinicPoint(MADISON, Precision.CITY)),
]


def test_no_script_of_theirs_runs_and_the_policy_has_nothing_to_refuse(
    own_site: FlaskClient, clinics_of_pages: Database, serve: Serve, meet: Meet
) -> None:
    open_clinics(clinics_of_pages, *HOSTILE)
    person = meet(base=serve(own_site))
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    person.page.on("dialog", answer)

    person.go()
    person.ask("53703")
    expect(person.page.locator(".cf-card")).to_have_count(4)
    for clinic in HOSTILE:
        link = person.page.get_by_role("link", name=clinic.name, exact=True)
        expect(link).to_be_visible()
        link.hover()
    person.page.reload()
    expect(person.page.locator(".cf-card")).to_have_count(4)
    assert person.refused() == []
    for clinic in HOSTILE:
        person.go(f"/clinics/{clinic.clinic_id}")
        expect(person.page.get_by_role("heading", level=1)).to_have_text(clinic.name)
        assert person.refused() == []

    assert asked == person.told == []
    assert person.page.locator("main img, .cf-card script, .cf-card svg:not(.cf-icon)").count() == 0
