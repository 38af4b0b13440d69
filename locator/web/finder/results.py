"""The answer to a search as a person reads it: how many, how far, from where, what is not sure, and what to do next."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from locator.clinic.clinic import Specialty
from locator.finding.limits import LONGEST_RADIUS_MILES
from locator.finding.search import SearchResult
from locator.geo.origins import Notice, Origin, OriginKind
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.finder.cards import Card, CardSetting, card_of
from locator.web.frame.asked import OWN, Asked, Way
from locator.web.frame.refusals import ways_to
from locator.web.map.map import Atlas, MapView
from locator.web.words.words import Words

# "Look farther" doubles the radius, then takes all of the state in.
_FARTHER_MILES = (10.0, 25.0, 50.0, 100.0, 200.0, LONGEST_RADIUS_MILES)


@dataclass(frozen=True, slots=True)
class Remark:
    """A notice beside the list; `to_the_field` leads back to the search box."""

    text: str
    to_the_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the results fragment says.

    `found_nothing`: no clinic fits as asked, within the radius or at all, so the help lines are named beside the list.
    """

    heading: str
    sentence: str
    private: str | None
    remarks: tuple[Remark, ...]
    relaxations: tuple[Way, ...]
    others: tuple[Way, ...]
    cards: tuple[Card, ...]
    first_rank: int
    to_first: Way | None
    more: Way | None
    farther: Way | None
    next_steps: tuple[Way, ...]
    total: int
    found_nothing: bool
    is_sample: bool
    map: MapView | None


def results_of(
    result: SearchResult, asked: Asked, setting: CardSetting, *, cursor: str | None, atlas: Atlas
) -> Results:
    """Write a search's answer; `cursor` leads to the next page, None where this is the last."""
    words, specialties = setting.words, setting.specialties
    is_later = asked.cursor is not None
    return Results(
        heading=_heading(result, asked, words),
        sentence=_sentence(result.origin, asked, words),
        private=None if asked.is_public else _private(words),
        remarks=_remarks(result, asked, words),
        relaxations=_relaxations(result, asked, specialties, words),
        others=ways_to(result.origin.alternatives, asked),
        cards=tuple(card_of(listed, setting) for listed in result.matches),
        first_rank=result.matches[0].rank if result.matches else 1,
        to_first=asked.way(words.t("Back to the nearest clinics")) if is_later else None,
        more=asked.way(words.t("Show the next clinics"), cursor=cursor) if cursor else None,
        farther=None if cursor else _farther(asked, words),
        next_steps=_next_steps(asked, specialties, words),
        total=result.total,
        found_nothing=result.total == 0,
        is_sample=result.dataset.sample,
        map=atlas.map_of(result, place=short_place(result.origin, asked, words)),
    )


def _heading(result: SearchResult, asked: Asked, words: Words) -> str:
    place = short_place(result.origin, asked, words)
    if result.total == 0:
        return words.t("The nearest clinics to {place}", place=place)
    return words.n(
        "{count} clinic within {radius} miles of {place}",
        "{count} clinics within {radius} miles of {place}",
        result.total,
        radius=asked.radius_miles,
        place=place,
    )


def short_place(origin: Origin, asked: Asked, words: Words) -> str:
    """Name the place in a heading. It becomes the title, so an address is not named in it, nor is a point."""
    if origin.kind is OriginKind.POINT:
        return words.t("your location")
    if not asked.is_public and origin.geocode.precision in STREET_LEVEL:
        return words.t("your address")
    # "53703, Madison, Dane County, WI" reads well enough as "53703, Madison".
    pieces = origin.geocode.label.split(", ")
    if pieces[-1] == HOME_STATE and len(pieces) > 2:
        return ", ".join(pieces[:-2])
    return origin.geocode.label


def _sentence(origin: Origin, asked: Asked, words: Words) -> str:
    if origin.kind is OriginKind.POINT:
        return words.t("Nearest first, in a straight line from where you are. Roads may be longer.")
    if not asked.is_public and origin.geocode.precision in STREET_LEVEL:
        return words.t("Nearest first, in a straight line from your address. Roads may be longer.")
    # People know where their ZIP is; the county of a town may be what tells it from another.
    place = short_place(origin, asked, words) if origin.kind is OriginKind.ZIP else origin.geocode.label
    return words.t("Nearest first, in a straight line from the middle of {place}. Roads may be longer.", place=place)


def _private(words: Words) -> str:
    return words.t("We do not keep your address. It is not in the link of this page.")


def _remarks(result: SearchResult, asked: Asked, words: Words) -> tuple[Remark, ...]:
    remarks = []
    if asked.unknown_care:
        remarks.append(Remark(words.t("We do not know the kind of care in this link. Please choose it above.")))
    if result.widened:
        looked = words.t("We looked up to {miles} miles away.", miles=math.ceil(result.widened.to_miles))
        remarks.append(Remark(f"{words.say(result.widened.reason)} {looked}"))
    remarks += [_remark(notice, words) for notice in result.notices if _is_for_here(notice, asked)]
    return tuple(remarks)


def _is_for_here(notice: Notice, asked: Asked) -> bool:
    # Our own pages carry it above everything else; on somebody else's page there is only this list.
    return notice.code != "sample_data" or asked.frame.fragment not in (None, OWN)


def _remark(notice: Notice, words: Words) -> Remark:
    to_the_field = words.t("Type your street address") if notice.code == "nearest_depends_on_street" else None
    return Remark(words.say(notice.text), to_the_field)


def _relaxations(
    result: SearchResult, asked: Asked, specialties: Mapping[str, Specialty], words: Words
) -> tuple[Way, ...]:
    ways = []
    for relaxation in result.relaxations:
        code = relaxation.drop.get("specialty")
        if not isinstance(code, str) or code not in specialties or relaxation.total == 0:
            continue
        label = words.n(
            "Without “{care}”: {count} clinic",
            "Without “{care}”: {count} clinics",
            relaxation.total,
            care=words.specialty(specialties[code]),
        )
        ways.append(asked.way(label, specialties=tuple(other for other in asked.specialties if other != code)))
    return tuple(ways)


def _farther(asked: Asked, words: Words) -> Way | None:
    radius = next((miles for miles in _FARTHER_MILES if miles > asked.radius_miles), None)
    if radius is None:
        return None
    return asked.way(words.t("Look up to {miles} miles away", miles=radius), radius_given=radius)


def _next_steps(asked: Asked, specialties: Mapping[str, Specialty], words: Words) -> tuple[Way, ...]:
    steps = {
        "second_opinion": words.t("Ask another doctor for a second opinion"),
        "clinical_trials": words.t("Find studies of new treatments"),
        "palliative_care": words.t("Get help with pain, tiredness and worry"),
    }
    return tuple(
        asked.way(label, specialties=(code,))
        for code, label in steps.items()
        if code in specialties and asked.specialties != (code,)
    )
