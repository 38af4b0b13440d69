"""What the finder says if it cannot search from a place, and which places it offers instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from locator.clinic.clinic import Clinic
from locator.errors import LocatorError
from locator.finding.named_places import ClinicNamed
from locator.geo.errors import AmbiguousPlace, GeocoderUnavailable, UnknownPlace, UnreadablePlace
from locator.geo.point import Suggestion
from locator.geo.reading.where import Zip
from locator.web.frame.question import Link, Question
from locator.web.words.words import Words

# Errors about the place that a person typed, which they can correct in the field.
PLACE_ERRORS = (UnreadablePlace, UnknownPlace, AmbiguousPlace, GeocoderUnavailable, ClinicNamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceProblem:
    """A plain message about the field of the place; `links` are places to choose instead.

    `question` is what the form shows again. `is_choice`: nothing is wrong, there is more than one such place.
    `names_clinic`: it is no place, but a clinic's name, and the links lead to clinics; `places_beside` have
    the name too.
    """

    message: str
    status: HTTPStatus
    question: Question
    links: tuple[Link, ...] = ()
    is_choice: bool = False
    names_clinic: bool = False
    places_beside: tuple[Link, ...] = ()


def no_place(question: Question, words: Words, *, reads_addresses: bool) -> PlaceProblem:
    """Return what to type; an address only if it would be looked up."""
    if reads_addresses:
        message = words.t("Please type an address, a ZIP code or a city. A ZIP code is enough.")
    else:
        message = words.t("Please type a ZIP code or a city.")
    return PlaceProblem(
        message=message,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        question=question,
    )


def private_place_in_link(question: Question, words: Words, *, reads_addresses: bool) -> PlaceProblem:
    """Refuse an address, a point, or what may be one, in a link; the page repeats nothing of it."""
    reason = words.t("To keep your address private, we do not read it from a link.")
    if reads_addresses:
        advice = words.t("Please type it in the search box.")
    else:
        advice = words.t("Please type a ZIP code or a city.")
    return PlaceProblem(
        message=f"{reason} {advice}",
        status=HTTPStatus.BAD_REQUEST,
        question=question.near_place(""),
    )


def place_problem(error: LocatorError, question: Question, words: Words) -> PlaceProblem:
    """Return why a place cannot be searched from: the error's own sentence, and the places it suggests."""
    is_outage = isinstance(error, GeocoderUnavailable)
    sentence = error.args[0] if error.args else str(error)
    if isinstance(error, ClinicNamed):
        return PlaceProblem(
            message=words.translated(sentence),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            question=question,
            links=links_to_clinics(error.clinics, question),
            places_beside=links_to(error.suggestions, question),
            is_choice=True,
            names_clinic=True,
        )
    return PlaceProblem(
        message=words.translated(sentence),
        status=HTTPStatus.SERVICE_UNAVAILABLE if is_outage else HTTPStatus.UNPROCESSABLE_ENTITY,
        question=question,
        links=links_to(error.suggestions, question) if isinstance(error, UnknownPlace | AmbiguousPlace) else (),
        is_choice=isinstance(error, AmbiguousPlace),
    )


def links_to(suggestions: Sequence[Suggestion], question: Question) -> tuple[Link, ...]:
    """Return links to the same question about each suggested place."""
    return tuple(question.near_place(suggestion.near).link(suggestion.label) for suggestion in suggestions)


def links_to_clinics(clinics: Sequence[Clinic], question: Question) -> tuple[Link, ...]:
    """Return links to the pages of clinics, each with its town."""
    base, query = question.placement.base, question.clinic_query
    return tuple(
        Link(f"{clinic.name}, {clinic.address.city}", f"{base}/clinics/{clinic.clinic_id}{query}") for clinic in clinics
    )


def kept_private(question: Question) -> Question:
    """Return a question so that nothing of a place that we do not know gets into an address: it may be anything.

    Five digits are a ZIP and nothing else, whether or not there is such a ZIP.
    """
    return question if isinstance(question.where, Zip) else replace(question, must_stay_private=True)
