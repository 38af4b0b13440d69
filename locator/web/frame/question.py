"""The question that a page was asked: read from an address or a form, and written back into links and forms.

A ZIP, a town or a county that we know may be part of an address, in our words for it. A street address or a point
never is, nor anything else that was typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from locator.clinic.clinic import SPECIALTY_CODE, Wanted
from locator.clinic.columns import YES_NO_FILTERS
from locator.finding.limits import LONGEST_CURSOR, LONGEST_RADIUS_MILES, MOST_SPECIALTIES
from locator.geo.errors import UnreadablePlace
from locator.geo.reading.where import LONGEST_WHERE, Where, Zip, is_private, read_where
from locator.text.folding import UnsafeText, clean
from locator.web.words.spoken_languages import has_name
from locator.web.words.words import known_language

# What is within an hour's drive. If fewer than three clinics are, the search goes on beyond it.
USUAL_RADIUS_MILES = 50.0
RESULTS = "results"
# Beside those that are on or off, the filter whose value is the code of a language.
LANGUAGE_FILTER = "language"
_YES = "true"
_ID_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_HEADING_LEVELS = ("1", "2", "3", "4", "5", "6")


class Part(StrEnum):
    """What is asked for instead of a whole page: the parameter `fragment`."""

    RESULTS = "1"  # for somebody else's page
    OWN_RESULTS = "own"  # for a page of ours, which has the banner and the help line already
    FORM = "form"
    EMBED = "embed"  # form and results as a page in somebody's frame


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another answer; without a `url` a form that posts `fields`, for what must not be in an address."""

    label: str
    url: str | None
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the answer is shown: on a page of ours, or as a part of somebody else's.

    `base` begins our addresses there: empty on our own pages, the whole origin elsewhere.
    """

    part: Part | None = None
    id_prefix: str = "cf-"
    heading_level: int = 2
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `near` is as typed; `where` is what it was read as, None if it cannot be read.

    `filters` are the names and values of those that are on, as in an address. `language` is that of the page, None if
    nobody chose one of ours. `has_unknown_care`: a kind of care was left out because we do not know it.
    `must_stay_private`: the text is no place we know, so it may be anything.
    """

    near: str = ""
    where: Where | None = None
    unreadable: UnreadablePlace | None = None
    specialties: tuple[str, ...] = ()
    has_unknown_care: bool = False
    radius_given: float | None = None
    filters: tuple[tuple[str, str], ...] = ()
    language: str | None = None
    cursor: str | None = None
    must_stay_private: bool = False
    placement: Placement = Placement()

    @property
    def radius_miles(self) -> float:
        return USUAL_RADIUS_MILES if self.radius_given is None else self.radius_given

    @property
    def wanted(self) -> Wanted:
        """What a clinic must be to be in the answer."""
        filters: dict[str, Any] = {name: True if name in YES_NO_FILTERS else value for name, value in self.filters}
        return Wanted(specialties=self.specialties, **filters)

    @property
    def is_public(self) -> bool:
        """Whether the question may be part of an address: many people live in a ZIP, one at a street address."""
        return not self.near or (not is_private(self.where) and not self.must_stay_private)

    def in_our_words(self, name: str | None) -> "Question":
        """Return the same question with our text for its place; None keeps the place out of addresses."""
        if name is None:
            return replace(self, must_stay_private=True)
        where, unreadable = _read(name)
        return replace(self, near=name, where=where, unreadable=unreadable, must_stay_private=False)

    def with_filter(self, name: str, value: str | None) -> tuple[tuple[str, str], ...]:
        """Return the filters with this one set to a value, or off."""
        changed = dict(self.filters) | {name: value}
        return tuple((each, set_to) for each in (*YES_NO_FILTERS, LANGUAGE_FILTER) if (set_to := changed.get(each)))

    def near_place(self, near: str) -> "Question":
        """Return the same question about another place."""
        where, unreadable = _read(near)
        return replace(self, near=near, where=where, unreadable=unreadable, cursor=None, must_stay_private=False)

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return the question as the fields of a form; only what was asked."""
        near = self.where.digits if isinstance(self.where, Zip) else self.near
        fields = [("near", near)] if near else []
        fields += [("specialty", code) for code in self.specialties]
        if self.radius_given is not None:
            fields.append(("radius_miles", f"{self.radius_given:g}"))
        fields += self.filters
        if self.language:
            fields.append(("lang", self.language))
        if self.cursor:
            fields.append(("cursor", self.cursor))
        return tuple(fields)

    def link(
        self,
        label: str,
        *,
        specialties: tuple[str, ...] | None = None,
        radius_miles: float | None = None,
        filters: tuple[tuple[str, str], ...] | None = None,
        language: str | None = None,
        cursor: str | None = None,
    ) -> Link:
        """Return a link to the answer with these changes, at its first page unless there is a `cursor`."""
        changed = replace(
            self,
            specialties=self.specialties if specialties is None else specialties,
            radius_given=radius_miles or self.radius_given,
            filters=self.filters if filters is None else filters,
            language=language or self.language,
            cursor=cursor,
        )
        if changed.is_public:
            return Link(label, changed.url)
        return Link(label, None, self.action, changed.fields())

    @property
    def action(self) -> str:
        """Where the question is posted; the reader continues at the results, not at the form above them."""
        return f"{self.placement.base}/find#cf-{RESULTS}"

    @property
    def url(self) -> str:
        """The address of the answer; for a question that must not be part of one, that of the empty page."""
        fields = self.fields() if self.is_public else tuple(field for field in self.fields() if field[0] == "lang")
        query = f"?{urlencode(fields)}" if fields else ""
        if not self.near or not self.is_public:
            return f"{self.placement.base}/{'find' if self.specialties and self.is_public else ''}{query}"
        return f"{self.placement.base}/find{query}#cf-{RESULTS}"

    @property
    def clinic_query(self) -> str:
        """The query of a clinic's page that leads back here, without what must not be part of an address."""
        fields = [field for field in self.fields() if field[0] == "lang" or (self.is_public and field[0] != "cursor")]
        return f"?{urlencode(fields)}" if fields else ""


