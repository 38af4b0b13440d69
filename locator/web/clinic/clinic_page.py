"""GET /clinics/{clinic_id}: all that is known of a clinic; POST /clinics/{clinic_id}/report: what is wrong with it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID
from locator.errors import ClinicNotFound
from locator.finding.listing import KnownClinic, look_up_clinic
from locator.web.clinic.clinic_view import view_of
from locator.web.clinic.feedback import TRAP, ReportForm, Reports, is_from_elsewhere, read_report
from locator.web.clinic.structured import as_data_block, structured_data
from locator.web.finder.cards import CardSetting, town_of
from locator.web.frame.asked import Asked, Way, read_asked
from locator.web.frame.pages import Pages, moment, sent_to, this_origin
from locator.web.words.words import Words


def add_clinic_page(blueprint: Blueprint, pages: Pages) -> None:
    """Hang the page on the blueprint."""
    clinic_pages = _ClinicPages(pages)

    @blueprint.get("/clinics/<clinic_id>")
    def clinic(clinic_id: str) -> Response:
        return clinic_pages.show(clinic_id)

    @blueprint.get("/clinics/<clinic_id>/report")
    def no_report(clinic_id: str) -> Response:
        # Whoever goes once more to the address that a refused form leaves behind.
        return clinic_pages.lead_back(clinic_id)

    @blueprint.post("/clinics/<clinic_id>/report")
    def report(clinic_id: str) -> Response:
        return clinic_pages.report(clinic_id)


class _ClinicPages:
    """Answers what is asked of single clinics."""

    def __init__(self, pages: Pages):
        self._pages = pages
        self._services = pages.services
        self._reports = Reports(pages.services.database)

    def show(self, clinic_id: str) -> Response:
        """Answer with the clinic's page; one that is no longer listed is gone, and the way to others is shown."""
        asked, words = self._read()
        stable = f"/clinics/{_checked(clinic_id.lower())}"
        if request.path != stable:
            return sent_to(f"{stable}{_query(asked)}", HTTPStatus.MOVED_PERMANENTLY)
        known = self._known(clinic_id)
        if not known.clinic.is_listed:
            return self._gone(known, asked, words)
        is_thanked = request.args.get("thanks") == "1"
        return self._page(known, asked, ReportForm(words=words), is_thanked=is_thanked)

    def lead_back(self, clinic_id: str) -> Response:
        """Lead to the clinic's page, which then says whether there is one."""
        asked, _words = self._read()
        return sent_to(f"/clinics/{_checked(clinic_id)}{_query(asked)}", HTTPStatus.SEE_OTHER)

    def report(self, clinic_id: str) -> Response:
        """Take what is wrong, and send the reader back to the clinic; what cannot be taken is asked for again."""
        if is_from_elsewhere():
            abort(HTTPStatus.FORBIDDEN)
        asked, words = self._read()
        known = self._known(clinic_id)
        if not known.clinic.is_listed:
            return self._gone(known, asked, words)
        refused = self._reports.take(clinic_id, read_report(request.form, words))
        if refused is None:
            return sent_to(f"/clinics/{clinic_id}{_query(asked, thanks='1')}", HTTPStatus.SEE_OTHER)
        status = HTTPStatus.TOO_MANY_REQUESTS if refused.is_over else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(known, asked, refused, status=status)

    def _read(self) -> tuple[Asked, Words]:
        """Read which answer the reader came from. What must not stand in an address is dropped from it here."""
        specialties = [specialty.code for specialty in self._services.specialties.all()]
        asked = read_asked(request.args, known=specialties, base="")
        if not asked.is_public:
            asked = asked.at("")
        return asked, self._pages.words(asked.language)

    def _known(self, clinic_id: str) -> KnownClinic:
        try:
            return look_up_clinic(_checked(clinic_id), database=self._services.database)
        except ClinicNotFound:
            abort(HTTPStatus.NOT_FOUND)

    def _page(
        self,
        known: KnownClinic,
        asked: Asked,
        form: ReportForm,
        *,
        is_thanked: bool = False,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        words, clinic = form.words, known.clinic
        origin = this_origin()
        setting = CardSetting(
            words=words,
            specialties={specialty.code: specialty for specialty in self._services.specialties.all()},
            directions_url=self._pages.settings.directions_url,
            now=moment(),
            origin=origin,
        )
        stable = f"/clinics/{clinic.clinic_id}"
        html = self._pages.page(
            "clinic.html",
            words,
            way=_in_language(stable, asked),
            is_sample=known.dataset.sample,
            view=view_of(known, setting),
            back=_back(asked, words),
            canonical=f"{origin}{stable}",
            data=as_data_block(structured_data(clinic, url=f"{origin}{stable}")),
            form=form,
            action=f"{stable}/report{_query(asked)}",
            trap=TRAP,
            seen_version=form.seen_version or known.version_id,
            is_thanked=is_thanked,
        )
        return self._pages.answer(html, status=status, may_be_kept=not is_thanked)

    def _gone(self, known: KnownClinic, asked: Asked, words: Words) -> Response:
        clinic = known.clinic
        town = town_of(clinic)
        near = asked.at(clinic.address.zip or f"{clinic.address.city}, {clinic.address.state}")
        html = self._pages.page(
            "gone.html",
            words,
            way=_in_language(f"/clinics/{clinic.clinic_id}", asked),
            is_sample=known.dataset.sample,
            clinic=clinic,
            town=town,
            near=near.way(words.t("Find clinics near {town}", town=town)),
        )
        return self._pages.answer(html, status=HTTPStatus.GONE)


def _checked(clinic_id: str) -> str:
    """Give what can be the id of a clinic; anything else is not found."""
    if len(clinic_id) > LONGEST_CLINIC_ID or not CLINIC_ID.fullmatch(clinic_id):
        abort(HTTPStatus.NOT_FOUND)
    return clinic_id


def _back(asked: Asked, words: Words) -> Way:
    if asked.near:
        return asked.way(words.t("Back to the clinics near {place}", place=asked.near))
    return asked.way(words.t("Find other clinics"))


def _in_language(path: str, asked: Asked) -> Callable[[str], Way]:
    def way(language: str) -> Way:
        return Way("", f"{path}{_query(replace(asked, language=language))}")

    return way


def _query(asked: Asked, **more: str) -> str:
    """Give what leads back to the answer the reader came from, with `more`."""
    query = asked.clinic_query
    if not more:
        return query
    return f"{query}{'&' if query else '?'}{urlencode(more)}"
