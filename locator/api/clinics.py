"""GET /api/v1/clinics, /clinics/{clinic_id}, /specialties and /places: what there is to find, and where."""

from datetime import UTC, datetime

from flask import Response

from locator.api.http.answers import answer, link_to_next
from locator.api.http.conditions import GEOJSON, accepted_form
from locator.api.http.documented import Api
from locator.api.http.problems import suggestion_json
from locator.api.http.reading import RequestReader
from locator.api.params import ClinicListParams, ClinicPath, PlacesParams, SpecialtyParams, cleaned
from locator.api.schemas import ClinicAnswer, ClinicListAnswer, PlacesAnswer, SpecialtiesAnswer
from locator.api.wire import (
    clinic_geojson,
    clinic_json,
    clinic_list_geojson,
    clinic_list_json,
    dataset_json,
    notices_json,
    specialty_json,
)
from locator.finding.cursors import Cursors
from locator.finding.listing import get_clinic, list_clinics
from locator.finding.search import notices_of
from locator.services import Services


def add_clinics(api: Api, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Hang the lists on the API."""

    @api.get("/clinics", "list_clinics", answer=ClinicListAnswer, geojson=True)
    @reading.into_models
    def clinics(query: ClinicListParams) -> Response:
        """All clinics

        Every listed clinic that is as wanted, by clinic_id, page by page.
        """
        form = accepted_form()
        wanted, now = query.wanted(), datetime.now(UTC)
        question = f"clinics {wanted!r}"
        after_id = cursors.read_after(question, query.cursor)
        listed = list_clinics(wanted, limit=query.limit, after_id=after_id, database=services.database, now=now)
        cursor = cursors.write_after(question, listed.page.next_after)
        body = (clinic_list_geojson if form == GEOJSON else clinic_list_json)(listed, cursor=cursor, now=now)
        tells_now = any(clinic.hours for clinic in listed.page.items) or wanted.open_now is not None
        return link_to_next(answer(body, form=form, cacheable=True, tells_now=tells_now), cursor)

    @api.get("/clinics/<clinic_id>", "get_clinic", answer=ClinicAnswer, geojson=True, clinic=True)
    @reading.into_models
    def clinic(path: ClinicPath) -> Response:
        """One clinic

        All that is known of one listed clinic, and since when.
        """
        form, now = accepted_form(), datetime.now(UTC)
        found, dataset = get_clinic(path.clinic_id, database=services.database)
        notices = notices_of(dataset)
        if form == GEOJSON:
            feature = clinic_geojson(found, dataset, notices, now=now)
            return answer(feature, form=form, cacheable=True, tells_now=bool(found.hours))
        more = {"notices": notices_json(notices), "dataset": dataset_json(dataset)}
        body = clinic_json(found, now=now) | more
        return answer(body, form=form, cacheable=True, tells_now=bool(found.hours))

    @api.get("/specialties", "list_specialties", answer=SpecialtiesAnswer)
    @reading.into_models
    def specialties(query: SpecialtyParams) -> Response:
        """The kinds of care

        Every specialty with its code and names; with `q`, those that a person may mean by these words, the best first.
        """
        found = services.specialties.all()
        if query.q is not None:
            found = services.specialties.find(cleaned("q", query.q, longest=60))
        return answer({"specialties": [specialty_json(specialty) for specialty in found]}, cacheable=True)

    @api.get("/places", "suggest_places", answer=PlacesAnswer)
    @reading.into_models
    def places(query: PlacesParams) -> Response:
        """Places that begin like this

        Suggestions while a person types: Wisconsin's towns by name, larger first, and ZIPs by number. From our own
        tables only; nothing typed leaves the service.
        """
        found = services.places.suggest(cleaned("q", query.q, longest=60), count=query.limit)
        # What a person types is theirs: it may be the beginning of an address.
        return answer({"places": [suggestion_json(place) for place in found]}, cacheable=False)
