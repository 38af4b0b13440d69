"""Copying and printing: one clinic, or the list; what is passed on names clinics alone."""

from playwright.sync_api import Locator, expect

from tests.web.browser import Meet, Person

# Printing stops a page until somebody chose a printer; here it notes which clinics would be on paper.
_PRINT = (
    "window.print = () => {"
    " window.onPaper = [...document.querySelectorAll('.cf-card')].filter((card) => card.checkVisibility())"
    ".map((card) => card.dataset.clinic);"
    " dispatchEvent(new Event('afterprint')); };"
)
_ON_PAPER = "window.onPaper"


def opened(person: Person) -> Locator:
    """Return the second clinic near 53703, its ways to share open."""
    person.go("/find?near=53703")
    card = person.page.locator(".cf-card").nth(1)
    person.press(card.locator(".cf-share summary"))
    return card


def test_a_link_to_a_clinic_is_copied_and_names_the_clinic_alone(meet: Meet) -> None:
    person = meet(permissions=["clipboard-read", "clipboard-write"])
    card = opened(person)
    person.page.clock.install()
    button = card.locator("[data-cf-copy]")
    person.press(button)

    expect(button).to_have_text("Copied")
    copied = person.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{person.base}/clinics/{card.get_attribute('data-clinic')}"
    person.page.clock.run_for(4_000)
    expect(button).to_have_text("Copy link")


def test_a_link_that_may_not_be_copied_is_shown_to_be_taken(meet: Meet) -> None:
    person = meet()
    person.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException('no'));")
    card = opened(person)
    person.press(card.locator("[data-cf-copy]"))

    link = card.get_by_role("textbox", name="Copy link")
    expect(link).to_have_value(f"{person.base}/clinics/{card.get_attribute('data-clinic')}")
    assert person.page.evaluate("getSelection().toString()") == link.input_value()
    assert person.told == []


def test_a_clinic_is_printed_alone_and_then_the_list_is_whole_again(meet: Meet) -> None:
    person = meet()
    person.page.add_init_script(_PRINT)
    card = opened(person)
    person.page.emulate_media(media="print")
    # What a person presses is not on paper, so it is pressed as by the page.
    card.locator("[data-cf-print]").dispatch_event("click")

    assert person.page.evaluate(_ON_PAPER) == [card.get_attribute("data-clinic")]
    expect(person.page.locator(".cf-card").first).to_be_visible()


def test_the_list_is_printed_as_a_whole(meet: Meet) -> None:
    person = meet()
    person.page.add_init_script(_PRINT)
    person.go("/find?near=53703")
    person.press(person.page.get_by_role("button", name="Print this list"))

    assert len(person.page.evaluate(_ON_PAPER)) == 10
    person.page.emulate_media(media="print")
    expect(person.page.get_by_text("Print this list")).to_be_hidden()


def test_with_script_off_nobody_is_offered_to_print(meet: Meet) -> None:
    person = meet(by="no script")
    person.go("/find?near=53703")

    expect(person.page.get_by_text("Print this list")).to_be_hidden()
