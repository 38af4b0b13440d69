"""The filters of an answer: how far, and what a clinic is known to have; and what is said of those that are on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locator.finding.filter_counts import FilterCount, FilterCounts
from locator.finding.search import SearchResult
from locator.web.frame.question import Link, Question
from locator.web.words.spoken_languages import has_name, languages_spoken
from locator.web.words.words import Words

_DISTANCES_MILES = (25.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter to press; pressed again, it is off. `count`: how many clinics within the radius it gives.

    `full_label` is what a screen reader says for a short label.
    """

    link: Link
    is_on: bool
    count: int | None = None
    full_label: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What can be chosen after an answer; `chosen` is how many filters are on.

    `note` says how many clinics have what was chosen, and of how many that is not known; `without` leads to the list
    without the filters.
    """

    distances: tuple[Chip, ...]
    choices: tuple[Chip, ...]
    chosen: int
    note: str | None
    without: Link | None


def filters_of(result: SearchResult, question: Question, words: Words) -> Filters | None:
    """Return the filters of an answer, None if there is nothing to filter."""
    counts = result.filters
    if counts is None or not result.matches:
        return None
    on = counts.on
    return Filters(
        distances=tuple(_distances(question, words)),
        choices=tuple(_chip(each, question, words) for each in counts.filters if _is_readable(each)),
        chosen=len(on),
        note=_note(result, counts, question, words) if on else None,
        without=question.link(_without_label(counts, words), filters=()) if on else None,
    )


def filter_label(name: str, value: bool | str, words: Words) -> str:
    """Return what a filter is called."""
    if name == "language":
        return words.t("{language} spoken", language=languages_spoken([str(value)], words))
    return {
        "accepting_new_patients": words.t("Taking new patients"),
        "telehealth": words.t("Video visits"),
        "wheelchair_accessible": words.t("Wheelchair access"),
    }[name]


def links_without_filters(result: SearchResult, question: Question, words: Words) -> Iterator[Link]:
    """Return the links to the same question without one of its filters, if no clinic within the radius has them all.

    Only those that give clinics within the radius.
    """
    for each in result.filters.on if result.filters and result.total == 0 else ():
        if each.without:
            label = without_label(filter_label(each.name, each.value, words), each.without, words)
            yield question.link(label, filters=question.with_filter(each.name, None))


def without_label(choice: str, total: int, words: Words) -> str:
    """Return how many clinics there are without a choice, as the text of a link."""
    return words.n("Without “{care}”: {count} clinic", "Without “{care}”: {count} clinics", total, care=choice)


def _distances(question: Question, words: Words) -> Iterator[Chip]:
    """Return the distances to choose from, with the one that is searched now; the last one has the unit."""
    distances = sorted({*_DISTANCES_MILES, question.radius_miles})
    for distance in distances:
        miles = words.n("{count} mile", "{count} miles", distance)
        yield Chip(
            link=question.link(miles if distance == distances[-1] else words.number(distance), radius_miles=distance),
            is_on=distance == question.radius_miles,
            full_label=words.t("Within {miles}", miles=miles),
        )


def _is_readable(each: FilterCount) -> bool:
    """Return whether a reader knows what it is: a few languages have a code, and no name that we know."""
    return each.name != "language" or has_name(str(each.value))


def _chip(each: FilterCount, question: Question, words: Words) -> Chip:
    value = each.value if isinstance(each.value, str) else "true"
    filters = question.with_filter(each.name, None if each.is_on else value)
    return Chip(question.link(filter_label(each.name, each.value, words), filters=filters), each.is_on, each.total)


def _note(result: SearchResult, counts: FilterCounts, question: Question, words: Words) -> str:
    if result.total:
        known = _known_to_have(counts.on, result.total, words)
        unknown = words.n("For {count} more we do not know.", "For {count} more we do not know.", counts.unknown)
    else:
        within = words.n("{count} mile", "{count} miles", question.radius_miles)
        known = words.t("We know of no clinic within {miles} that has what you chose.", miles=within)
        unknown = words.n("For {count} we do not know.", "For {count} we do not know.", counts.unknown)
    return f"{known} {unknown}" if counts.unknown else known


def _known_to_have(on: Sequence[FilterCount], total: int, words: Words) -> str:
    """Return how many clinics have what was chosen."""
    if len(on) > 1:
        return words.n("{count} clinic has all that you chose.", "{count} clinics have all that you chose.", total)
    match on[0].name:
        case "accepting_new_patients":
            return words.n("{count} clinic takes new patients.", "{count} clinics take new patients.", total)
        case "telehealth":
            return words.n(
                "You can be seen by video at {count} clinic.", "You can be seen by video at {count} clinics.", total
            )
        case "wheelchair_accessible":
            return words.n("{count} clinic has wheelchair access.", "{count} clinics have wheelchair access.", total)
        case _:
            language = languages_spoken([str(on[0].value)], words)
            return words.n(
                "{language} is spoken at {count} clinic.",
                "{language} is spoken at {count} clinics.",
                total,
                language=language,
            )


def _without_label(counts: FilterCounts, words: Words) -> str:
    if counts.unknown:
        return words.n("Show it too", "Show them too", counts.unknown)
    return words.n("Remove the filter", "Remove the filters", len(counts.on))
