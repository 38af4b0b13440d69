"""What a screen reader says of a result, line by line."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from locator.clinic.clinic import Address, ClinicPoint
from locator.geo.point import Precision
from locator.store.database import Database
from tests.helpers.clinics import MADISON, MONDAY_MORNING, a_clinic, open_clinics
from tests.web.browser import Meet
from tests.web.conftest import Serve
from tests.web.finder.test_cards import WELL_KNOWN

SPOKEN = Path(__file__).parent / "data" / "spoken_card.txt"
NOTHING_KNOWN = a_clinic(
    "prairie",
    name="Prairie Clinic",
    address=Address(city="Oregon", state="WI"),
    location=ClinicPoint(MADISON, Precision.CITY),
)
_ITEM = re.compile(
    r'(?P<role>\w+)(?: "(?P<name>.*?)")?(?: \[level=(?P<level>\d)\])?(?: \[[^]]*\])*(?:: ?(?P<text>.*)|)'
)
_SILENT = {"listitem", "paragraph", "list", "strong", "text"}


def spoken(snapshot: str) -> str:
    """Return an accessibility tree as it is heard: each item a line, headings and links with what they are."""
    lines = []
    for line in snapshot.splitlines():
        item = line.strip().removeprefix("- ").strip("'")
        found = _ITEM.fullmatch(item)
        if item.startswith("/url:"):
            continue
        assert found, line
        role, name, text = found["role"], found["name"], (found["text"] or "").strip('"')
        if role == "heading":
            lines.append(f"heading level {found['level']}")
        elif role == "link":
            lines.append(f"link, {name}")
        elif role not in _SILENT:
            lines.append(f"{role}, {name or text}")
        elif text.startswith(","):
            lines[-1] += text  # the same sentence, after what is strong in it
        elif text:
            lines.append(text)
    # What is for listeners only is in boxes of its own, which the tree sets apart by a space.
    return re.sub(r" (?=[.,:])", "", "\n".join(lines))


@pytest.mark.parametrize("clinic", [WELL_KNOWN, NOTHING_KNOWN], ids=["all known", "nothing known"])
def test_a_card_reads_well_aloud(
    own_site: FlaskClient,
    clinics_of_pages: Database,
    serve: Serve,
    meet: Meet,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    clinic: object,
) -> None:
    for module in ("finder.finder", "frame.pages"):
        monkeypatch.setattr(f"locator.web.{module}.now", lambda: MONDAY_MORNING)
    open_clinics(clinics_of_pages, clinic)  # type: ignore[arg-type]
    person = meet(base=serve(own_site))
    person.go("/find?near=53703&specialty=metastatic_breast_oncology&specialty=clinical_trials")

    heard = spoken(person.page.locator(".cf-card").first.aria_snapshot())

    title = f"# {request.node.callspec.id}\n"
    wanted = SPOKEN.read_text(encoding="utf-8").partition(title)[2].partition("\n# ")[0].strip()
    assert heard == wanted
