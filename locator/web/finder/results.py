"""The answer to a search as a person reads it: how many clinics, how far, from where, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from locator.clinic.clinic import Specialty
from locator.finding.fallback import Fit
from locator.finding.limits import LONGEST_RADIUS_MILES
from locator.finding.matches import AlsoNear
from locator.finding.search import STREET_DECIDES, SearchResult
from locator.geo.origins import Notice, Origin, OriginKind
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.clinic.cards import Card, CardContext, Reach, card_of, distance_of, page_url, reach_of, town_of
from locator.web.clinic.what_to_ask import what_to_ask
from locator.web.finder.filters import Filters, filters_of, links_without_filters, without_label
from locator.web.finder.place_problems import links_to
from locator.web.frame.question import Link, Part, Question
from locator.web.map.map import Atlas, MapView
from locator.web.words.words import Words

# "Look farther" doubles the radius, and ends with the whole state.
_FARTHER_MILES = (10.0, 25.0, 50.0, 100.0, 200.0, LONGEST_RADIUS_MILES)

# From here, nobody comes for a visit: the answer is a sentence, and whom to call.
_FAR_AWAY_MILES = 200.0

# Clinics in the list have numbers.
LETTERS = "ABC"


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
    """A clinic that is nearer than the list, which nobody knows to match: one line, and why one has to ask.

    `letter` is its mark, where the list has numbers. `reason` is None if it is the same for all and told once.
    """

    letter: str
    clinic_id: str
    name: str
    page_url: str
    town: str
    distance: str
    reach: Reach
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst:
    """The clinics to ask, above the list; `reason` is that of all of them."""

    title: str
    reason: str | None
    clinics: tuple[NearbyClinic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that the results show.

    `place` and `care` are the question in words; `title` is that of the page. `what_to_ask` is what the cards do not
    say. `shown` is which part of a longer list this is, `shown_in_all` the same after the parts before it.
    `first_beyond` is the first clinic beyond the radius, before which `farther_sentence` says why it follows.
    `found_nothing`: no clinic within the radius fits the question, so the help lines are shown with the list. From far
    away that is all there is to say, in `sentence`, and the list has only what it would have had without a radius.
    """

    heading: str
    title: str
    sentence: str
    place: str
    care: str
    on_paper: str
    privacy: str | None
    remarks: tuple[Remark, ...]
    filters: Filters | None
    relaxations: tuple[Link, ...]
    other_places: tuple[Link, ...]
    what_to_ask: tuple[str, ...]
    ask_first: AskFirst | None
    cards: tuple[Card, ...]
    first_rank: int
    first_beyond: str | None
    farther_sentence: str | None
    first_page: Link | None
    next_page: Link | None
    shown: str | None
    shown_in_all: str | None
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
    place, care = short_place(result.origin, question, words), _care(question, specialties, words)
    cards = tuple(card_of(listed.clinic, context, listed) for listed in result.matches)
    first_rank = result.matches[0].rank if result.matches else 1
    far_miles = _far_miles(result)
    first_beyond = None if far_miles else next((card.clinic_id for card in cards if card.is_beyond), None)
    ask_first = [(letter, near.clinic) for letter, near in zip(LETTERS, _unsure(result), strict=False)]
    return Results(
        heading=_far_heading(words) if far_miles else _heading(result, question, words),
        title=_far_heading(words) if far_miles else _title(result, question, place, words),
        sentence=_far_sentence(far_miles, place, words)
        if far_miles
        else words.t("Nearest first. We show only what we know."),
        place=place,
        care=care,
        on_paper=words.t(
            "Near {place} · {care} · Printed {day}", place=place, care=care, day=words.date(context.now.date())
        ),
        privacy=None
        if question.is_public
        else words.t("We do not keep your address. It is not in the link to this page."),
        remarks=_remarks(result, question, words, is_far=far_miles is not None),
        # From far away too, what was chosen can be taken off.
        filters=None if far_miles and not question.filters else filters_of(result, question, words),
        relaxations=_relaxations(result, question, specialties, words),
        other_places=links_to(result.origin.alternatives, question),
        what_to_ask=what_to_ask(question.specialties, specialties, words),
        ask_first=None if far_miles else _ask_first(result, context),
        cards=cards,
        first_rank=first_rank,
        first_beyond=first_beyond,
        farther_sentence=_farther_sentence(result, question, words) if first_beyond else None,
        first_page=question.link(words.t("Back to the nearest clinics")) if question.cursor else None,
        next_page=question.link(_more(result, words), cursor=cursor) if cursor else None,
        shown=_shown(result, words, first=first_rank) if cursor or question.cursor else None,
        shown_in_all=_shown(result, words, first=1),
        farther=None if cursor or far_miles else _farther(question, words),
        next_steps=_next_steps(question, specialties, words),
        total=result.total,
        found_nothing=result.total == 0,
        is_sample=result.dataset.sample,
        map=None if far_miles else atlas.map_of(result, place=place, ask_first=ask_first),
    )


