"""On a phone the first clinic is on the first screen, and no clinic takes more than a third of it."""

import pytest
from playwright.sync_api import Page

from tests.web.browser import Meet

HIGHEST_CARD = 280
ANSWERS = [
    "near=54501&specialty=metastatic_breast_oncology",
    "near=54911&specialty=metastatic_breast_oncology",
    "near=53703&specialty=clinical_trials&lang=es",
    "near=54246",
    "near=Milwaukee&specialty=palliative_care&lang=hmn",
]


def heights(page: Page) -> list[float]:
    found: list[float] = page.locator(".cf-card-in").evaluate_all(
        "cards => cards.map((card) => card.getBoundingClientRect().height)"
    )
    return found


@pytest.mark.parametrize(
    ("size", "part"),
    [((390, 844), ".cf-acts, .cf-via"), ((360, 740), ".cf-far")],
    ids=["390 x 844: how to reach it", "360 x 740: how far it is"],
)
@pytest.mark.parametrize("answer", ANSWERS)
def test_the_first_clinic_is_there_without_scrolling(meet: Meet, answer: str, size: tuple[int, int], part: str) -> None:
    person = meet(viewport={"width": size[0], "height": size[1]})
    person.go(f"/find?{answer}")

    first = person.page.locator(".cf-card").first.locator(part).last.bounding_box()
    assert first
    assert first["y"] + first["height"] <= size[1]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_card_is_no_higher_than_a_third_of_a_phone(meet: Meet, answer: str) -> None:
    person = meet(viewport={"width": 390, "height": 844})
    person.go(f"/find?{answer}")

    assert len(heights(person.page)) >= 5
    assert max(heights(person.page)) <= HIGHEST_CARD


def test_call_and_directions_stand_side_by_side_on_a_phone(meet: Meet) -> None:
    person = meet(viewport={"width": 390, "height": 844})
    person.go("/find?near=54501&specialty=metastatic_breast_oncology")
    card = person.page.locator(".cf-card:has(.cf-call):has(.cf-directions)").first

    call, directions = (card.locator(each).bounding_box() for each in (".cf-call", ".cf-directions"))
    assert call
    assert directions
    assert call["y"] == directions["y"]
    assert min(call["height"], directions["height"]) >= 44


def test_the_head_of_the_page_leaves_room_for_the_answer(meet: Meet) -> None:
    person = meet(viewport={"width": 390, "height": 844})
    person.go("/find?near=54501")

    head = person.page.locator(".cf-top").bounding_box()
    assert head
    assert head["height"] <= 110
