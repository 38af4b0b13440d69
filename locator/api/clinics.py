"""GET /api/v1/clinics, /clinics/{clinic_id}, /specialties and /places: the clinics, and the words to ask for them."""

from datetime import UTC, datetime

from flask import Response

from locator.api import examples
from locator.api.http.answers import answer, link_to_next
from locator.api.http.content import GEOJSON, accepted_form
from locator.api.http.operations import Api, JsonAnswer
from locator.api.http.problems import PlaceSchema
from locator.api.params import ClinicListParams, ClinicPath, PlacesParams, SpecialtyParams, cleaned
from locator.api.wire import (
    ClinicAnswer,
    ClinicListAnswer,
    ClinicSchema,
    DatasetSchema,
    NoticeSchema,
    PlacesAnswer,
    SpecialtiesAnswer,
    SpecialtySchema,
    clinic_geojson,
    clinic_list_geojson,
)
from locator.finding.by_name import list_by_name
from locator.finding.cursors import Cursors
from locator.finding.limits import LONGEST_NAME
from locator.finding.listing import get_clinic, list_clinics
from locator.finding.named_places import suggest_places
from locator.finding.search import notices_of
from locator.services import Services


def register_clinics(api: Api, services: Services, cursors: Cursors) -> None:
    """Register the routes for clinics, specialties and places."""

    @api.operation(
        "GET", "/clinics", "list_clinics",
        JsonAnswer(ClinicListAnswer, examples.CLINICS, examples.CLINICS_GEOJSON),
        cacheable=True,
    )  # fmt: skip
    def all_clinics(query: ClinicListParams) -> Response:
        """All clinics, or those with a name or a phone

        Every listed clinic that meets the filters, in the order of clinic_id, page by page. With `q`, those with this
        name, best match first; with `phone`, those with this number.
        """
        form = accepted_form()
        wanted, now = query.wanted(), datetime.now(UTC)
        question = f"clinics {wanted!r}"
        if query.q is None and query.phone is None:
            after_id = cursors.read_after(question, query.cursor)
            listed = list_clinics(wanted, limit=query.limit, after_id=after_id, database=services.database, now=now)
        else:
            name = cleaned("q", query.q, longest=LONGEST_NAME) if query.q is not None else None
            question = f"{question} {name!r} {query.phone!r}"
            skip = cursors.read_after(question, query.cursor) or 0
            listed = list_by_name(
                name, query.phone, wanted, limit=query.limit, skip=skip, database=services.database, now=now
            )
        cursor = cursors.write_after(question, listed.page.next_after)
        written = [ClinicSchema.write_at(clinic, now) for clinic in listed.page.items]
        body = ClinicListAnswer.write(listed, clinics=written, next=cursor)
        if form == GEOJSON:
            body = clinic_list_geojson(body)
        shows_open_now = any(clinic.hours for clinic in listed.page.items) or wanted.open_now is not None
        # Text that is no organization of the list may be anything, and caches keep the whole URL.
        cacheable = wanted.organization is None or listed.page.total > 0
        return link_to_next(answer(body, form=form, cacheable=cacheable, shows_open_now=shows_open_now), cursor)

    @api.operation(
        "GET", "/clinics/<clinic_id>", "get_clinic",
        JsonAnswer(ClinicAnswer, examples.ONE_CLINIC, examples.ONE_CLINIC_GEOJSON), cacheable=True,
    )  # fmt: skip
    def one_clinic(path: ClinicPath) -> Response:
        """One clinic

        Everything that is known about one listed clinic.
        """
        form, now = accepted_form(), datetime.now(UTC)
        found, dataset = get_clinic(path.clinic_id, database=services.database)
        notices = [NoticeSchema.write(notice) for notice in notices_of(dataset)]
        body = ClinicAnswer.write_at(found, now, notices=notices, dataset=DatasetSchema.write(dataset))
        if form == GEOJSON:
            body = clinic_geojson(body)
        return answer(body, form=form, cacheable=True, shows_open_now=bool(found.hours))

    @api.operation(
        "GET", "/specialties", "list_specialties",
        JsonAnswer(SpecialtiesAnswer, examples.SPECIALTIES), cacheable=True,
    )  # fmt: skip
    def specialties(query: SpecialtyParams) -> Response:
        """The kinds of care

        Every specialty with its code and names. With `q`, those that a person may mean by these words, best match
        first.
        """
        found = services.specialties.all()
        if query.q is not None:
            found = services.specialties.find(cleaned("q", query.q, longest=60))
        body = {"specialties": [SpecialtySchema.write(specialty) for specialty in found]}
        return answer(body, cacheable=query.q is None or bool(found))

    @api.operation("GET", "/places", "suggest_places", JsonAnswer(PlacesAnswer, examples.PLACES))
    def places(query: PlacesParams) -> Response:
        """Places that begin with some text

        Suggestions while a person types: Wisconsin's towns by name, larger ones first, with local names, counties,
        townships and towns near its border, and ZIPs by number; then the listed clinics by name, of kind `clinic`. They
        come from our own tables; what is typed is not sent to anybody else. A search near such a clinic answers with
        the problem `clinic-name`, which leads to it.
        """
        text = cleaned("q", query.q, longest=60)
        found = suggest_places(text, count=query.limit, places=services.places, database=services.database)
        # Not cacheable: what a person types may be the beginning of an address.
        return answer({"places": [PlaceSchema.write(place) for place in found]}, cacheable=False)
