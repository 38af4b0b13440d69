"""Copying a clinic's link and printing the list; what is passed on names clinics alone."""

import re

from playwright.sync_api import Locator, expect

from tests.web.browser import Meet, Person

# Printing stops a page until somebody chose a printer; here it notes which clinics would be on paper.
_PRINT = (
    "window.print = () => {"
    " dispatchEvent(new Event('beforeprint'));"
    " window.asksOnPaper = [...document.querySelectorAll('.cf-ask')].map((each) => each.open);"
    " window.onPaper = [...document.querySelectorAll('.cf-card')].filter((card) => card.checkVisibility())"
    ".map((card) => card.dataset.clinic);"
    " dispatchEvent(new Event('afterprint')); };"
)
_ON_PAPER = "window.onPaper"


CLINIC = "/clinics/uw-carbone-university-hospital"


def opened(person: Person) -> Locator:
    """Return the button that copies the link of a clinic's page."""
    person.go(f"{CLINIC}?near=53703")
    return person.page.locator("[data-cf-copy]")


def test_a_link_to_a_clinic_is_copied_and_names_the_clinic_alone(meet: Meet) -> None:
    person = meet(permissions=["clipboard-read", "clipboard-write"])
    button = opened(person)
    person.page.clock.install()
    person.press(button)

    expect(button).to_have_text("Copied")
    copied = person.page.evaluate("navigator.clipboard.readText()")
    assert copied == person.base + CLINIC
    person.page.clock.run_for(4_000)
    expect(button).to_have_text("Copy link")


def test_a_link_that_may_not_be_copied_is_shown_to_be_taken(meet: Meet) -> None:
    person = meet()
    person.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException('no'));")
    person.press(opened(person))

    link = person.page.get_by_role("textbox", name="Copy link")
    expect(link).to_have_value(person.base + CLINIC)
    assert person.page.evaluate("getSelection().toString()") == link.input_value()
    assert person.told == []


def test_the_list_is_printed_as_a_whole(meet: Meet) -> None:
    person = meet()
    person.page.add_init_script(_PRINT)
    person.go("/find?near=53703")
    person.press(person.page.get_by_role("button", name="Print this list"))

    assert len(person.page.evaluate(_ON_PAPER)) == 10
    # What to ask is read on paper, and closed again on the screen.
    assert person.page.evaluate("window.asksOnPaper") == [True]
    expect(person.page.locator(".cf-ask")).not_to_have_attribute("open", "")
    person.page.emulate_media(media="print")
    expect(person.page.get_by_text("Print this list")).to_be_hidden()


def test_four_clinics_are_on_a_page_and_it_says_when_it_was_printed(meet: Meet) -> None:
    person = meet(color_scheme="dark")
    person.go("/find?near=53703")
    cards = person.page.locator(".cf-card")
    assert cards.count() == 10

    sheets = len(re.findall(rb"/Type\s*/Page\b", person.page.pdf(format="Letter")))
    person.page.emulate_media(media="print")

    assert sheets <= 3
    told = person.page.locator(".cf-answer-head .cf-for-paper").inner_text()
    assert re.fullmatch(r"Near 53703, Madison · Any cancer care · Printed [A-Z][a-z]+ \d{1,2}, \d{4}", told)
    assert cards.first.get_by_text("Date I called, and what they said:").is_visible()


def test_a_clinic_is_printed_on_one_sheet_without_the_place_of_the_search(meet: Meet) -> None:
    person = meet()
    person.go(f"{CLINIC}?near=54501&specialty=palliative_care")

    sheets = len(re.findall(rb"/Type\s*/Page\b", person.page.pdf(format="Letter")))
    person.page.emulate_media(media="print")

    assert sheets == 1
    shown = person.page.locator("body").inner_text()
    assert "54501" not in shown
    assert "Rhinelander" not in shown


def test_with_script_off_nobody_is_offered_to_print(meet: Meet) -> None:
    person = meet(by="no script")
    person.go("/find?near=53703")

    expect(person.page.get_by_text("Print this list")).to_be_hidden()
