"""How much a visit loads: of what Chromium asked for, as small as gzip makes it."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.web.browser import Meet, Person

MOST_BYTES = 60_000
MOST_REQUESTS = 5
MOST_BYTES_OF_SCRIPT = 14_500


def loaded(person: Person) -> dict[str, bytes]:
    """Return all that was loaded, by its address."""
    return {request.url: request.response().body() for request in person.requests}  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/", "/find?near=53703&specialty=clinical_trials", "/find?near=Milwaukee"])
def test_a_first_visit_is_light(meet: Meet, path: str) -> None:
    person = meet()
    person.go(path)
    person.page.wait_for_load_state("networkidle")

    files = loaded(person)
    assert len(files) <= MOST_REQUESTS, list(files)
    assert all(address.startswith(person.base) for address in files)
    assert sum(len(gzip.compress(content)) for content in files.values()) <= MOST_BYTES


def test_a_search_loads_one_answer_and_nothing_else(meet: Meet) -> None:
    person = meet()
    person.go()
    person.page.wait_for_load_state("networkidle")
    person.field.focus()
    person.page.wait_for_load_state("networkidle")
    person.requests.clear()
    person.ask("53703")
    expect(person.heading).to_be_visible()
    person.page.wait_for_load_state("networkidle")

    # The form is sent on to the answer's own address.
    assert [request.method for request in person.requests if "/find" in request.url] == ["POST", "GET"]
    # With a new address, Chromium takes the icon from its cache once more.
    assert not [request.url for request in person.requests if "/assets/" in request.url and "/icon." not in request.url]


def test_all_script_together_is_small(meet: Meet) -> None:
    person = meet()
    person.go("/find?near=53703")
    person.press(person.page.locator(".cf-folds > summary"))
    person.page.wait_for_load_state("networkidle")

    scripts = {address: content for address, content in loaded(person).items() if address.endswith(".js")}
    assert len(scripts) == 3
    assert sum(len(gzip.compress(content)) for content in scripts.values()) <= MOST_BYTES_OF_SCRIPT
