"""GET and POST /api/v1/search: the nearest matching clinics. And /explain: why a clinic is or is not among them."""

from http import HTTPStatus

from flask import Response

from locator.api import examples
from locator.api.http.answers import answer, link_to_next
from locator.api.http.content import GEOJSON, accepted_form
from locator.api.http.operations import Api, JsonAnswer
from locator.api.params import ExplainParams, SearchParams
from locator.api.wire import ExplainAnswer, SearchAnswer, search_geojson
from locator.finding.cursors import Cursors
from locator.finding.explaining import explain_clinic
from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.origins import Origin
from locator.geo.public_names import is_only_its_name
from locator.geo.reading.where import is_private
from locator.services import Services

_SEARCH = JsonAnswer(SearchAnswer, examples.SEARCH, examples.SEARCH_GEOJSON)
_PROBLEMS = {HTTPStatus.UNPROCESSABLE_ENTITY: examples.UNKNOWN_PLACE}


def register_search(api: Api, services: Services, cursors: Cursors) -> None:
    """Register the search routes."""

    def search(params: SearchParams, *, in_the_url: bool) -> Response:
        form = accepted_form()
        query = params.query(cursors)
        result = find_clinics(query, places=services.places, database=services.database)
        cursor = cursors.write_page(query, result.next_page) if result.next_page else None
        body = SearchAnswer.write(result, next=cursor)
        if form == GEOJSON:
            body = search_geojson(body)
        cacheable = in_the_url and _asks_what_many_do(query, result.origin) and _knows_organization(query, result)
        shows_open_now = query.wanted.open_now is not None or any(
            listed.open_now is not None for listed in result.matches
        )
        response = answer(body, form=form, cacheable=cacheable, shows_open_now=shows_open_now)
        return link_to_next(response, cursor) if cacheable else response

    @api.operation("GET", "/search", "find_clinics", _SEARCH, cacheable=True, examples=_PROBLEMS)
    def search_by_url(query: SearchParams) -> Response:
        """The nearest clinics

        The clinics nearest to a ZIP, a town, a county or a point that offer the care you name, nearest first. The
        answer says which place was understood, and how precisely. Clinics beyond the radius, or without part of what
        was asked for, are marked.
        """
        return search(query, in_the_url=True)

    @api.operation("POST", "/search", "find_clinics_privately", _SEARCH, examples=_PROBLEMS)
    def search_by_body(body: SearchParams) -> Response:
        """The nearest clinics, with the question in the body

        The same parameters in a JSON body. Use this for points and addresses: what identifies a person must not
        be in URLs, logs or caches.
        """
        return search(body, in_the_url=False)

    @api.operation(
        "GET", "/explain", "explain_clinic", JsonAnswer(ExplainAnswer, examples.EXPLANATION),
        cacheable=True, problems=[HTTPStatus.NOT_FOUND], examples=_PROBLEMS,
    )  # fmt: skip
    def explain(query: ExplainParams) -> Response:
        """Why a clinic is, or is not, in an answer

        Takes the parameters of a search and a clinic_id. The answer says whether the clinic matches, its rank in the
        whole list, and every reason why it does not match.
        """
        question = query.query(cursors)
        explanation = explain_clinic(query.clinic_id, question, places=services.places, database=services.database)
        cacheable = question.wanted.organization is None and _asks_what_many_do(question, explanation.origin)
        shows_open_now = question.wanted.open_now is not None
        return answer(ExplainAnswer.write(explanation), cacheable=cacheable, shows_open_now=shows_open_now)


def _asks_what_many_do(query: SearchQuery, origin: Origin) -> bool:
    """Return whether the place was asked for by its name alone: caches keep the whole URL, with all that is in it."""
    return not is_private(query.where) and is_only_its_name(query.asked, origin)


def _knows_organization(query: SearchQuery, result: SearchResult) -> bool:
    """Return whether the organization, if one was asked for, is surely one of the list and not just some text."""
    return query.wanted.organization is None or result.total > 0
