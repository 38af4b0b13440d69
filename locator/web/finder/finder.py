"""GET / and GET and POST /find: the public page where a person finds the nearest clinics that can help."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from locator.clinic.clinic import Specialty
from locator.errors import BadParameters
from locator.finding.cursors import Cursors
from locator.finding.named_places import locate_place
from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.origins import Origin, OriginKind
from locator.geo.public_names import is_only_its_name, public_name
from locator.web.clinic.cards import CardContext
from locator.web.finder.care_choices import care_choices
from locator.web.finder.place_problems import (
    PLACE_ERRORS,
    PlaceProblem,
    kept_private,
    no_place,
    place_problem,
    private_place_in_link,
)
from locator.web.finder.results import Results, results_of
from locator.web.frame.about import PageAbout, about_page
from locator.web.frame.error_pages import too_many
from locator.web.frame.pages import Pages
from locator.web.frame.question import Link, Part, Question, read_question
from locator.web.frame.requests import now, own_origin, redirect_to
from locator.web.map.map import Atlas, tiles_of
from locator.web.words.words import Words

_GEOCODER_PAUSE_SECONDS = "30"  # as long as a geocoder that failed is not asked again


def register_finder(blueprint: Blueprint, finder: "Finder") -> None:
    """Register the finder's routes."""

    @blueprint.get("/")
    def home() -> Response:
        return finder.by_address(request.args)

    @blueprint.get("/find")
    def find() -> Response:
        return finder.by_address(request.args)

    @blueprint.post("/find")
    def find_privately() -> Response:
        return finder.by_form(MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)]))


