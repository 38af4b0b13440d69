"""axe-core finds nothing in any state of the pages, at any width, in light, dark and forced colors."""

from importlib.resources import files
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from tests.web.browser import Meet, Person
from tests.web.conftest import MakeSite, Serve

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LIGHT = {"color_scheme": "light", "forced_colors": "none"}
DARK = {"color_scheme": "dark", "forced_colors": "none"}
FORCED = {"color_scheme": "light", "forced_colors": "active"}
# 320 is also what a screen of 1280 has left at 400 %.
WIDTHS = (320, 390, 768, 1280)
VIEWS = [(width, colors) for width in WIDTHS for colors in (LIGHT, DARK, FORCED)]
# What WCAG 2.2, 1.4.12 has readers set.
SPACED = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(
  "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }" +
  "p { margin-bottom: 2em !important; }"
);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
"""

# One long list is enough: axe looks at every card of it twelve times.
STATES = {
    "start": "/",
    "results": "/find?near=53703&specialty=clinical_trials&specialty=palliative_care",
    "few results": "/find?near=54501",
    "widened": "/find?near=60601",
    "none fits": "/find?near=Lincoln,+NE&specialty=clinical_trials",
    "an unreal ZIP": "/find?near=99999",
    "a place of several": "/find?near=Dover",
    "nothing asked": "/find?near=",
    "an address in a link": "/find?near=1+Elm+Street",
    "Spanish": "/find?near=54501&lang=es",
    "Hmong": "/find?near=99999&lang=hmn",
    "a page that is not there": "/nothing",
    "a clinic": "/clinics/uw-carbone-university-hospital",
    "a reader is thanked": "/clinics/uw-carbone-university-hospital?thanks=1",
    "a clinic that never was": "/clinics/nowhere",
    "a town": "/near/rhinelander/clinical-trials",
    "all towns": "/near",
    "a town that is not there": "/near/pewaukee",
    "in a frame": "/embed?near=54501",
}


# The contrast of a text does not change with the width, and to measure it takes three quarters of axe's time. All that
# is hidden at one of the outer widths is visible at the other.
MEASURED = (WIDTHS[0], WIDTHS[-1])


def barriers(person: Person, *, contrast: bool = True) -> list[tuple[str, str]]:
    """Return what axe-core finds: rule and element; and how far the page goes beyond its edge."""
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    results: dict[str, Any] = person.page.evaluate("options => axe.run(document, options)", options)
    found: list[dict[str, Any]] = results["violations"]
    told = [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]]
    sideways = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return told + ([("scrolls sideways", str(sideways))] if sideways else [])


def cut_off(person: Person) -> list[str]:
    """Return the texts of which a part cannot be seen in their box."""
    found: list[str] = person.page.evaluate("""
      [...document.querySelectorAll(".clinic-finder :is(h1, h2, h3, p, li, a, button, label, summary, legend)")]
        .filter((each) => getComputedStyle(each).overflow !== "visible" && each.checkVisibility())
        .filter((each) => !each.closest(".cf-hidden") && each.scrollHeight > each.clientHeight + 1)
        .map((each) => each.textContent.trim())
    """)
    return found


def look_from_all_sides(person: Person) -> None:
    person.page.evaluate(AXE)
    for width, colors in VIEWS:
        person.page.set_viewport_size({"width": width, "height": 800})
        person.page.emulate_media(**colors)  # type: ignore[arg-type]
        assert barriers(person, contrast=width in MEASURED) == [], (width, colors)


@pytest.mark.parametrize("path", STATES.values(), ids=STATES)
def test_no_barrier_in(meet: Meet, path: str) -> None:
    person = meet()
    person.go(path)
    person.page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")

    look_from_all_sides(person)


@pytest.mark.parametrize(
    "path", ["/find?near=53703&specialty=clinical_trials", "/clinics/uw-carbone-university-hospital"]
)
@pytest.mark.parametrize("size", [(320, 640), (640, 320)], ids=["upright", "lying"])
def test_wider_letters_and_lines_hide_nothing(meet: Meet, path: str, size: tuple[int, int]) -> None:
    person = meet(viewport={"width": size[0], "height": size[1]})
    person.go(path)
    person.page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    person.page.evaluate(AXE)
    person.page.evaluate(SPACED)

    assert barriers(person) == []
    assert cut_off(person) == []


def test_no_barrier_in_the_answer_to_an_address(meet: Meet) -> None:
    person = meet()
    person.go()
    person.ask("600 Highland Ave, Madison, WI 53792")

    expect(person.heading).to_be_visible()
    look_from_all_sides(person)
    # A clinic takes the place of the list, and leaves it in the page.
    person.press(person.page.locator(".cf-name a").first)
    person.page.wait_for_url("**/clinics/*")
    look_from_all_sides(person)


# The filters are shown where enough is known of the clinics.
FILTERED = {
    "filters to choose": "/find?near=53703",
    "filters on": "/find?near=Milwaukee&telehealth=true&wheelchair_accessible=true&radius_miles=200",
    "a filter that leaves nothing": "/find?near=54501&telehealth=true&language=so&lang=es",
    "filters in Hmong": "/find?near=54911&accepting_new_patients=true&language=hmn&lang=hmn",
}


@pytest.mark.parametrize("path", FILTERED.values(), ids=FILTERED)
def test_no_barrier_with(meet: Meet, site_with_facts: FlaskClient, serve: Serve, path: str) -> None:
    person = meet(base=serve(site_with_facts))
    person.go(path)
    person.page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")

    look_from_all_sides(person)


def test_no_barrier_with_filters_near_an_address(meet: Meet, site_with_facts: FlaskClient, serve: Serve) -> None:
    person = meet(base=serve(site_with_facts))
    person.go()
    person.ask("600 Highland Ave, Madison, WI 53792")
    person.press(person.page.get_by_role("button", name="Wheelchair access"))

    expect(person.page.locator(".cf-filtered")).to_be_visible()
    look_from_all_sides(person)


def test_no_barrier_where_a_note_is_not_taken(meet: Meet) -> None:
    person = meet()
    person.go("/clinics/uw-carbone-university-hospital")
    person.page.get_by_text("Is something wrong here?").click()
    person.page.locator("[name=kind][value=hours]").check()
    person.page.locator("[name=note]").fill("ann@example.org")
    person.page.locator(".cf-feedback-form button").click()

    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    assert person.page.title().startswith("Error")
    look_from_all_sides(person)


def test_no_barrier_where_the_list_is_away(meet: Meet, make_site: MakeSite, serve: Serve) -> None:
    person = meet(base=serve(make_site("postgresql://nobody@127.0.0.1:9/nothing")))
    person.go("/find?near=53703")

    expect(person.page.get_by_role("heading", name="We cannot show the clinics right now")).to_be_visible()
    look_from_all_sides(person)


def test_no_barrier_after_script_has_changed_the_page(meet: Meet) -> None:
    person = meet()
    person.go()
    person.ask("99999")
    expect(person.page.locator(".cf-problem")).to_be_visible()
    look_from_all_sides(person)

    person.ask("54501")
    expect(person.heading).to_be_visible()
    look_from_all_sides(person)

    person.press(person.page.locator(".cf-folds > summary"))
    look_from_all_sides(person)
    person.press(person.page.get_by_role("button", name="Use my location"))
    expect(person.page.locator(".cf-status")).not_to_be_empty()
    look_from_all_sides(person)


@pytest.mark.parametrize("near", ["54911&specialty=metastatic_breast_oncology", "53703"])
def test_no_barrier_on_the_map_with_a_card_open(meet: Meet, near: str) -> None:
    person = meet(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    person.go(f"/find?near={near}")
    look_at_map = person.page.get_by_role("radio", name="Map")
    look_at_map.check(force=True)
    look_from_all_sides(person)

    person.page.set_viewport_size({"width": 390, "height": 844})
    person.page.locator(".cf-map-pin[visibility=visible] [role=button]").first.focus()
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".cf-map-card")).to_be_visible()
    look_from_all_sides(person)


def test_no_barrier_where_places_are_suggested(meet: Meet) -> None:
    person = meet(by="keyboard")
    person.go()
    person.reach(person.field)
    person.page.evaluate(AXE)
    person.page.keyboard.type("mil")
    person.page.locator(".cf-places [role=option]").first.wait_for()
    person.page.keyboard.press("ArrowDown")
    for width, colors in VIEWS:
        person.page.set_viewport_size({"width": width, "height": 800})
        person.page.emulate_media(**colors)  # type: ignore[arg-type]
        expect(person.page.locator(".cf-places [role=option]").first).to_be_visible()
        assert barriers(person, contrast=width in MEASURED) == [], (width, colors)


def test_axe_finds_what_is_wrong(meet: Meet) -> None:
    person = meet()
    person.go()
    person.page.evaluate(AXE)
    person.page.evaluate("document.querySelector('label').remove()")

    assert "label" in {rule for rule, _ in barriers(person)}
