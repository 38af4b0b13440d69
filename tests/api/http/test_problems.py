"""Every error of ours has a status and a name that stays, and every name has a page."""

from io import StringIO

import pytest
from flask.testing import FlaskClient

from locator import errors
from locator.api.http import access, content
from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL, PROBLEMS, every_problem
from locator.finding import named_places
from locator.geo import errors as place_errors
from locator.importing.files import errors as file_errors
from tests.api.conftest import MakeClient

# Born only where there is no HTTP: the private cluster of `locator up`.
NOT_OVER_HTTP = {errors.ClusterError}
WHERE_ERRORS_ARE = {module.__name__ for module in (errors, place_errors, file_errors, access, content, named_places)}
# Promised to clients; a name that is here may never change or go.
PROMISED = {
    "bad-parameters": 422,
    "unknown-place": 422,
    "ambiguous-place": 422,
    "clinic-name": 422,
    "clinic-not-found": 404,
    "unreadable-file": 422,
    "import-not-found": 404,
    "review-not-found": 404,
    "import-in-progress": 409,
    "wrong-import-state": 409,
    "list-changed": 409,
    "confirmation-needed": 409,
    "undo-blocked": 409,
    "idempotency-key-reused": 422,
    "database-read-only": 503,
    "storage-full": 507,
    "key-required": 401,
    "not-allowed": 403,
    "key-in-url": 400,
    "unreadable-body": 400,
    "not-acceptable": 406,
    "unsupported-media-type": 415,
    "query-timeout": 503,
    "database-unavailable": 503,
    "database-busy": 503,
    "database-not-ready": 503,
    "geocoder-unavailable": 503,
    "bad-request": 400,
    "not-found": 404,
    "method-not-allowed": 405,
    "length-required": 411,
    "too-large": 413,
    "uri-too-long": 414,
    "request-timeout": 408,
    "too-many-requests": 429,
    "headers-too-large": 431,
    "too-busy": 503,
    "internal-error": 500,
    "not-implemented": 501,
    "service-unavailable": 503,
}


def subclasses(kind: type[Exception]) -> set[type[Exception]]:
    return {kind, *(below for child in kind.__subclasses__() for below in subclasses(child))}


def test_every_error_the_api_can_meet_has_its_row() -> None:
    ours = {
        kind for kind in subclasses(errors.LocatorError) - {errors.LocatorError} if kind.__module__ in WHERE_ERRORS_ARE
    }

    assert ours - NOT_OVER_HTTP == set(PROBLEMS)


def test_a_subclass_comes_before_its_parent() -> None:
    kinds = list(PROBLEMS)

    for number, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[number + 1 :])


def test_no_promised_name_has_changed() -> None:
    assert {problem.slug: int(problem.status) for problem in every_problem()} == PROMISED


@pytest.mark.parametrize("slug", PROMISED)
def test_every_problem_has_a_page_a_person_can_read(client: FlaskClient, slug: str) -> None:
    problem = next(each for each in every_problem() if each.slug == slug)

    page = client.get(f"/problems/{slug}")

    assert (page.status_code, page.mimetype) == (200, "text/html")
    text = page.get_data(as_text=True)
    assert f"<h1>{problem.title}</h1>" in text
    assert str(int(problem.status)) in text
    assert f"/problems/{slug}" in client.get("/problems").get_data(as_text=True)


def test_an_unknown_problem_has_no_page(client: FlaskClient) -> None:
    assert client.get("/problems/no-such-problem").status_code == 404


@pytest.mark.parametrize("problem", [*PROBLEMS.values(), *HTTP_PROBLEMS.values(), INTERNAL], ids=lambda one: one.slug)
def test_a_problem_says_what_it_means_and_what_to_do(problem: object) -> None:
    for words in (problem.meaning, problem.remedy):  # type: ignore[attr-defined]
        assert words[0].isupper()
        assert len(words.split()) > 3


@pytest.mark.parametrize("kind", [kind for kind, problem in PROBLEMS.items() if problem.status == 503])
def test_what_passes_by_itself_says_when_to_ask_again(make_client: MakeClient, kind: type[Exception]) -> None:
    client = make_client()
    error = errors.DatabaseNotReady("Run: locator migrate") if kind is errors.DatabaseNotReady else kind()

    def planted() -> str:
        raise error

    client.application.add_url_rule("/planted", view_func=planted)
    answer = client.get("/planted")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1


def test_an_unforeseen_error_tells_nothing_of_itself(make_client: MakeClient, our_log: StringIO) -> None:
    client = make_client()

    def planted() -> str:
        raise RuntimeError("4716 Canary Lane, and select * from clinics")

    client.application.add_url_rule("/planted", view_func=planted)
    answer = client.get("/planted")

    problem = answer.get_json(force=True)
    assert (answer.status_code, problem["type"], problem["errors"]) == (500, "/problems/internal-error", [])
    log = our_log.getvalue()
    assert "Canary" not in answer.get_data(as_text=True) + log
    assert "RuntimeError" in log
    assert "planted" in log
    assert problem["request_id"] in log
