"""“Is something wrong here?”: a patient says it in two touches, and nobody learns who they are."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from locator.api.http import requests
from locator.feedback import MOST_OPEN_OF_A_CLINIC
from locator.records.feedback import Feedback, FeedbackKind
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics
from tests.web.conftest import MakeSite, Serve, page_of
from tests.web.page_parser import Element

REPORT = "/clinics/capitol/report"
MARK = "the clinic behind the marigolds"


@pytest.fixture
def database(clinics_of_pages: Database) -> Database:
    """Return the database of the pages with one clinic in it."""
    open_clinics(clinics_of_pages, a_clinic("capitol", phone="+16085550123"))
    return clinics_of_pages


@pytest.fixture
def visitor(make_site: MakeSite, page_url: str, database: Database) -> FlaskClient:
    """Return a client that has reported nothing yet."""
    return make_site(page_url)


def reports_in(database: Database) -> list[Feedback]:
    with database.transaction() as stores:
        return stores.feedback.listed(is_open=None)


def send(
    visitor: FlaskClient, path: str = REPORT, *, headers: dict[str, str] | None = None, **form: Any
) -> TestResponse:
    return visitor.post(path, data={"kind": "hours", "note": "", **form}, headers=headers)


def problem(page: Element) -> str:
    return page.one(id="cf-feedback-problem").text


def test_what_is_wrong_can_be_told_on_every_clinics_page(visitor: FlaskClient) -> None:
    form = page_of(visitor.get("/clinics/capitol")).one("details", id="cf-feedback")

    assert "open" not in form.attributes
    assert form.one("summary").text == "Is something wrong here? Tell us"
    assert [choice["value"] for choice in form.all("input", type="radio")] == [wrong.value for wrong in FeedbackKind]
    assert form.one("textarea")["maxlength"] == "300"
    assert "Please do not write about yourself or your health." in form.text


def test_a_report_is_kept_and_the_reader_is_thanked_where_they_were(visitor: FlaskClient, database: Database) -> None:
    page = page_of(visitor.get("/clinics/capitol?near=53703&lang=es"))
    seen = page.one("input", name="seen")["value"]
    open_clinics(database, a_clinic("capitol", phone="+16085550199"))

    answer = send(visitor, page.one("form", cls="cf-feedback-form")["action"], kind="hours", note=MARK, seen=seen)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/clinics/capitol?near=53703&lang=es&thanks=1"
    (report,) = reports_in(database)
    assert (report.clinic_id, report.kind, report.note, report.language) == ("capitol", "hours", MARK, "es")
    assert (report.version_id, report.is_open) == (int(seen), True)
    thanks = visitor.get(answer.headers["Location"])
    assert thanks.headers["Cache-Control"] == "no-store"
    assert page_of(thanks).all(cls="cf-thanks") != []


def test_a_reader_is_told_what_happens_next(visitor: FlaskClient) -> None:
    thanks = page_of(visitor.get("/clinics/capitol?thanks=1")).one(cls="cf-thanks")

    assert "autofocus" in thanks.attributes
    assert thanks.text.startswith("Thank you for telling us A person will check this with the clinic and correct")


def test_a_report_that_does_not_say_what_is_wrong_is_asked_for_again(visitor: FlaskClient, database: Database) -> None:
    for kind in ("", "everything"):
        answer = send(visitor, kind=kind, note=MARK)
        page = page_of(answer, 422)
        assert problem(page) == "Please choose what is wrong."
        assert page.one("textarea").text == MARK
        assert "open" in page.one("details", id="cf-feedback").attributes
        assert str(page.one("title").children[0]).strip().startswith("Error: ")
        assert answer.headers["Cache-Control"] == "no-store"
    assert reports_in(database) == []


def test_the_address_of_a_refused_report_leads_to_the_clinic(visitor: FlaskClient) -> None:
    answer = visitor.get(f"{REPORT}?lang=es")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/clinics/capitol?lang=es")
    assert visitor.get("/clinics/a b/report").status_code == 404


def test_a_note_that_tells_of_a_person_is_not_taken(visitor: FlaskClient, database: Database) -> None:
    page = page_of(send(visitor, kind="hours", note="Call me at 608-555-0177"), 422)

    assert problem(page) == "Please leave out people’s names and phone numbers."
    assert page.one("textarea")["aria-describedby"].split()[-1] == "cf-feedback-problem"
    assert page.one("textarea")["aria-invalid"] == "true"
    assert page.one("input", type="radio", value="hours").get("checked") is not None
    assert reports_in(database) == []
    # A corrected number of the clinic is what helps most.
    assert send(visitor, kind="phone", note="It is 608-555-0177").status_code == 303


def test_a_note_in_spanish_is_refused_in_spanish(visitor: FlaskClient) -> None:
    page = page_of(send(visitor, f"{REPORT}?lang=es", note="ann@example.org"), 422)

    assert "Please" not in problem(page)
    assert page.one("html")["lang"] == "es"


def test_what_a_person_typed_comes_back_as_text_only(visitor: FlaskClient) -> None:
    typed = "</textarea><script>alert(1)</script>@"

    assert page_of(send(visitor, note=typed), 422).one("textarea").text == typed


def test_a_machine_that_fills_in_everything_is_thanked_and_not_kept(visitor: FlaskClient, database: Database) -> None:
    assert send(visitor, homepage="https://pills.example.org", note=MARK).status_code == 303
    assert reports_in(database) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "null"}, 303),
        ({}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example.org"}, 403),
    ],
)
def test_other_websites_cannot_report(
    visitor: FlaskClient, database: Database, headers: dict[str, str], status: int
) -> None:
    assert send(visitor, headers=headers).status_code == status
    assert len(reports_in(database)) == (status == 303)


def test_one_client_reports_a_few_things_and_is_then_asked_to_wait(visitor: FlaskClient, database: Database) -> None:
    first = [send(visitor).status_code for _ in range(5)]

    page = page_of(send(visitor, note=MARK), 429)

    assert first == [303] * 5
    assert problem(page).startswith("You have sent us a lot just now.")
    assert page.one("textarea").text == MARK
    assert len(reports_in(database)) == 5
    assert visitor.post(REPORT, data={"kind": "other"}, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 303


def test_what_was_refused_does_not_count(visitor: FlaskClient) -> None:
    for _ in range(9):
        assert send(visitor, note="ann@example.org").status_code == 422

    assert send(visitor).status_code == 303


def test_a_clinic_with_many_open_reports_takes_no_more_for_now(visitor: FlaskClient, database: Database) -> None:
    for number in range(MOST_OPEN_OF_A_CLINIC):
        visitor.post(REPORT, data={"kind": "other"}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})

    page = page_of(send(visitor), 429)

    assert problem(page) == "Many people have just told us about this clinic. We will look into it."
    assert len(reports_in(database)) == MOST_OPEN_OF_A_CLINIC


def test_a_report_leaves_no_trace_of_who_sent_it(
    visitor: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = StringIO()
    monkeypatch.setattr(requests, "_log", structlog.wrap_logger(structlog.PrintLogger(written)))

    visitor.post(
        f"{REPORT}?near=1432+Marigold+Street,+Madison",
        data={"kind": "other", "note": MARK},
        environ_base={"REMOTE_ADDR": "192.0.2.99", "HTTP_USER_AGENT": "Marigold/5"},
    )

    with database.connection() as connection:
        kept = str(connection.exec_driver_sql("select * from reviews").mappings().all())
    assert MARK in kept
    assert "192.0.2" not in kept
    assert "Marigold" not in kept
    assert "/clinics/<clinic_id>/report" in written.getvalue()
    assert "marigold" not in written.getvalue().lower()


def test_the_form_works_without_script_and_says_where_it_went(
    visitor: FlaskClient, database: Database, serve: Serve, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{serve(visitor)}/clinics/capitol?near=53703", java_script_enabled=False)
    page.get_by_text("Is something wrong here? Tell us").click()
    page.get_by_label("The hours").check()
    page.get_by_label("What should it say?").fill("ann@example.org knows")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="Please leave out people’s names and phone numbers.")).to_be_visible()

    page.get_by_label("What should it say?").fill(MARK)
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    assert page.url.endswith("/clinics/capitol?near=53703&thanks=1")
    assert [report.note for report in reports_in(database)] == [MARK]


def test_the_focus_goes_to_what_has_to_be_read_next(
    visitor: FlaskClient, serve: Serve, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{serve(visitor)}/clinics/capitol")
    page.get_by_text("Is something wrong here? Tell us").click()
    page.get_by_label("The hours").check()
    page.get_by_label("What should it say?").fill("ann@example.org")
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("document.activeElement.classList.contains('cf-problem')")

    page.get_by_label("What should it say?").fill("")
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("document.activeElement.classList.contains('cf-thanks')")

    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
