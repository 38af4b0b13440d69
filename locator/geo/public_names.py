"""The text of a place that may be part of a URL: our own words for what was understood, never what somebody typed.

Around a ZIP or a town people type anything, such as their name: "Jane Doe, 53703".
"""

from dataclasses import dataclass, replace

from locator.geo.errors import AmbiguousPlace, UnknownPlace, UnreadablePlace
from locator.geo.origins import Origin, OriginKind
from locator.geo.places import Places
from locator.geo.reading.where import is_private, read_where
from locator.geo.states import STATE_NAMES
from locator.text.folding import key_of

_PUBLIC_KINDS = (OriginKind.ZIP, OriginKind.TOWN, OriginKind.COUNTY)


@dataclass(frozen=True, slots=True)
class PublicName:
    """Our text for a place.

    `says_all`: a search from it tells all that a search from the text as typed does. It does not if that was
    misspelled, for example, because then the answer says what it was taken for.
    """

    text: str
    says_all: bool


def public_name(origin: Origin, places: Places) -> PublicName | None:
    """Return the text that finds `origin` again, as near as possible to how it was typed.

    None for an address or a point, and for a place that none of our texts finds.
    """
    if origin.kind not in _PUBLIC_KINDS:
        return None
    found: PublicName | None = None
    asked = _letters(origin.asked)
    for name in sorted(origin.names, key=lambda name: _letters(name) != asked):
        again = _origin_of(name, places)
        if again is None or again.geocode != origin.geocode:
            continue
        if replace(again, asked=origin.asked) == origin:
            return PublicName(name, says_all=True)
        found = found or PublicName(name, says_all=False)
    return found


def is_only_its_name(asked: str, origin: Origin) -> bool:
    """Return whether a text has nothing but a name of the place that it was understood as.

    Then many people type the same, and it may be part of a URL that caches keep. It has more if there is another word
    in it, a ZIP+4, or a spelling that is not ours.
    """
    return _letters(asked) in {_letters(spelling) for spelling in _spellings(origin)}


def _spellings(origin: Origin) -> list[str]:
    """Return the plain ways to write a place: with and without its kind, county and state."""
    if origin.kind not in _PUBLIC_KINDS or not origin.names:
        return []
    pieces = origin.geocode.label.split(", ")
    state = pieces[-1]
    states = ["", state, STATE_NAMES.get(state, state)]
    match origin.kind:
        case OriginKind.ZIP:
            digits, town = origin.names[0], pieces[1] if len(pieces) > 2 else ""
            spellings = [f"{place} {digits}" for each in states for place in (each, f"{town} {each}")]
            return [*spellings, *(f"{digits} {town} {each}" for each in states), origin.geocode.label]
        case OriginKind.COUNTY:
            county = pieces[0].removesuffix(" County")
            return [f"{name} {each}" for each in states for name in (county, f"{county} County")]
        case _:
            kind = origin.names[-1].removesuffix(f", {', '.join(pieces[1:])}")  # "City of Superior"
            places = [
                place
                for name in (pieces[0], kind)
                for place in (name, *(f"{name} {county}" for county in pieces[1:-1]))
            ]
            return [f"{place} {each}" for each in states for place in places]


def _letters(text: str) -> str:
    return key_of(text).replace(" ", "")


def _origin_of(name: str, places: Places) -> Origin | None:
    try:
        where = read_where(name)
        return None if is_private(where) else places.locate(where, asked=name)
    except (UnreadablePlace, UnknownPlace, AmbiguousPlace):
        return None
