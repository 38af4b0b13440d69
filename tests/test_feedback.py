"""What patients say is wrong is kept for the staff, without a trace of who they are."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Status
from locator.errors import ClinicNotFound, FeedbackNotFound
from locator.feedback import (
    LONGEST_NOTE,
    MOST_OPEN_OF_A_CLINIC,
    TooMuchFeedback,
    UnusableNote,
    add_feedback,
    list_feedback,
    read_note,
    resolve_feedback,
)
from locator.records.actor import Actor
from locator.records.feedback import Feedback, FeedbackKind
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics

ANN = Actor("ann", "command line")


def report(database: Database, clinic_id: str = "capitol", text: str = "", **more: object) -> Feedback:
    values = {"language": "en", "seen_version": None, **more}
    return add_feedback(clinic_id, FeedbackKind.HOURS, text, database=database, **values)  # type: ignore[arg-type]


def test_a_report_is_open_until_somebody_has_looked_into_it(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    first, second = report(database, text="They close at four."), report(database, language="es")

    resolved = resolve_feedback(first.feedback_id, by=ANN, database=database)

    assert (first.kind, first.note, first.language, first.is_open) == ("hours", "They close at four.", "en", True)
    assert (resolved.is_open, resolved.resolved_by) == (False, "ann")
    assert list_feedback(database).items == [second]
    assert list_feedback(database, is_open=False).items == [resolved]
    assert list_feedback(database, is_open=None).items == [second, resolved]


def test_who_resolved_a_report_first_is_remembered_and_audited_once(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    feedback_id = report(database).feedback_id
    names = ["ann", "ben", "cora", "dev"]

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: resolve_feedback(feedback_id, by=Actor(name, "api"), database=database), names))

    with database.transaction() as stores:
        lines = [line for line in stores.audit.lines() if line.action == "review-resolved"]
        review = stores.feedback.get(feedback_id)
    assert review is not None
    assert [line.by.name for line in lines] == [review.resolved_by]
    assert (lines[0].clinic_id, lines[0].detail) == ("capitol", {"review_id": feedback_id, "kind": "hours"})


def test_a_report_that_never_was_cannot_be_resolved(database: Database) -> None:
    with pytest.raises(FeedbackNotFound):
        resolve_feedback(404, by=ANN, database=database)


def test_a_report_names_the_version_that_was_seen(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront"))
    with database.transaction() as stores:
        current = stores.clinics.current(["capitol", "lakefront"])
    seen, of_another = current["capitol"].version_id, current["lakefront"].version_id
    open_clinics(database, a_clinic("capitol", phone="+16085550123"))

    assert report(database, seen_version=seen).version_id == seen
    # What a form says can be anything.
    now = report(database).version_id
    assert now > seen
    assert report(database, seen_version=of_another).version_id == now


def test_nothing_is_reported_of_a_clinic_that_is_not_listed(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront", status=Status.CLOSED))
    with database.transaction() as stores:
        stores.clinics.retire(["capitol"], by=ANN)

    for clinic_id in ("capitol", "lakefront", "nowhere"):
        with pytest.raises(ClinicNotFound):
            report(database, clinic_id)


def test_a_clinic_gets_only_as_many_reports_an_hour_as_anybody_will_read(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront"))
    reports = [report(database) for _ in range(MOST_OPEN_OF_A_CLINIC)]

    with pytest.raises(TooMuchFeedback):
        report(database)
    assert report(database, "lakefront").is_open
    resolve_feedback(reports[0].feedback_id, by=ANN, database=database)
    assert report(database).is_open


def test_reports_of_an_earlier_hour_leave_room(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    for _ in range(MOST_OPEN_OF_A_CLINIC):
        report(database)
    with database.connection() as connection:
        connection.exec_driver_sql("update reviews set made_at = made_at - interval '61 minutes'")

    assert report(database).is_open
    with database.transaction() as stores:
        assert stores.feedback.count_open("capitol", within=timedelta(hours=1)) == 1


def test_a_long_list_comes_page_by_page_newest_first(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    ids = [report(database).feedback_id for _ in range(5)]

    pages, before_id = [], None
    while True:
        page = list_feedback(database, limit=2, before_id=before_id)
        pages.append([review.feedback_id for review in page.items])
        before_id = page.next_after
        if before_id is None:
            break

    assert pages == [ids[:2:-1], ids[2:0:-1], ids[:1]]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", None),
        (" \n ", None),
        ("Closed on  Fridays.\r\nAsk first.", "Closed on Fridays. Ask first."),
        ("Mo-Fr 8-12 13-17, Sa 9-12:30", "Mo-Fr 8-12 13-17, Sa 9-12:30"),
        ("Now 1234 Elm Street, Madison, WI 53703-1234", "Now 1234 Elm Street, Madison, WI 53703-1234"),
        ("Since 2026-11-03", "Since 2026-11-03"),
    ],
)
def test_a_note_is_kept_as_plain_text(text: str, kept: str | None) -> None:
    assert read_note(text, FeedbackKind.ADDRESS) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Call me: 608-555-0123",
        "(608) 555 0123",
        "6085550123",
        "555-0123 after five",
        "my number is 123-45-6789",
        "member 1234567",
        "write to ann@example.org",
        "ann＠example.org",
        "６０８-５５５-０１２３",
    ],
)
def test_a_note_with_the_number_or_the_email_of_a_person_is_not_taken(text: str) -> None:
    with pytest.raises(UnusableNote, match="Please leave out people’s names and phone numbers"):
        read_note(text, FeedbackKind.HOURS)


def test_a_note_about_a_phone_may_hold_the_right_number_and_no_email() -> None:
    assert read_note("It is 608-555-0123 now", FeedbackKind.PHONE) == "It is 608-555-0123 now"
    with pytest.raises(UnusableNote):
        read_note("ann@example.org knows", FeedbackKind.PHONE)


def test_a_note_is_not_cut_off_but_asked_for_again() -> None:
    assert read_note("x" * LONGEST_NOTE, FeedbackKind.OTHER) == "x" * LONGEST_NOTE
    with pytest.raises(UnusableNote, match="300 characters at most"):
        read_note("x" * (LONGEST_NOTE + 1), FeedbackKind.OTHER)


@given(text=st.text(max_size=LONGEST_NOTE), wrong=st.sampled_from(FeedbackKind))
def test_whatever_is_typed_is_kept_as_plain_text_or_refused(text: str, wrong: FeedbackKind) -> None:
    note = None
    with suppress(UnusableNote):
        note = read_note(text, wrong)

    assert note is None or 0 < len(note) <= LONGEST_NOTE
    assert {unicodedata.category(character) for character in note or ""}.isdisjoint({"Cc", "Cf", "Cs", "Co"})
