"""GET / and GET and POST /find: the public page where a person finds the nearest clinics that can help."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from locator.clinic.clinic import Specialty, Wanted
from locator.errors import BadParameters
from locator.finding.cursors import Cursors
from locator.finding.search import SearchQuery, find_clinics
from locator.web.finder.cards import CardSetting
from locator.web.finder.care import CareChoices, care_choices
from locator.web.finder.results import Results, results_of
from locator.web.frame.asked import ANSWER, EMBED, FORM, OWN, RESULTS, Asked, Way, read_asked
from locator.web.frame.pages import Pages, moment, sent_to, this_origin
from locator.web.frame.refusals import (
    OF_THE_PLACE,
    Refusal,
    as_posted,
    empty_place,
    place_in_the_address,
    refusal_of,
    too_many,
)
from locator.web.map.map import Atlas, tiles_of
from locator.web.words.words import Words


def add_finder(blueprint: Blueprint, finder: "Finder") -> None:
    """Hang the page on the blueprint."""

    @blueprint.get("/")
    def start() -> Response:
        return finder.by_address(request.args)

    @blueprint.get("/find")
    def find() -> Response:
        return finder.by_address(request.args)

    @blueprint.post("/find")
    def find_privately() -> Response:
        return finder.by_form(MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)]))


class Finder:
    """Answers what the page is asked."""

    def __init__(self, pages: Pages, cursors: Cursors):
        self._pages = pages
        self._services = pages.services
        self._cursors = cursors
        self._atlas = Atlas(pages.services, tiles_of(pages.settings))

    def by_address(self, values: MultiDict[str, str]) -> Response:
        """Answer a question in an address: the empty page, or the results near a ZIP, a town or a county."""
        asked, words = self._read(values)
        if "near" not in values:
            return self._answer(asked, words, may_be_kept=True)
        if not asked.near:
            return self._refuse(empty_place(asked, words), words)
        if not asked.is_public:
            return self._refuse(place_in_the_address(asked, words), words)
        return self._search(asked, words)

    def by_form(self, values: MultiDict[str, str]) -> Response:
        """Answer a posted question; a place that may stand in an address is sent on to its own."""
        asked, words = self._read(values)
        if not asked.near:
            return self._refuse(empty_place(asked, words), words)
        if not asked.is_public or asked.where is None:
            return self._search(asked, words)
        try:
            # What reads as a town can be anything that was typed. Only a place we know gets into the address.
            self._services.places.locate(asked.where, asked=asked.near)
        except OF_THE_PLACE as error:
            return self._refuse(refusal_of(error, as_posted(asked), words), words)
        return _sent_on(asked)

    def _read(self, values: MultiDict[str, str]) -> tuple[Asked, Words]:
        known = [specialty.code for specialty in self._services.specialties.all()]
        asked = read_asked(values, known=known, base=this_origin())
        return asked, self._pages.words(asked.language)

    def _search(self, asked: Asked, words: Words) -> Response:
        try:
            results = self._results(asked, words)
        except OF_THE_PLACE as error:
            return self._refuse(refusal_of(error, asked, words), words)
        return self._answer(asked, words, results=results, may_be_kept=asked.is_public)

    def _results(self, asked: Asked, words: Words) -> Results:
        if asked.where is None:
            raise asked.unreadable or ValueError("nothing was asked")
        query = SearchQuery(
            where=asked.where,
            asked=asked.near,
            wanted=Wanted(specialties=asked.specialties),
            radius_miles=asked.radius_miles,
        )
        page = None
        if asked.cursor:
            try:
                page = self._cursors.read_page(query, asked.cursor)
            except BadParameters:  # a link cut short or altered on its way: the list from its start is what it meant
                asked = replace(asked, cursor=None)
        now = moment()
        places, database = self._services.places, self._services.database
        result = find_clinics(query.from_page(page) if page else query, places=places, database=database, now=now)
        cursor = self._cursors.write_page(query, result.next_page) if result.next_page else None
        setting = CardSetting(
            words=words,
            specialties=self._specialties(),
            directions_url=self._pages.settings.directions_url,
            now=now,
            origin=this_origin(),
            base=asked.frame.base,
            clinic_query=asked.clinic_query,
            radius_miles=asked.radius_miles,
        )
        return results_of(result, asked, setting, cursor=cursor, atlas=self._atlas)

    def _specialties(self) -> dict[str, Specialty]:
        return {specialty.code: specialty for specialty in self._services.specialties.all()}

    def _refuse(self, refusal: Refusal, words: Words) -> Response:
        response = self._answer(refusal.asked, words, refusal=refusal, status=refusal.status)
        if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = "30"  # as long as a geocoder that failed is left alone
        return response

    def _answer(
        self,
        asked: Asked,
        words: Words,
        *,
        results: Results | None = None,
        refusal: Refusal | None = None,
        status: int = HTTPStatus.OK,
        may_be_kept: bool = False,
    ) -> Response:
        values = {
            "asked": asked,
            "results": results,
            "refusal": refusal,
            "id_prefix": asked.frame.id_prefix,
            "heading_level": asked.frame.heading_level,
            "action": f"{asked.frame.base}/find#cf-{RESULTS}",
        }
        if asked.frame.fragment in (ANSWER, OWN):
            html = self._pages.part("answer.html", words, **values)
        elif asked.frame.fragment in (FORM, EMBED):
            html = self._pages.part(f"{asked.frame.fragment}.html", words, **values, **self._form(asked, words))
        else:

            def in_language(language: str) -> Way:
                return asked.way("", language=language, cursor=asked.cursor)

            is_sample = results.is_sample if results else None
            form = self._form(asked, words)
            html = self._pages.page("finder.html", words, way=in_language, is_sample=is_sample, **values, **form)
        return self._pages.answer(html, status=status, may_be_kept=may_be_kept)

    def _form(self, asked: Asked, words: Words) -> dict[str, object]:
        care: CareChoices = care_choices(self._services.specialties.all(), asked.specialties, words)
        return {"care": care, "too_many": too_many(words)}


def _sent_on(asked: Asked) -> Response:
    frame = asked.frame
    address = asked.url
    if frame.fragment:
        more = {"fragment": frame.fragment, "id_prefix": frame.id_prefix, "heading_level": frame.heading_level}
        address = f"{address.partition('#')[0]}&{urlencode(more)}"
    return sent_to(address, HTTPStatus.SEE_OTHER)
