"""`locator reviews`, as whoever keeps the list uses it."""

import re

from locator.feedback import add_feedback
from locator.records.feedback import FeedbackKind
from locator.store.database import Database
from tests.helpers.commands import Locator

HOSPITAL = "uw-carbone-university-hospital"


def said(database: Database, wrong: FeedbackKind, note: str = "") -> int:
    return add_feedback(HOSPITAL, wrong, note, language="en", seen_version=None, database=database).feedback_id


def test_what_patients_say_is_listed_until_it_is_done(locator: Locator, listed: Database) -> None:
    assert locator.run("reviews", "list").out.strip() == "There are no open notes."
    number = said(listed, FeedbackKind.CLOSED_OR_MOVED, "They moved to [bold]Elm Street")
    other = said(listed, FeedbackKind.HOURS)

    table = locator.run("reviews", "list").out
    assert re.search(
        rf"^{number} .*{HOSPITAL} .*closed or moved .*They moved to \[bold\]Elm Street", table, re.MULTILINE
    )
    done = locator.run("reviews", "done", str(number)).out
    assert done.startswith(f"Note {number} on {HOSPITAL} is done: looked into ")

    assert [line.split()[0] for line in locator.run("reviews", "list").lines[1:]] == [str(other)]
    assert len(locator.run("reviews", "list", "--status", "all").lines) == 3


def test_a_number_that_no_note_has_is_told(locator: Locator, listed: Database) -> None:
    result = locator.run("reviews", "done", "404")

    assert result.code == 1
    assert result.err.strip() == "There is no note with this number."
