"""The place of a question in our own words, for pages that link to its answer without searching."""

from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.places import Places
from locator.geo.public_names import is_only_its_name, public_name
from locator.geo.reading.where import Zip
from locator.web.frame.question import Question


def in_our_words(question: Question, places: Places) -> tuple[Question, bool]:
    """Return the question with our text for its place, and whether nothing else was typed there.

    A place that we do not know, or that must not be part of an address, is left out.
    """
    if not question.near:
        return question, True
    if isinstance(question.where, Zip):
        digits = question.where.digits
        return question.in_our_words(digits), question.near == digits
    if not question.is_public or question.where is None:
        return question.near_place(""), False
    try:
        origin = places.locate(question.where, asked=question.near)
    except (UnknownPlace, AmbiguousPlace):
        return question.near_place(""), False
    name = public_name(origin, places)
    if name is None:
        return question.near_place(""), False
    return question.in_our_words(name.text), is_only_its_name(question.near, origin)