def read_question(values: MultiDict[str, str], *, known: Sequence[str], base: str) -> Question:
    """Read a question, leaving out what we do not know: people arrive by links with all kinds of parameters.

    `known` are the codes of the kinds of care; `base` begins our addresses on somebody else's page.
    """
    near = values.get("near", "").strip()
    where, unreadable = _read(near)
    codes = dict.fromkeys(code for code in values.getlist("specialty")[:MOST_SPECIALTIES] if code)
    specialties = tuple(code for code in codes if SPECIALTY_CODE.fullmatch(code) and code in known)
    return Question(
        near=near if is_private(where) else _cleaned(near),
        where=where,
        unreadable=unreadable,
        specialties=specialties,
        has_unknown_care=len(specialties) < len(codes),
        radius_given=_radius(values.get("radius_miles", "")),
        filters=tuple(_filters(values)),
        language=known_language(values.get("lang", "")),
        cursor=values.get("cursor", "")[:LONGEST_CURSOR] or None,
        placement=_placement(values, base),
    )


def part_asked_for(value: str | None) -> Part | None:
    """Return the part that the parameter `fragment` names; None for a whole page."""
    return Part(value) if value in list(Part) else None


def _read(near: str) -> tuple[Where | None, UnreadablePlace | None]:
    if not near:
        return None, None
    try:
        return read_where(near), None
    except UnreadablePlace as error:
        return None, error


def _cleaned(near: str) -> str:
    try:
        return clean(near, longest=LONGEST_WHERE)
    except UnsafeText:  # a town with a character in it that was read as a comma
        return " ".join(near.split())


def _filters(values: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for name in YES_NO_FILTERS:
        if values.get(name) == _YES:
            yield name, _YES
    # A code that has no name is no language. English is spoken everywhere, and in many links it is that of the page.
    code = values.get(LANGUAGE_FILTER, "")
    if _LANGUAGE_CODE.fullmatch(code) and code != "en" and has_name(code):
        yield LANGUAGE_FILTER, code


def _radius(text: str) -> float | None:
    try:
        radius_miles = float(text)
    except ValueError:
        return None
    return radius_miles if 0 < radius_miles <= LONGEST_RADIUS_MILES else None


def _placement(values: MultiDict[str, str], base: str) -> Placement:
    part = part_asked_for(values.get("fragment"))
    if part is None:
        return Placement()
    id_prefix = values.get("id_prefix", "")
    level = values.get("heading_level", "")
    return Placement(
        part=part,
        id_prefix=id_prefix if _ID_PREFIX.fullmatch(id_prefix) else "cf-",
        heading_level=int(level) if level in _HEADING_LEVELS else 2,
        base="" if part is Part.OWN_RESULTS else base,
    )
