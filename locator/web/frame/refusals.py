"""What a page says where it has no list to give, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from locator.errors import DatabaseNotReady, DatabaseUnavailable, LocatorError
from locator.geo.errors import AmbiguousPlace, GeocoderUnavailable, UnknownPlace, UnreadablePlace
from locator.geo.point import Suggestion
from locator.web.frame.asked import Asked, Way
from locator.web.words.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A plain message, linked to the field it is about; `ways` are places to choose instead.

    `asked` is the question as the form shows it again. `is_choice`: nothing was wrong, there is only more than one.
    """

    message: str
    status: HTTPStatus
    asked: Asked
    ways: tuple[Way, ...] = ()
    is_choice: bool = False


# Errors of a place that a person typed: they can be put right in the field.
OF_THE_PLACE = (UnreadablePlace, UnknownPlace, AmbiguousPlace, GeocoderUnavailable)


def empty_place(asked: Asked, words: Words) -> Refusal:
    return Refusal(
        message=words.t("Please type a ZIP code, a city or an address. A ZIP code is enough."),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        asked=asked,
    )


def place_in_the_address(asked: Asked, words: Words) -> Refusal:
    """Refuse a link that holds an address, a point, or what may be one; nothing of it is repeated."""
    return Refusal(
        message=words.t(
            "To keep your address private, we do not read it from a link. Please type it in the search box."
        ),
        status=HTTPStatus.BAD_REQUEST,
        asked=asked.at(""),
    )


def refusal_of(error: LocatorError, asked: Asked, words: Words) -> Refusal:
    """Say why a place cannot be searched from: the error's own sentence, and the places it offers."""
    is_outage = isinstance(error, GeocoderUnavailable)
    sentence = error.args[0] if error.args else str(error)
    return Refusal(
        message=words.say(sentence),
        status=HTTPStatus.SERVICE_UNAVAILABLE if is_outage else HTTPStatus.UNPROCESSABLE_ENTITY,
        asked=asked,
        ways=ways_to(error.suggestions, asked) if isinstance(error, UnknownPlace | AmbiguousPlace) else (),
        is_choice=isinstance(error, AmbiguousPlace),
    )


def ways_to(suggestions: Sequence[Suggestion], asked: Asked) -> tuple[Way, ...]:
    """Give the same question from each suggested place."""
    return tuple(asked.at(suggestion.near).way(suggestion.label) for suggestion in suggestions)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a whole page, in two sentences: what it is, and what to do."""

    title: str
    message: str
    status: HTTPStatus
    again: bool = False


def trouble_of(error: LocatorError, words: Words) -> Trouble:
    """Say what is the matter on our side, or with an address that leads nowhere."""
    if isinstance(error, DatabaseUnavailable | DatabaseNotReady):
        return _away(words)
    return Trouble(
        words.t("We cannot read this request"), words.say(error.args[0] if error.args else ""), HTTPStatus.BAD_REQUEST
    )


def trouble_of_status(status: int, words: Words) -> Trouble:
    """Say what HTTP refused."""
    match status:
        case HTTPStatus.NOT_FOUND:
            return Trouble(
                words.t("We cannot find this page"),
                words.t("The link may be old. You can search for a clinic instead."),
                HTTPStatus.NOT_FOUND,
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Trouble(words.t("Please wait a moment"), too_many(words), HTTPStatus.TOO_MANY_REQUESTS, again=True)
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return _away(words)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Trouble(
                words.t("This did not work"),
                words.t("The fault is ours, not yours. Please try again, or call and ask a person."),
                HTTPStatus.INTERNAL_SERVER_ERROR,
                again=True,
            )
        case _:
            return Trouble(
                words.t("We cannot read this request"),
                words.t("Please go back to the search page and try again."),
                HTTPStatus(status),
            )


def _away(words: Words) -> Trouble:
    return Trouble(
        words.t("We cannot show the clinics right now"),
        words.t("Please try again in a minute. If you do not want to wait, please call: a person can help you."),
        HTTPStatus.SERVICE_UNAVAILABLE,
        again=True,
    )


def too_many(words: Words) -> str:
    return words.t("Many people are searching right now. Please wait a minute and search again.")


def as_posted(asked: Asked) -> Asked:
    """Give the question so that nothing of its place gets into an address: it was posted, and may be anything."""
    return replace(asked, only_posted=True)
