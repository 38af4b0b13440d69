"""Patients' notes over HTTP: what they say is wrong with a clinic, and that somebody has looked into it."""

from http import HTTPStatus

from flask import Response, g

from locator.access.keys import Scope
from locator.api import feedback_parts as parts
from locator.api.http.answers import answer, link_to_next
from locator.api.http.keyed import KeyedApi
from locator.api.http.reading import RequestReader
from locator.feedback import list_reviews, resolve_review
from locator.finding.cursors import Cursors
from locator.services import Services


def add_reviews(api: KeyedApi, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Hang the notes on the API."""
    database = services.database

    @api.operation(
        "get", "/reviews", "list_reviews", scope=Scope.READ,
        answers={HTTPStatus.OK: (parts.ReviewListAnswer, parts.LISTED)},
    )  # fmt: skip
    @reading.into_models
    def reviews(query: parts.ReviewParams) -> Response:
        """What patients say is wrong

        From “Something wrong here?” on the clinics' pages, newest first. Who said it is not known.
        """
        question = f"reviews {query.status}"
        before_id = cursors.read_after(question, query.cursor)
        page = list_reviews(database, is_open=query.is_open, limit=query.limit, before_id=before_id)
        cursor = cursors.write_after(question, page.next_after)
        return link_to_next(answer(parts.review_page_json(page, cursor=cursor), cacheable=False), cursor)

    @api.operation(
        "post", "/reviews/<review_id>/resolve", "resolve_review", scope=Scope.IMPORT,
        answers={HTTPStatus.OK: (parts.ReviewSchema, parts.DONE)},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.INSUFFICIENT_STORAGE],
        meanings={HTTPStatus.NOT_FOUND: "There is no note with this number."},
    )  # fmt: skip
    @reading.into_models
    def resolve(path: parts.ReviewPath) -> Response:
        """Somebody has looked into a note

        Takes it off the open ones. Sent again, it changes nothing: who came first stays named.
        """
        review = resolve_review(path.review_id, by=g.actor, database=database, request_id=g.request_id)
        return answer(parts.review_json(review), cacheable=False)