def _far_miles(result: SearchResult) -> float | None:
    """Return how far the nearest clinic is from a place far outside Wisconsin; None for any other place."""
    if result.origin.in_area or result.total or not result.matches:
        return None
    distance = result.matches[0].distance_miles
    return distance if distance > _FAR_AWAY_MILES else None


def _far_heading(words: Words) -> str:
    return words.t("We only list clinics in and near Wisconsin")


def _far_sentence(distance: float, place: str, words: Words) -> str:
    rounded = round(distance, -2)
    return words.t(
        "The nearest clinic on our list is about {miles} miles from {place}. The lines below can help you find care"
        " closer to you.",
        miles=rounded,
        place=place,
    )


def _unsure(result: SearchResult) -> list[AlsoNear]:
    """Return the clinics to ask first; not those that are in the list anyway, because it has nothing better."""
    listed = {match.clinic.clinic_id for match in result.matches}
    return [near for near in result.also_near if near.clinic.clinic_id not in listed]


def _ask_first(result: SearchResult, context: CardContext) -> AskFirst | None:
    words, unsure = context.words, _unsure(result)
    if not unsure:
        return None
    reasons = [_reasons(near, words) for near in unsure]
    is_same = len(set(reasons)) == 1
    return AskFirst(
        title=words.t("Nearer to you, but ask first")
        if result.fit is Fit.AS_ASKED
        else words.t("Near you, but ask first"),
        reason=reasons[0] if is_same else None,
        clinics=tuple(
            NearbyClinic(
                letter=letter,
                clinic_id=near.clinic.clinic_id,
                name=near.clinic.name,
                page_url=page_url(near.clinic, context),
                town=town_of(near.clinic),
                distance=distance_of(near, context),
                reach=reach_of(near.clinic, words),
                reason=None if is_same else reason,
            )
            for letter, near, reason in zip(LETTERS, unsure, reasons, strict=False)
        ),
    )


def _reasons(near: AlsoNear, words: Words) -> str:
    """Return why one has to ask, as one or more short sentences."""
    told = {
        "serves_veterans": words.t("For veterans."),
        "serves_children": words.t("For children."),
        "care_not_known": words.t("We do not know if they offer this: ask."),
        "accepting_new_patients": words.t("We do not know if they take new patients: ask."),
        "telehealth": words.t("We do not know about video visits: ask."),
        "language": words.t("We do not know what languages they speak: ask."),
        "wheelchair_accessible": words.t("We do not know about wheelchair access: ask."),
        "open_now": words.t("We do not know their hours: ask."),
    }
    # Whom a clinic treats comes first: for most people, nothing else matters then.
    ordered = sorted(near.reasons, key=lambda reason: not reason.startswith("serves_"))
    return " ".join(told[reason] for reason in ordered if reason in told)


def _care(question: Question, specialties: Mapping[str, Specialty], words: Words) -> str:
    names = [words.specialty(specialties[code]) for code in question.specialties if code in specialties]
    return "; ".join(names) or words.t("Any cancer care")


def _heading(result: SearchResult, question: Question, words: Words) -> str:
    if result.total == 0:
        return words.t("The nearest clinics")
    within = words.n("{count} mile", "{count} miles", question.radius_miles)
    return words.n("{count} clinic within {miles}", "{count} clinics within {miles}", result.total, miles=within)


