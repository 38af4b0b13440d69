"""The answer to a search as a person reads it: how many clinics, how far, from where, and what to do next."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from locator.clinic.clinic import Specialty
from locator.finding.fallback import Fit
from locator.finding.limits import LONGEST_RADIUS_MILES
from locator.finding.matches import AlsoNear
from locator.finding.search import STREET_DECIDES, SearchResult
from locator.geo.origins import Notice, Origin, OriginKind
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.clinic.cards import Card, CardContext, Phone, card_of, distance_of
from locator.web.finder.place_problems import links_to
from locator.web.frame.question import Link, Part, Question
from locator.web.map.map import Atlas, MapView
from locator.web.words.words import Words

# "Look farther" doubles the radius, and ends with the whole state.
_FARTHER_MILES = (10.0, 25.0, 50.0, 100.0, 200.0, LONGEST_RADIUS_MILES)


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark above the list; `field_link` is the text of a link back to the search box.

    `is_trial`: it is the sentence about sample clinics, which pages say with the help line.
    """

    text: str
    field_link: str | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyClinic:
    """A clinic that is nearer than the list, which nobody knows to match: a line of its own, and why one must ask.

    `letter` is its mark, where the list has numbers.
    """

    letter: str
    clinic_id: str
    name: str
    page_url: str
    town: str
    distance: str
    phone: Phone | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that the results show.

    `also_near` stands above the list, under `also_title`.
    `found_nothing`: no clinic within the radius fits the question, so the help lines are shown with the list.
    """

    heading: str
    sentence: str
    privacy: str | None
    remarks: tuple[Remark, ...]
    relaxations: tuple[Link, ...]
    other_places: tuple[Link, ...]
    also_title: str
    also_near: tuple[NearbyClinic, ...]
    cards: tuple[Card, ...]
    first_rank: int
    first_page: Link | None
    next_page: Link | None
    farther: Link | None
    next_steps: tuple[Link, ...]
    total: int
    found_nothing: bool
    is_sample: bool
    map: MapView | None


def results_of(
    result: SearchResult, question: Question, context: CardContext, *, cursor: str | None, atlas: Atlas
) -> Results:
    """Return a search's answer in words; `cursor` leads to the next page, None if this is the last."""
    words, specialties = context.words, context.specialties
    return Results(
        heading=_heading(result, question, words),
        sentence=_sentence(result.origin, question, words),
        privacy=None
        if question.is_public
        else words.t("We do not keep your address. It is not in the link to this page."),
        remarks=_remarks(result, question, words),
        relaxations=_relaxations(result, question, specialties, words),
        other_places=links_to(result.origin.alternatives, question),
        also_title=words.t("Nearer to you, but ask first")
        if result.fit is Fit.AS_ASKED
        else words.t("Near you, but ask first"),
        also_near=_also_near(result, context),
        cards=tuple(card_of(listed.clinic, context, listed) for listed in result.matches),
        first_rank=result.matches[0].rank if result.matches else 1,
        first_page=question.link(words.t("Back to the nearest clinics")) if question.cursor else None,
        next_page=question.link(words.t("Show the next clinics"), cursor=cursor) if cursor else None,
        farther=None if cursor else _farther(question, words),
        next_steps=_next_steps(question, specialties, words),
        total=result.total,
        found_nothing=result.total == 0,
        is_sample=result.dataset.sample,
        map=atlas.map_of(result, place=short_place(result.origin, question, words)),
    )


def _also_near(result: SearchResult, context: CardContext) -> tuple[NearbyClinic, ...]:
    """Return the clinics to ask; not those that stand in the list anyway, because it has nothing better."""
    listed = {match.clinic.clinic_id for match in result.matches}
    unsure = [near for near in result.also_near if near.clinic.clinic_id not in listed]
    return tuple(_nearby(near, letter, context) for letter, near in zip("ABC", unsure, strict=False))


def _nearby(near: AlsoNear, letter: str, context: CardContext) -> NearbyClinic:
    card = card_of(near.clinic, context)
    return NearbyClinic(
        letter=letter,
        clinic_id=card.clinic_id,
        name=card.name,
        page_url=card.page_url,
        town=card.town,
        distance=distance_of(near, context.words),
        phone=card.phone,
        reason=" ".join(_reasons(near, context.words)),
    )


