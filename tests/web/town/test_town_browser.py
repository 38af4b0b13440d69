"""The box of a town's page in Chromium: whoever comes from a search engine asks from their own place."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.browser import Meet


@pytest.mark.parametrize("by", ["keyboard", "no script"])
def test_from_a_towns_page_to_the_answer_near_ones_own_place(meet: Meet, by: str) -> None:
    person = meet(by=by, viewport={"width": 390, "height": 844})
    person.go("/near/rhinelander/clinical-trials?lang=en")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(
        "Cancer clinics near Rhinelander: Studies of new treatments"
    )

    field = person.page.get_by_label("ZIP code or city")
    field.fill("54501")
    field.press("Enter")

    expect(person.page).to_have_url(re.compile(r"/find\?near=54501&specialty=clinical_trials"))
    expect(person.heading).to_be_visible()
    assert person.told == person.refused() == []