def _title(result: SearchResult, question: Question, place: str, words: Words) -> str:
    if result.total == 0:
        return words.t("The nearest clinics to {place}", place=place)
    within = words.n("{count} mile", "{count} miles", question.radius_miles)
    return words.n(
        "{count} clinic within {miles} of {place}",
        "{count} clinics within {miles} of {place}",
        result.total,
        miles=within,
        place=place,
    )


def _farther_sentence(result: SearchResult, question: Question, words: Words) -> str:
    """Return why clinics beyond the radius follow."""
    within = words.n("{count} mile", "{count} miles", question.radius_miles)
    if result.total == 0:
        return words.t("None fits within {miles}, so we looked farther.", miles=within)
    return words.n(
        "Only {count} fits within {miles}, so we looked farther.",
        "Only {count} fit within {miles}, so we looked farther.",
        result.total,
        miles=within,
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


def _remarks(result: SearchResult, question: Question, words: Words, *, is_far: bool) -> tuple[Remark, ...]:
    remarks = []
    if question.has_unknown_care:
        remarks.append(Remark(words.t("We do not know the kind of care in this link. Please choose it above.")))
    remarks += [_remark(notice, words) for notice in result.notices if _is_shown(notice, question, is_far=is_far)]
    return tuple(remarks)


def _is_shown(notice: Notice, question: Question, *, is_far: bool) -> bool:
    if is_far and notice.code == "outside_area":
        return False  # it is what the heading says
    # Our own pages have a banner for sample data; on somebody else's page there is only this list.
    return notice.code != "sample_data" or question.placement.part not in (None, Part.OWN_RESULTS)


def _remark(notice: Notice, words: Words) -> Remark:
    asks_for_street = notice.code == "nearest_depends_on_street" and notice.text == STREET_DECIDES.text
    field_link = words.t("Type your street address") if asks_for_street else None
    return Remark(words.translated(notice.text), field_link, is_trial=notice.code == "sample_data")


def _relaxations(
    result: SearchResult, question: Question, specialties: Mapping[str, Specialty], words: Words
) -> tuple[Link, ...]:
    """Return the links to the same question without one of its choices, where that gives clinics within the radius."""
    links = []
    for relaxation in result.relaxations:
        code = relaxation.drop.get("specialty")
        if isinstance(code, str) and code in specialties and relaxation.total:
            rest = tuple(other for other in question.specialties if other != code)
            label = without_label(words.specialty(specialties[code]), relaxation.total, words)
            links.append(question.link(label, specialties=rest))
    return (*links, *links_without_filters(result, question, words))


def _more(result: SearchResult, words: Words) -> str:
    """Return what leads to the next page; how many clinics that has, if the rest of them all fit the question."""
    last = result.matches[-1].rank
    if result.fit is Fit.AS_ASKED and last < result.total:
        count = min(len(result.matches), result.total - last)
        return words.n("Show {count} more", "Show {count} more", count)
    return words.t("Show more clinics")


def _shown(result: SearchResult, words: Words, *, first: int) -> str | None:
    if not result.matches or result.matches[-1].rank > result.total:
        return None
    last = result.matches[-1].rank
    if first == last:
        return words.t("{number} of {total}", number=last, total=result.total)
    return words.t("{first} to {last} of {total}", first=first, last=last, total=result.total)


def _farther(question: Question, words: Words) -> Link | None:
    radius = next((miles for miles in _FARTHER_MILES if miles > question.radius_miles), None)
    if radius is None:
        return None
    return question.link(words.t("Show clinics up to {miles} miles away", miles=radius), radius_miles=radius)


def _next_steps(question: Question, specialties: Mapping[str, Specialty], words: Words) -> tuple[Link, ...]:
    steps = {
        "second_opinion": words.t("A second opinion"),
        "clinical_trials": words.t("Studies of new treatments"),
        "palliative_care": words.t("Help with pain, tiredness and worry"),
    }
    return tuple(
        question.link(label, specialties=(code,))
        for code, label in steps.items()
        if code in specialties and question.specialties != (code,)
    )


def ask_first_near(town: str, result: SearchResult, context: CardContext) -> AskFirst | None:
    """Return the clinics to ask as the page of a town shows them: its reader may be somewhere else."""
    found = _ask_first(result, context)
    return replace(found, title=context.words.t("Near {town}, but ask first", town=town)) if found else None
