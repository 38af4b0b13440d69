"""`locator feedback`, as the keeper of the list uses it."""

import re

from locator.feedback import add_feedback
from locator.records.feedback import FeedbackKind
from locator.store.database import Database
from tests.helpers.commands import Locator

HOSPITAL = "uw-carbone-university-hospital"


def said(database: Database, wrong: FeedbackKind, note: str = "") -> int:
    return add_feedback(HOSPITAL, wrong, note, language="en", seen_version=None, database=database).feedback_id


def test_what_patients_say_is_listed_until_it_is_done(locator: Locator, listed: Database) -> None:
    assert locator.run("feedback", "list").out.strip() == "There is no open feedback."
    number = said(listed, FeedbackKind.CLOSED_OR_MOVED, "They moved to [bold]Elm Street")
    other = said(listed, FeedbackKind.HOURS)

    table = locator.run("feedback", "list").out
    assert re.search(
        rf"^{number} .*{HOSPITAL} .*closed or moved .*They moved to \[bold\]Elm Street", table, re.MULTILINE
    )
    done = locator.run("feedback", "done", str(number)).out
    assert done.startswith(f"Feedback {number} about {HOSPITAL} is done ")

    assert [line.split()[0] for line in locator.run("feedback", "list").lines[1:]] == [str(other)]
    assert len(locator.run("feedback", "list", "--status", "all").lines) == 3


def test_a_number_that_no_note_has_is_told(locator: Locator, listed: Database) -> None:
    result = locator.run("feedback", "done", "404")

    assert result.code == 1
    assert result.err.strip() == "There is no note with this number."


def test_the_former_name_still_works_but_is_not_shown(locator: Locator, listed: Database) -> None:
    number = said(listed, FeedbackKind.PHONE)

    assert locator.run("reviews", "list").out == locator.run("feedback", "list").out
    assert locator.run("reviews", "done", str(number)).code == 0
    assert "reviews" not in locator.run("--help").out