def _reasons(near: AlsoNear, words: Words) -> Iterator[str]:
    if "serves_veterans" in near.reasons:
        yield words.t("For veterans.")
    if "serves_children" in near.reasons:
        yield words.t("For children.")
    if "care_not_known" in near.reasons:
        yield words.t("We do not know if they offer this: ask.")


def _heading(result: SearchResult, question: Question, words: Words) -> str:
    place = short_place(result.origin, question, words)
    if result.total == 0:
        return words.t("The nearest clinics to {place}", place=place)
    return words.n(
        "{count} clinic within {radius} miles of {place}",
        "{count} clinics within {radius} miles of {place}",
        result.total,
        radius=question.radius_miles,
        place=place,
    )


def short_place(origin: Origin, question: Question, words: Words) -> str:
    """Return the place as headings name it. They become titles, so they name no address and no point."""
    if origin.kind is OriginKind.POINT:
        return words.t("your location")
    if not question.is_public and origin.geocode.precision in STREET_LEVEL:
        return words.t("your address")
    # "53703, Madison, Dane County, WI" reads well enough as "53703, Madison".
    pieces = origin.geocode.label.split(", ")
    if pieces[-1] == HOME_STATE and len(pieces) > 2:
        return ", ".join(pieces[:-2])
    return origin.geocode.label


def _sentence(origin: Origin, question: Question, words: Words) -> str:
    if origin.kind is OriginKind.POINT:
        return words.t("Nearest first, in a straight line from where you are. The drive may be longer.")
    if not question.is_public and origin.geocode.precision in STREET_LEVEL:
        return words.t("Nearest first, in a straight line from your address. The drive may be longer.")
    # People know where their ZIP is; a town may need its county to tell it from another.
    place = short_place(origin, question, words) if origin.kind is OriginKind.ZIP else origin.geocode.label
    return words.t(
        "Nearest first, in a straight line from the middle of {place}. The drive may be longer.", place=place
    )


def _remarks(result: SearchResult, question: Question, words: Words) -> tuple[Remark, ...]:
    remarks = []
    if question.has_unknown_care:
        remarks.append(Remark(words.t("We do not know the kind of care in this link. Please choose it above.")))
    if result.widened:
        looked = words.t("We searched up to {miles} miles away.", miles=math.ceil(result.widened.to_miles))
        remarks.append(Remark(f"{words.translated(result.widened.reason)} {looked}"))
    remarks += [_remark(notice, words) for notice in result.notices if _is_shown(notice, question)]
    return tuple(remarks)


def _is_shown(notice: Notice, question: Question) -> bool:
    # Our own pages have a banner for sample data; on somebody else's page there is only this list.
    return notice.code != "sample_data" or question.placement.part not in (None, Part.OWN_RESULTS)


def _remark(notice: Notice, words: Words) -> Remark:
    asks_for_street = notice.code == "nearest_depends_on_street" and notice.text == STREET_DECIDES.text
    field_link = words.t("Type your street address") if asks_for_street else None
    return Remark(words.translated(notice.text), field_link, is_trial=notice.code == "sample_data")


def _relaxations(
    result: SearchResult, question: Question, specialties: Mapping[str, Specialty], words: Words
) -> tuple[Link, ...]:
    links = []
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
        links.append(question.link(label, specialties=tuple(other for other in question.specialties if other != code)))
    return tuple(links)


def _farther(question: Question, words: Words) -> Link | None:
    radius = next((miles for miles in _FARTHER_MILES if miles > question.radius_miles), None)
    if radius is None:
        return None
    return question.link(words.t("Search up to {miles} miles away", miles=radius), radius_miles=radius)


def _next_steps(question: Question, specialties: Mapping[str, Specialty], words: Words) -> tuple[Link, ...]:
    steps = {
        "second_opinion": words.t("Ask another doctor for a second opinion"),
        "clinical_trials": words.t("Find studies of new treatments"),
        "palliative_care": words.t("Get help with pain, tiredness and worry"),
    }
    return tuple(
        question.link(label, specialties=(code,))
        for code, label in steps.items()
        if code in specialties and question.specialties != (code,)
    )
