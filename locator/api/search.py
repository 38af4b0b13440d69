"""GET and POST /api/v1/search: the nearest matching clinics. And /explain: why a clinic is or is not among them."""

from flask import Response

from locator.api.http.answers import answer, link_to_next
from locator.api.http.conditions import GEOJSON, JSON, accepted_form
from locator.api.http.documented import Api
from locator.api.http.reading import RequestReader
from locator.api.params import ExplainParams, SearchParams, cleaned
from locator.api.schemas import ExplainAnswer, SearchAnswer
from locator.api.wire import explanation_json, search_geojson, search_json
from locator.finding.cursors import Cursors
from locator.finding.explaining import explain_clinic
from locator.finding.search import SearchQuery, find_clinics
from locator.geo.reading.where import LONGEST_WHERE, is_private, read_where
from locator.services import Services


def add_search(api: Api, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Hang the search on the API."""

    def search(params: SearchParams, *, in_the_url: bool) -> Response:
        form = accepted_form()
        query = query_from(params, cursors)
        result = find_clinics(query, places=services.places, database=services.database)
        cursor = cursors.write_page(query, result.next_page) if result.next_page else None
        body = (search_geojson if form == GEOJSON else search_json)(result, cursor=cursor)
        kept = in_the_url and not is_private(query.where)
        tells_now = query.wanted.open_now is not None or any(listed.open_now is not None for listed in result.matches)
        response = answer(body, form=form, cacheable=kept, tells_now=tells_now)
        return link_to_next(response, cursor) if kept else response

    @api.get("/search", "find_clinics", answer=SearchAnswer, geojson=True, place=True)
    @reading.into_models
    def search_by_url(query: SearchParams) -> Response:
        """The nearest clinics

        The clinics nearest to a ZIP, a town, a county, a point or a street address that offer the care you name,
        nearest first, with what was understood and how sure that is. Never an unexplained list: clinics beyond the
        radius, or with something missing, are marked so.
        """
        return search(query, in_the_url=True)

    @api.post("/search", "find_clinics_privately", answer=SearchAnswer, geojson=True, place=True)
    @reading.into_models
    def search_by_body(body: SearchParams) -> Response:
        """The nearest clinics, asked privately

        The same question in a JSON body. Street addresses and points belong here: what identifies a person stays out of
        URLs, logs and caches.
        """
        return search(body, in_the_url=False)

    @api.get("/explain", "explain_clinic", answer=ExplainAnswer, place=True, clinic=True)
    @reading.into_models
    def explain(query: ExplainParams) -> Response:
        """Why a clinic is, or is not, in an answer

        Takes a search's parameters and a clinic_id; says whether the clinic fits as asked, at which rank of the whole
        list, and every reason why not.
        """
        question = query_from(query, cursors)
        explanation = explain_clinic(query.clinic_id, question, places=services.places, database=services.database)
        kept, tells_now = not is_private(question.where), question.wanted.open_now is not None
        return answer(explanation_json(explanation), form=JSON, cacheable=kept, tells_now=tells_now)


def query_from(params: SearchParams, cursors: Cursors) -> SearchQuery:
    """Make the question of checked parameters; raises BadParameters for a cursor that is not this question's."""
    asked = cleaned("near", params.near, longest=LONGEST_WHERE)
    query = SearchQuery(
        where=read_where(asked),
        asked=asked,
        wanted=params.wanted(),
        radius_miles=params.radius_miles,
        limit=params.limit,
    )
    if params.cursor is None:
        return query
    return query.from_page(cursors.read_page(query, params.cursor))
