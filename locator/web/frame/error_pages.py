"""The pages that say what went wrong, what to do, and whom to call."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from locator.config.logs import where_it_happened
from locator.errors import DatabaseNotReady, DatabaseUnavailable, LocatorError
from locator.web.frame.pages import Pages
from locator.web.frame.question import Link, part_asked_for
from locator.web.frame.requests import is_from_a_browser, request_value, retry_url
from locator.web.words.words import Words

_RETRY_AFTER_SECONDS = "5"  # for people, not for programs

_log = structlog.get_logger("locator.web")


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """Why there is no page, in two sentences: what is wrong, and what to do."""

    title: str
    text: str
    status: HTTPStatus
    can_retry: bool = False


class ErrorPages:
    """Answers with an error page, or with the part of one that was asked for."""

    def __init__(self, pages: Pages):
        self._pages = pages

    def register(self, blueprint: Blueprint) -> None:
        """Register the error pages for the routes of `blueprint`."""
        blueprint.register_error_handler(LocatorError, self._answer_ours)
        blueprint.register_error_handler(HTTPException, self._answer_http)
        blueprint.register_error_handler(Exception, self._answer_unforeseen)

    def register_missing(self, app: Flask, *, otherwise: Callable[[HTTPException], Response]) -> None:
        """Register the error pages for addresses without a route; programs are answered by `otherwise`."""

        def answer(error: HTTPException) -> Response:
            return self._answer_http(error) if is_from_a_browser() else otherwise(error)

        for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            app.register_error_handler(status, answer)

    def answer(self, message: ErrorMessage, words: Words, *, embedded: bool = False) -> Response:
        """Send the error as a whole page, as the part of one that was asked for, or `embedded` in somebody's frame."""
        retry = retry_url() if message.can_retry else None
        if embedded:
            html = self._pages.part("finder/embed_error.html", words, message=message, retry=retry, heading_level=2)
        elif part_asked_for(request_value("fragment")):
            html = self._pages.part("frame/error_message.html", words, heading_level=2, message=message, retry=None)
        else:
            html = self._pages.page(
                "frame/error.html", words, link=_home_in, message=message, retry=retry, heading_level=1
            )
        response = self._pages.answer(html, status=message.status)
        if message.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
        return response

    def busy_page(self, words: Words) -> Response:
        """Return the page for readers whose turn does not come in time; it is made before anybody needs it."""
        message = ErrorMessage(words.t("Please wait a moment"), too_many(words), HTTPStatus.SERVICE_UNAVAILABLE)
        html = self._pages.page(
            "frame/error.html", words, link=_home_in, message=message, retry=None, heading_level=1, is_sample=False
        )
        response = self._pages.answer(html, status=message.status)
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
        return response

    def _answer_ours(self, error: LocatorError) -> Response:
        words = self._pages.words()
        return self.answer(message_of(error, words), words)

    def _answer_http(self, error: HTTPException) -> Response:
        status = error.code or HTTPStatus.BAD_REQUEST
        if status < HTTPStatus.BAD_REQUEST:
            return Response(status=status, headers=error.get_headers())
        words = self._pages.words()
        response = self.answer(message_of_status(status, words), words)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    def _answer_unforeseen(self, error: Exception) -> Response:
        # Without the error's text, which may hold what a person typed.
        _log.error("unforeseen", error=type(error).__name__, where=where_it_happened(error))
        words = self._pages.words()
        return self.answer(message_of_status(HTTPStatus.INTERNAL_SERVER_ERROR, words), words)


def message_of(error: LocatorError, words: Words) -> ErrorMessage:
    """Return what to tell the reader about an error of ours."""
    if isinstance(error, DatabaseUnavailable | DatabaseNotReady):
        return _unavailable(words)
    text = words.translated(error.args[0] if error.args else "")
    return ErrorMessage(words.t("We cannot read this request"), text, HTTPStatus.BAD_REQUEST)


def message_of_status(status: int, words: Words) -> ErrorMessage:
    """Return what to tell the reader about an HTTP status."""
    match status:
        case HTTPStatus.NOT_FOUND:
            return ErrorMessage(
                words.t("We cannot find this page"),
                words.t("The link may be old. You can search for a clinic instead."),
                HTTPStatus.NOT_FOUND,
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return ErrorMessage(
                words.t("Please wait a moment"), too_many(words), HTTPStatus.TOO_MANY_REQUESTS, can_retry=True
            )
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return _unavailable(words)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ErrorMessage(
                words.t("This did not work"),
                words.t("Something went wrong on our side. Please try again, or call and talk to a person."),
                HTTPStatus.INTERNAL_SERVER_ERROR,
                can_retry=True,
            )
        case _:
            return ErrorMessage(
                words.t("We cannot read this request"),
                words.t("Please go back to the search page and try again."),
                HTTPStatus(status),
            )


def too_many(words: Words) -> str:
    return words.t("Many people are searching right now. Please wait a minute and search again.")


def _unavailable(words: Words) -> ErrorMessage:
    return ErrorMessage(
        words.t("We cannot show the clinics right now"),
        words.t("Please try again in a minute. If you do not want to wait, please call: a person can help you."),
        HTTPStatus.SERVICE_UNAVAILABLE,
        can_retry=True,
    )


def _home_in(language: str) -> Link:
    return Link("", f"/?{urlencode({'lang': language})}")
