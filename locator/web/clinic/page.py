"""GET /clinics/{clinic_id}: all that we know about a clinic; POST /clinics/{clinic_id}/report: feedback on it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID
from locator.errors import ClinicNotFound
from locator.finding.listing import KnownClinic, look_up_clinic
from locator.web.clinic.cards import CardContext, town_of
from locator.web.clinic.details import details_of
from locator.web.clinic.feedback import TRAP, FeedbackForm, FeedbackIntake, is_cross_site, read_feedback_form
from locator.web.clinic.schema_org import as_data_block, structured_data
from locator.web.frame.about import about_page
from locator.web.frame.known_places import in_our_words
from locator.web.frame.pages import Pages
from locator.web.frame.question import Link, Question, read_question
from locator.web.frame.requests import now, own_origin, redirect_to
from locator.web.map.map import Atlas
from locator.web.words.words import Words


def register_clinic_page(blueprint: Blueprint, pages: Pages) -> None:
    """Register the routes of a clinic's page and its feedback form."""
    clinic_page = _ClinicPage(pages)

    @blueprint.get("/clinics/<clinic_id>")
    def clinic(clinic_id: str) -> Response:
        return clinic_page.show(clinic_id)

    @blueprint.get("/clinics/<clinic_id>/report")
    def no_report(clinic_id: str) -> Response:
        # Someone reloaded the URL of a rejected form.
        return clinic_page.redirect_to_clinic(clinic_id)

    @blueprint.post("/clinics/<clinic_id>/report")
    def report(clinic_id: str) -> Response:
        return clinic_page.take_feedback(clinic_id)


class _ClinicPage:
    def __init__(self, pages: Pages):
        self._pages = pages
        self._services = pages.services
        self._feedback = FeedbackIntake(pages.services)
        self._atlas = Atlas(pages.services)

    def show(self, clinic_id: str) -> Response:
        """Answer with the clinic's page; for one that is no longer listed, with a link to the clinics near it."""
        question, words, is_plain = self._read()
        canonical = f"/clinics/{_checked(clinic_id.lower())}"
        if request.path != canonical:
            return redirect_to(f"{canonical}{_query(question)}", HTTPStatus.MOVED_PERMANENTLY)
        known = self._known(clinic_id)
        if not known.clinic.is_listed:
            return self._unlisted(known, question, words)
        is_thanked = request.args.get("thanks") == "1"
        return self._page(
            known,
            question,
            FeedbackForm(words=words),
            is_thanked=is_thanked,
            may_be_cached=is_plain and not is_thanked,
        )

    def redirect_to_clinic(self, clinic_id: str) -> Response:
        """Redirect to the clinic's page, whether or not there is one."""
        question, _words, _is_plain = self._read()
        return redirect_to(f"/clinics/{_checked(clinic_id)}{_query(question)}", HTTPStatus.SEE_OTHER)

    def take_feedback(self, clinic_id: str) -> Response:
        """Store the feedback and send the reader back to the clinic; show the form again if it cannot be stored."""
        if is_cross_site():
            abort(HTTPStatus.FORBIDDEN)
        question, words, _is_plain = self._read()
        known = self._known(clinic_id)
        if not known.clinic.is_listed:
            return self._unlisted(known, question, words)
        rejected = self._feedback.take(clinic_id, read_feedback_form(request.form, words))
        if rejected is None:
            return redirect_to(f"/clinics/{clinic_id}{_query(question, thanks='1')}", HTTPStatus.SEE_OTHER)
        status = HTTPStatus.TOO_MANY_REQUESTS if rejected.must_wait else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(known, question, rejected, status=status)

    def _read(self) -> tuple[Question, Words, bool]:
        """Read the question whose answer the reader came from, without a place that must not be in an address.

        Also return whether nothing but a place that we know was given there, so that caches may keep the page.
        """
        specialties = [specialty.code for specialty in self._services.specialties.all()]
        question = read_question(request.args, known=specialties, base="")
        question, is_plain = in_our_words(question, self._services.places)
        return question, self._pages.words(question.language), is_plain

    def _known(self, clinic_id: str) -> KnownClinic:
        try:
            return look_up_clinic(_checked(clinic_id), database=self._services.database)
        except ClinicNotFound:
            abort(HTTPStatus.NOT_FOUND)

    def _page(
        self,
        known: KnownClinic,
        question: Question,
        form: FeedbackForm,
        *,
        is_thanked: bool = False,
        status: HTTPStatus = HTTPStatus.OK,
        may_be_cached: bool = False,
    ) -> Response:
        words, clinic = form.words, known.clinic
        origin = own_origin()
        context = CardContext(
            words=words,
            specialties={specialty.code: specialty for specialty in self._services.specialties.all()},
            directions_url=self._pages.settings.directions_url,
            directions_address_url=self._pages.settings.directions_by_address,
            now=now(),
            origin=origin,
        )
        path = f"/clinics/{clinic.clinic_id}"
        details = details_of(known, context)
        html = self._pages.page(
            "clinic/clinic.html",
            words,
            link=_in_language(path, question),
            is_sample=known.dataset.sample,
            details=details,
            map=self._atlas.map_of_clinic(clinic),
            back=_back(question, words),
            about=about_page(
                path, words, origin=origin, title=f"{clinic.name}, {town_of(clinic)}", description=details.description
            ),
            data=as_data_block(structured_data(clinic, url=f"{origin}{path}", today=now().date())),
            form=form,
            action=f"{path}/report{_query(question)}",
            trap=TRAP,
            seen_version=form.seen_version or known.version_id,
            is_thanked=is_thanked,
        )
        return self._pages.answer(html, status=status, may_be_cached=may_be_cached)

    def _unlisted(self, known: KnownClinic, question: Question, words: Words) -> Response:
        clinic = known.clinic
        town = town_of(clinic)
        near = question.near_place(clinic.address.zip or f"{clinic.address.city}, {clinic.address.state}")
        html = self._pages.page(
            "clinic/unlisted.html",
            words,
            link=_in_language(f"/clinics/{clinic.clinic_id}", question),
            is_sample=known.dataset.sample,
            clinic=clinic,
            town=town,
            near=near.link(words.t("Find clinics near {town}", town=town)),
        )
        return self._pages.answer(html, status=HTTPStatus.GONE)


def _checked(clinic_id: str) -> str:
    """Return an id that a clinic could have; abort with 404 for anything else."""
    if len(clinic_id) > LONGEST_CLINIC_ID or not CLINIC_ID.fullmatch(clinic_id):
        abort(HTTPStatus.NOT_FOUND)
    return clinic_id


def _back(question: Question, words: Words) -> Link:
    if question.near:
        return question.link(words.t("Back to the clinics near {place}", place=question.near))
    return question.link(words.t("Find other clinics"))


def _in_language(path: str, question: Question) -> Callable[[str], Link]:
    def link(language: str) -> Link:
        return Link("", f"{path}{_query(replace(question, language=language))}")

    return link


def _query(question: Question, **more: str) -> str:
    """Return the query that leads back to the answer the reader came from, with `more` parameters."""
    query = question.clinic_query
    if not more:
        return query
    return f"{query}{'&' if query else '?'}{urlencode(more)}"
