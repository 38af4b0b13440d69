"""FALLBACK: what to search for if no clinic has everything that was asked for, and what to say if too few do."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

from locator.clinic.clinic import Wanted
from locator.text.sentence import Sentence

# A filter that is left out, by its name in a search.
Dropped = dict[str, str | bool | list[str]]


class Fit(StrEnum):
    """How well a list fits the question. Each one is tried only if the one before finds no clinic at all."""

    AS_ASKED = "as_asked"
    SOME_SPECIALTIES = "some_specialties"
    WITHOUT_FILTERS = "without_filters"
    ANY_CLINIC = "any_clinic"


def lesser_questions(wanted: Wanted) -> list[tuple[Fit, Wanted]]:
    """Return what to search for instead: at least one specialty, then without filters, then any clinic."""
    questions: list[tuple[Fit, Wanted]] = []
    # Whom a clinic treats is never left out: a hospital for veterans helps nobody else.
    anything = Wanted(may_serve_only=wanted.may_serve_only)
    if len(wanted.specialties) > 1 and not wanted.any_specialty:
        questions.append((Fit.SOME_SPECIALTIES, replace(wanted, any_specialty=True)))
    if wanted.specialties and wanted.filters():
        questions.append((Fit.WITHOUT_FILTERS, replace(anything, specialties=wanted.specialties, any_specialty=True)))
    questions.append((Fit.ANY_CLINIC, anything))
    return questions


def without_one_filter(wanted: Wanted) -> list[tuple[Dropped, Wanted]]:
    """Return the questions with a single filter left out, and that filter."""
    questions: list[tuple[Dropped, Wanted]] = []
    if wanted.any_specialty and len(wanted.specialties) > 1:
        questions.append(({"specialty": list(wanted.specialties)}, replace(wanted, specialties=())))
    else:
        for code in wanted.specialties:
            rest = tuple(other for other in wanted.specialties if other != code)
            questions.append(({"specialty": code}, replace(wanted, specialties=rest)))
    for name, value in wanted.filters().items():
        questions.append(({name: value}, _without(wanted, name)))
    return questions


def _without(wanted: Wanted, filter_name: str) -> Wanted:
    nothing: Any = {filter_name: None}
    return replace(wanted, **nothing)


def why_widened(total: int, miles_asked: float) -> Sentence:
    """Return why clinics beyond the radius follow: only `total` clinics within it match, which is too few."""
    if total == 0:
        return Sentence(
            "No clinic within {miles} miles fits your search. These are farther away.",
            miles=miles_asked,
        )
    if total == 1:
        return Sentence(
            "Only one clinic within {miles} miles fits your search. The others are farther away.",
            miles=miles_asked,
        )
    return Sentence(
        "Only {count} clinics within {miles} miles fit your search. The others are farther away.",
        count=total,
        miles=miles_asked,
    )