class Finder:
    """Answers the questions that the finder is asked; `town_links` leads from the first page to some large towns."""

    def __init__(self, pages: Pages, cursors: Cursors, town_links: Callable[[Words], tuple[Link, ...]]):
        self._pages = pages
        self._services = pages.services
        self._cursors = cursors
        self._town_links = town_links
        self._atlas = Atlas(pages.services, tiles_of(pages.settings))

    def by_address(self, values: MultiDict[str, str]) -> Response:
        """Answer a question in an address: the empty page, or the results near a ZIP, a town or a county."""
        question, words = self._read(values)
        if "near" not in values:
            return self._answer(question, words, may_be_cached=True)
        if not question.near:
            return self._refuse(self._no_place(question, words), words)
        if not question.is_public:
            problem = private_place_in_link(question, words, reads_addresses=self._pages.reads_addresses)
            return self._refuse(problem, words)
        return self._search(question, words, is_link=True)

    def by_form(self, values: MultiDict[str, str]) -> Response:
        """Answer a posted question, or redirect to the address of its answer if that says all there is to say."""
        question, words = self._read(values)
        if not question.near:
            return self._refuse(self._no_place(question, words), words)
        if not question.is_public or question.where is None:
            return self._search(question, words)
        try:
            # What reads as a town may be anything that was typed. Only a place we know gets into the address.
            origin = locate_place(
                question.where, asked=question.near, places=self._services.places, database=self._services.database
            )
        except PLACE_ERRORS as error:
            return self._refuse(place_problem(error, kept_private(question), words), words)
        name = public_name(origin, self._services.places)
        if name is None or not name.says_all:
            return self._search(question, words)
        return _redirect_to_answer(question.in_our_words(name.text))

    def _read(self, values: MultiDict[str, str]) -> tuple[Question, Words]:
        known = [specialty.code for specialty in self._services.specialties.all()]
        question = read_question(values, known=known, base=own_origin())
        return question, self._pages.words(question.language)

    def _search(self, question: Question, words: Words, *, is_link: bool = False) -> Response:
        """Answer a question; `is_link`: it is the one in the address, which others may have, and caches keep."""
        moment = now()
        try:
            query, result = self._found(question, moment)
        except PLACE_ERRORS as error:
            return self._refuse(place_problem(error, kept_private(question), words), words)
        may_be_cached = False
        if question.is_public:
            may_be_cached = is_link and is_only_its_name(question.near, result.origin)
            name = public_name(result.origin, self._services.places)
            question = question.in_our_words(name.text if name else None)
            # /embed has headers of its own.
            may_be_redirected = is_link and question.placement.part is not Part.EMBED
            if may_be_redirected and not may_be_cached and name and name.says_all:
                return _redirect_to_answer(question)
        results = self._results(query, result, question, words, moment)
        return self._answer(question, words, results=results, may_be_cached=may_be_cached)

    def _found(self, question: Question, moment: datetime) -> tuple[SearchQuery, SearchResult]:
        if question.where is None:
            raise question.unreadable or ValueError("the question has no place")
        query = SearchQuery(
            where=question.where,
            asked=question.near,
            wanted=question.wanted,
            radius_miles=question.radius_miles,
            counts_filters=True,
        )
        page = None
        if question.cursor:
            try:
                page = self._cursors.read_page(query, question.cursor)
            except BadParameters:
                page = None  # the link was cut short or altered: show the list from its start
        query = query.from_page(page) if page else query
        places, database = self._services.places, self._services.database
        return query, find_clinics(query, places=places, database=database, now=moment)

    def _results(
        self, query: SearchQuery, result: SearchResult, question: Question, words: Words, moment: datetime
    ) -> Results:
        if query.page is None:
            question = replace(question, cursor=None)
        cursor = None
        if result.next_page and question.where is not None:
            # For the place as the link to the next page has it.
            cursor = self._cursors.write_page(replace(query, where=question.where), result.next_page)
        context = CardContext(
            words=words,
            specialties=self._specialties(),
            directions_url=self._pages.settings.directions_url,
            directions_address_url=self._pages.settings.directions_by_address,
            now=moment,
            origin=own_origin(),
            base=question.placement.base,
            clinic_query=question.clinic_query,
            radius_miles=question.radius_miles,
            zip=_zip_of(result.origin),
        )
        return results_of(result, question, context, cursor=cursor, atlas=self._atlas)

    def _specialties(self) -> dict[str, Specialty]:
        return {specialty.code: specialty for specialty in self._services.specialties.all()}

    def _no_place(self, question: Question, words: Words) -> PlaceProblem:
        return no_place(question, words, reads_addresses=self._pages.reads_addresses)

    def _refuse(self, problem: PlaceProblem, words: Words) -> Response:
        response = self._answer(problem.question, words, problem=problem, status=problem.status)
        if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = _GEOCODER_PAUSE_SECONDS
        return response

    def _answer(
        self,
        question: Question,
        words: Words,
        *,
        results: Results | None = None,
        problem: PlaceProblem | None = None,
        status: int = HTTPStatus.OK,
        may_be_cached: bool = False,
    ) -> Response:
        placement = question.placement
        values = {
            "question": question,
            "results": results,
            "problem": problem,
            "id_prefix": placement.id_prefix,
            # On a page of ours the answer's heading is that of the page.
            "heading_level": 1 if placement.part in (None, Part.OWN_RESULTS) else placement.heading_level,
        }
        if placement.part in (Part.RESULTS, Part.OWN_RESULTS):
            html = self._pages.part("finder/answer.html", words, **values)
        elif placement.part is not None:
            template = "finder/form.html" if placement.part is Part.FORM else "finder/embed.html"
            html = self._pages.part(template, words, **values, **self._form(question, words))
        else:

            def in_language(language: str) -> Link:
                return question.link("", language=language, cursor=question.cursor)

            is_sample = results.is_sample if results else None
            form = self._form(question, words)
            is_start = results is None and problem is None
            about = self._about(words) if is_start else None
            towns = self._town_links(words) if results is None else ()
            html = self._pages.page(
                "finder/finder.html",
                words,
                link=in_language,
                is_sample=is_sample,
                about=about,
                towns=towns,
                **values,
                **form,
            )
        return self._pages.answer(html, status=status, may_be_cached=may_be_cached)

    def _about(self, words: Words) -> PageAbout:
        """Describe the first page, also with a choice made on it."""
        title = words.t("Find a cancer clinic near you")
        description = words.t("Tell us where you are and what you need. We show the clinics near you, nearest first.")
        return about_page("/", words, origin=own_origin(), title=title, description=description)

    def _form(self, question: Question, words: Words) -> dict[str, object]:
        care = care_choices(self._services.specialties.all(), question.specialties, words)
        return {"care": care, "too_many": too_many(words)}


def _zip_of(origin: Origin) -> str | None:
    """Return the ZIP that was searched from as a whole; None if it was another place."""
    return origin.names[0] if origin.kind is OriginKind.ZIP and origin.names else None


def _redirect_to_answer(question: Question) -> Response:
    placement = question.placement
    address = question.url
    if placement.part:
        more = {
            "fragment": placement.part,
            "id_prefix": placement.id_prefix,
            "heading_level": placement.heading_level,
        }
        address = f"{address.partition('#')[0]}&{urlencode(more)}"
    return redirect_to(address, HTTPStatus.SEE_OTHER)
