"""FILTER COUNTS: which filters an answer can offer, how many clinics each gives, and of how many nobody knows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from locator.clinic.clinic import FILTERS, Wanted
from locator.clinic.columns import YES_NO_FILTERS
from locator.geo.point import Point
from locator.records.clinics import KnownFacts
from locator.store.clinics.conditions import OpenHours
from locator.store.stores import Stores

# A filter is offered if its fact is known of at least this part of the listed clinics: with less, it would hide nearly
# all of them for want of knowledge.
_KNOWN_OF = 0.1
_MOST_LANGUAGES = 4
# In Wisconsin it is spoken everywhere, so nobody looks for it.
_NO_FILTER = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCount:
    """One filter: how many clinics within the radius fit the question with it (`total`), and `without` it.

    `is_on`: the question has it. A language that is not on takes the place of the one that is.
    """

    name: str
    value: bool | str
    is_on: bool
    total: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCounts:
    """The filters to offer with an answer.

    `unknown`: how many clinics within the radius would fit without the filters that are on, are not known to meet all
    of them, and are not known not to.
    """

    filters: tuple[FilterCount, ...]
    unknown: int

    @property
    def on(self) -> list[FilterCount]:
        return [each for each in self.filters if each.is_on]


def count_filters(
    wanted: Wanted,
    stores: Stores,
    *,
    version: int,
    origin: Point,
    radius_miles: float | None,
    open_hours: OpenHours | None,
) -> FilterCounts:
    """Return the filters that the list knows enough for, and those that are on anyway, with their counts."""
    offered = list(_offered(wanted, stores.clinics.known_facts(version)))
    with_it = [_with(wanted, name, value) for name, value in offered]
    without_it = [_with(wanted, name, None) for name, _ in offered]
    no_filters: Any = dict.fromkeys(FILTERS)
    counts, unknown = stores.clinics.filter_counts(
        replace(wanted, **no_filters),
        [*with_it, *without_it],
        unsure=wanted,
        origin=origin,
        radius_miles=radius_miles,
        open_hours=open_hours,
    )
    return FilterCounts(
        filters=tuple(
            FilterCount(name=name, value=value, is_on=getattr(wanted, name) == value, total=total, without=without)
            for (name, value), total, without in zip(
                offered, counts[: len(offered)], counts[len(offered) :], strict=True
            )
        ),
        unknown=unknown,
    )


def _offered(wanted: Wanted, facts: KnownFacts) -> Iterator[tuple[str, bool | str]]:
    enough = {name for name, known in facts.known.items() if facts.listed and known >= _KNOWN_OF * facts.listed}
    for name in YES_NO_FILTERS:
        if name in enough or getattr(wanted, name) is True:
            yield name, True
    spoken = sorted(facts.speaking, key=lambda code: (-facts.speaking[code], code)) if "language" in enough else []
    languages = [code for code in spoken if code != _NO_FILTER][:_MOST_LANGUAGES]
    if wanted.language is not None and wanted.language not in languages:
        languages.append(wanted.language)
    for language in languages:
        yield "language", language


def _with(wanted: Wanted, name: str, value: bool | str | None) -> Wanted:
    changes: Any = {name: value}
    return replace(wanted, **changes)
