"""The ways of a person through the pages, each with a mouse, with the keyboard alone, and with JavaScript off."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.browser import Meet, Person
from tests.web.conftest import MakeSite, Serve

BY = ["mouse", "keyboard", "no script"]
WITH_SCRIPT = ["mouse", "keyboard"]


@pytest.fixture(params=BY)
def person(request: pytest.FixtureRequest, meet: Meet) -> Person:
    return meet(by=request.param)


@pytest.fixture
def anybody(meet: Meet) -> Person:
    return meet()


def test_a_zip_leads_to_the_phone_of_the_nearest_clinics(person: Person) -> None:
    person.go()
    person.ask("53703")

    expect(person.heading).to_have_text("11 clinics within 50 miles")
    assert person.path == "/find?near=53703#cf-results"
    assert person.page.title().startswith("11 clinics within 50 miles of 53703, Madison")
    call = person.page.locator(".cf-card a.cf-button[href^='tel:']").first
    assert re.fullmatch(r"Call \d{3}-\d{3}-\d{4}", call.inner_text())
    if person.by == "keyboard":
        person.reach(call)
    if person.has_script:
        assert person.told == person.refused() == []


@pytest.mark.parametrize("by", WITH_SCRIPT)
def test_reading_goes_on_at_the_heading_of_the_answer(meet: Meet, by: str) -> None:
    person = meet(by=by)
    person.go()
    person.ask("Eau Claire")

    expect(person.heading).to_be_focused()
    assert person.path == "/find?near=Eau+Claire#cf-results"
    expect(person.heading).to_be_in_viewport()
    # One of the two: what has the focus is read already.
    expect(person.page.locator(".cf-status")).to_be_empty()


def test_the_answer_comes_without_loading_the_page_again(anybody: Person) -> None:
    anybody.go()
    anybody.page.evaluate("window.isTheSamePage = true")
    anybody.ask("53703")
    expect(anybody.heading).to_be_visible()
    anybody.press(anybody.page.get_by_role("link", name="Show 1 more"))
    expect(anybody.page.locator(".cf-card")).to_have_count(11)
    anybody.press(anybody.page.get_by_role("link", name="Studies of new treatments"))

    expect(anybody.heading).to_have_text("10 clinics within 50 miles")
    assert anybody.page.evaluate("window.isTheSamePage") is True
    expect(anybody.page.get_by_label("What do you need?")).to_have_value("clinical_trials")
    expect(anybody.page.locator(".cf-map-live")).to_have_count(1)


def test_care_is_chosen_with_the_place(person: Person) -> None:
    person.go()
    person.ask("53703", care="palliative_care")

    expect(person.heading).to_be_visible()
    assert person.path == "/find?near=53703&specialty=palliative_care#cf-results"
    expect(person.page.locator(".cf-card .cf-care").first).to_be_visible()


def test_a_link_to_an_answer_opens_it(person: Person) -> None:
    person.go("/find?near=53703&specialty=clinical_trials")

    expect(person.heading).to_have_text("10 clinics within 50 miles")
    expect(person.page.get_by_label("What do you need?")).to_have_value("clinical_trials")


@pytest.mark.parametrize("by", WITH_SCRIPT)
def test_more_clinics_are_added_to_the_list_and_reading_goes_on_there(meet: Meet, by: str) -> None:
    person = meet(by=by)
    person.go("/find?near=53703")
    expect(person.page.locator(".cf-shown")).to_have_text("1 to 10 of 11")
    person.press(person.page.get_by_role("link", name="Show 1 more"))

    cards = person.page.locator(".cf-card")
    expect(cards).to_have_count(11)
    expect(cards.last).to_be_focused()
    expect(cards.last).to_be_in_viewport()
    assert cards.locator(".cf-rank").all_text_contents() == [str(rank) for rank in range(1, 12)]
    expect(person.page.locator(".cf-shown")).to_have_text("1 to 11 of 11")
    # It is still the same page of the same question.
    assert person.path == "/find?near=53703"
    assert "11" in "".join(person.page.locator(".cf-map-pin").all_text_contents())
    expect(person.page.get_by_role("link", name="Show clinics up to 100 miles away")).to_be_visible()


def test_back_leads_to_the_list_as_it_was_left(anybody: Person) -> None:
    anybody.go("/find?near=53703")
    anybody.press(anybody.page.get_by_role("link", name="Show 1 more"))
    expect(anybody.page.locator(".cf-card")).to_have_count(11)
    anybody.press(anybody.page.get_by_role("link", name="Show clinics up to 100 miles away"))
    expect(anybody.heading).to_contain_text("within 100 miles")

    anybody.page.go_back()

    expect(anybody.heading).to_contain_text("within 50 miles")
    expect(anybody.page.locator(".cf-card")).to_have_count(11)
    # The link pressed is at the end of the list.
    expect(anybody.page.get_by_role("link", name="Show clinics up to 100 miles away")).to_be_in_viewport()
    anybody.page.go_forward()
    expect(anybody.heading).to_contain_text("within 100 miles")


def test_without_script_the_rest_of_a_list_is_a_page_of_its_own(meet: Meet) -> None:
    person = meet(by="no script")
    person.go("/find?near=53703")
    person.press(person.page.get_by_role("link", name="Show 1 more"))

    expect(person.page.locator("ol.cf-list")).to_have_attribute("start", "11")
    expect(person.page.locator(".cf-shown")).to_have_text("11 of 11")
    person.page.go_back()
    expect(person.page.locator("ol.cf-list")).to_have_attribute("start", "1")


def test_back_leads_to_the_start_and_the_field_is_as_it_was_then(anybody: Person) -> None:
    anybody.go()
    anybody.ask("53703")
    expect(anybody.heading).to_be_visible()
    anybody.ask("Milwaukee", care="clinical_trials")
    expect(anybody.asked).to_contain_text("Milwaukee")

    anybody.page.go_back()
    expect(anybody.asked).to_contain_text("53703")
    expect(anybody.field).to_have_value("53703")
    expect(anybody.page.get_by_label("What do you need?")).to_have_value("")
    anybody.page.go_back()
    expect(anybody.page.get_by_role("heading", name="Find a cancer clinic near you")).to_be_visible()
    expect(anybody.field).to_have_value("")


def test_the_same_question_twice_is_one_step_back(anybody: Person) -> None:
    anybody.go()
    anybody.ask("53703")
    expect(anybody.heading).to_be_focused()
    anybody.ask("53703")
    expect(anybody.heading).to_be_focused()

    anybody.page.go_back()

    expect(anybody.page.get_by_role("heading", name="Find a cancer clinic near you")).to_be_visible()


def test_an_answer_is_read_in_another_language(person: Person) -> None:
    person.go()
    person.ask("53703")
    expect(person.heading).to_be_visible()
    person.press(person.page.get_by_role("link", name="Español"))

    expect(person.heading).to_have_text(re.compile("^11 clínicas"))
    expect(person.page.locator("html")).to_have_attribute("lang", "es")
    assert person.path == "/find?near=53703&lang=es#cf-results"


@pytest.mark.parametrize(
    ("near", "said"),
    [
        ("", "Please type a ZIP code or a city."),
        ("99999", "There is no ZIP code 99999. Please check the digits."),
        ("537O3", "This looks like a ZIP code with a letter in it."),
        ("Xyzzyville", "We could not find a town with that name."),
    ],
)
def test_a_place_that_cannot_be_searched_from_is_said_at_the_field(person: Person, near: str, said: str) -> None:
    person.go()
    person.ask(near)

    refusal = person.page.locator(".cf-problem")
    expect(refusal).to_contain_text(said)
    expect(refusal).to_be_focused()
    expect(person.field).to_have_attribute("aria-invalid", "true")
    expect(person.field).to_have_accessible_description(re.compile(re.escape(said)))
    expect(person.field).to_have_value(near)
    assert person.page.title().startswith("Error: ")
    person.press(refusal.get_by_role("link").first)
    expect(person.field).to_be_focused()
    person.ask("53703")
    expect(person.heading).to_be_visible()
    expect(person.field).not_to_have_attribute("aria-invalid", "true")
    expect(refusal).to_have_count(0)
    assert person.page.title().startswith("11 clinics")


def test_a_name_of_several_places_is_a_choice(person: Person) -> None:
    person.go()
    person.ask("Dover")
    choice = person.page.locator(".cf-choice")
    expect(choice).to_be_focused()

    person.press(choice.get_by_role("button").or_(choice.locator("a.cf-button")).first)

    expect(person.asked).to_contain_text("Dover")


def test_a_place_outside_wisconsin_is_answered_and_says_so(person: Person) -> None:
    person.go()
    person.ask("Duluth, MN")

    expect(person.asked).to_contain_text("Duluth")
    expect(person.page.locator(".cf-remark").first).to_contain_text("This place is outside Wisconsin.")


def test_with_script_off_nobody_is_offered_what_needs_it(meet: Meet) -> None:
    person = meet(by="no script")
    person.go("/find?near=53703")

    expect(person.page.get_by_role("button", name="Use my location")).to_be_hidden()
    expect(person.page.get_by_text("Print this list")).to_be_hidden()


def test_after_an_answer_the_question_is_one_line_and_opens_with_its_text_selected(anybody: Person) -> None:
    anybody.go()
    anybody.ask("53703", care="palliative_care")

    expect(anybody.asked).to_have_text("Near 53703, Madison · Comfort care and help with symptoms")
    expect(anybody.field).to_be_hidden()
    expect(anybody.page.get_by_role("heading", name="Find a cancer clinic near you")).to_be_hidden()
    anybody.press(anybody.page.get_by_text("Change", exact=True))
    expect(anybody.field).to_be_focused()
    assert anybody.page.evaluate("getSelection().toString()") == "53703"


def test_what_is_not_known_is_told_once_with_what_to_ask(person: Person) -> None:
    person.go("/find?near=53703&specialty=clinical_trials")
    ask = person.page.locator(".cf-ask")
    expect(ask.get_by_text("Do you take new patients?")).to_be_hidden()
    person.press(ask.locator("summary"))

    expect(ask).to_contain_text("If a card does not say it, we do not know it.")
    expect(ask.get_by_role("listitem").first).to_have_text("Do you offer this: studies of new treatments?")
    expect(person.page.locator(".cf-ask")).to_have_count(1)


def test_the_kinds_of_care_have_a_button_that_stays_in_sight(meet: Meet) -> None:
    person = meet(viewport={"width": 390, "height": 700})
    person.go()
    person.press(person.page.get_by_text("Add more kinds of care"))
    boxes = person.page.locator(".cf-more-care").get_by_role("checkbox")
    button = person.page.locator(".cf-more-care > button")

    assert boxes.count() == 16
    for number in (0, 8, 15):
        boxes.nth(number).scroll_into_view_if_needed()
        boxes.nth(number).focus()
        expect(button).to_be_in_viewport(ratio=1)
        box, over = boxes.nth(number).bounding_box(), button.bounding_box()
        assert box
        assert over
        assert box["y"] + box["height"] <= over["y"] or over["y"] + over["height"] <= box["y"]
    boxes.nth(12).check()
    person.field.fill("53703")
    button.click()
    expect(person.asked).to_contain_text("Comfort care")


@pytest.mark.parametrize("by", ["mouse", "keyboard", "no script"])
def test_an_invitation_to_type_the_street_leads_to_the_text_to_replace(
    meet: Meet, make_site: MakeSite, serve: Serve, by: str
) -> None:
    with_geocoder = make_site(geocoders=("nominatim:http://127.0.0.1:9",))
    person = meet(by=by, base=serve(with_geocoder))
    person.go("/find?near=54501&specialty=metastatic_breast_oncology")
    field = person.page.get_by_label("Address, ZIP code or city")
    expect(field).to_be_hidden()

    person.press(person.page.get_by_role("link", name="Type your street address"))

    expect(field).to_be_visible()
    if person.has_script:
        expect(field).to_be_focused()
        assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [0, 5]


def test_when_the_list_cannot_be_reached_it_says_so_and_whom_to_call(anybody: Person) -> None:
    anybody.go()
    anybody.page.context.set_offline(True)
    anybody.ask("53703")

    status = anybody.page.get_by_role("status").filter(has_text="We cannot reach the list right now.")
    # Nobody knows when this is read: the line that answers day and night.
    expect(status).to_contain_text("or call 1-800-227-2345, day or night.")
    expect(status.get_by_role("link")).to_have_attribute("href", "tel:+1-800-227-2345")
    expect(anybody.field).to_have_value("53703")
    anybody.page.context.set_offline(False)
    anybody.ask("53703")
    expect(anybody.heading).to_be_visible()
    expect(status).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "said"), [(429, "Please wait a minute and search again."), (502, "We cannot reach the list right now.")]
)
def test_an_answer_that_is_not_ours_is_told_in_our_words(anybody: Person, status: int, said: str) -> None:
    anybody.page.route("**/find", lambda route: route.fulfill(status=status, body="<h1>nginx</h1>"))
    anybody.go()
    anybody.ask("53703")

    expect(anybody.page.locator(".cf-status")).to_contain_text(said)
    expect(anybody.page.get_by_text("nginx")).to_have_count(0)


def test_what_has_to_be_said_is_said_where_the_reader_looks(meet: Meet) -> None:
    person = meet(viewport={"width": 390, "height": 800})
    person.go()
    person.press(person.page.get_by_text("Add more kinds of care"))
    person.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    person.page.route("**/find", lambda route: route.abort())
    person.ask("53703")

    expect(person.page.locator(".cf-status")).to_contain_text("We cannot reach the list right now.")
    expect(person.page.locator(".cf-status")).to_be_in_viewport()


def test_pressed_twice_it_is_asked_once_more_and_answered_once(anybody: Person) -> None:
    anybody.go()
    anybody.field.fill("53703")
    anybody.page.get_by_role("button", name="Find clinics").dblclick()

    expect(anybody.heading).to_have_count(1)
    anybody.page.go_back()
    expect(anybody.page.get_by_role("heading", name="Find a cancer clinic near you")).to_be_visible()


def test_a_caller_that_waits_is_told(anybody: Person) -> None:
    held = []
    anybody.page.route("**/find", lambda route: held.append(route))  # noqa: PLW0108 - it takes functions only
    anybody.go()
    anybody.ask("53703")

    expect(anybody.page.get_by_role("status").filter(has_text="Looking for clinics.")).to_be_visible()
    held[0].continue_()
    expect(anybody.heading).to_be_visible()
    expect(anybody.page.locator(".cf-status")).to_be_empty()
