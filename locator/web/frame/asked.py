"""What was asked of the page: read from an address or a form, and written back into links and forms.

A ZIP, a town or a county may stand in an address; a street address or a point never does. A `Way` to another answer is
a link in the first case, and a form that posts in the second.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from locator.clinic.clinic import SPECIALTY_CODE
from locator.finding.limits import LONGEST_CURSOR, LONGEST_RADIUS_MILES, MOST_SPECIALTIES
from locator.geo.errors import UnreadablePlace
from locator.geo.reading.where import LONGEST_WHERE, Where, Zip, is_private, read_where
from locator.text.folding import UnsafeText, clean

# Of what is within an hour's drive, a person can choose; with fewer than three clinics, the search goes on beyond.
USUAL_RADIUS_MILES = 50.0
_ID_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,30}")
_HEADING_LEVELS = ("1", "2", "3", "4", "5", "6")
RESULTS = "results"
# Parts of the page: the answer alone for somebody's page, and for one of ours, which says around it what all our pages
# say; the form alone; and both as the page within somebody's frame.
ANSWER, OWN, FORM, EMBED = "1", "own", "form", "embed"
FRAGMENTS = (ANSWER, OWN, FORM, EMBED)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to another answer: a link where it has a `url`, else a form that posts `fields`."""

    label: str
    url: str | None
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the answer will stand: a page of ours, or a part of somebody's.

    `base` is what our addresses begin with there: nothing on our own pages, the whole origin elsewhere.
    """

    fragment: str | None = None
    id_prefix: str = "cf-"
    heading_level: int = 2
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as it came. `near` is as typed; `where` is what that reads as, None where it is nothing we read.

    `language` is the one asked for by name, None where nobody chose. `unknown_care`: a kind of care was asked for that
    we do not know, and left out. `only_posted`: the text was posted, and names no place we know, so it may be anything.
    """

    near: str = ""
    where: Where | None = None
    unreadable: UnreadablePlace | None = None
    specialties: tuple[str, ...] = ()
    unknown_care: bool = False
    radius_given: float | None = None
    language: str | None = None
    cursor: str | None = None
    only_posted: bool = False
    frame: Frame = Frame()

    @property
    def radius_miles(self) -> float:
        return USUAL_RADIUS_MILES if self.radius_given is None else self.radius_given

    @property
    def is_public(self) -> bool:
        """Say whether the question may stand in an address: many people live in a ZIP, one at an address."""
        return not self.near or (not is_private(self.where) and not self.only_posted)

    def at(self, near: str) -> "Asked":
        """Give the same question from another place."""
        where, unreadable = _read(near)
        return replace(self, near=near, where=where, unreadable=unreadable, cursor=None, only_posted=False)

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Give the question as the fields of a form; only what was asked."""
        near = self.where.digits if isinstance(self.where, Zip) else self.near
        fields = [("near", near)] if near else []
        fields += [("specialty", code) for code in self.specialties]
        if self.radius_given is not None:
            fields.append(("radius_miles", f"{self.radius_given:g}"))
        if self.language:
            fields.append(("lang", self.language))
        if self.cursor:
            fields.append(("cursor", self.cursor))
        return tuple(fields)

    def way(self, label: str, **changes: Any) -> Way:
        """Give the way to the answer to this question with `changes`, from its first clinic on."""
        changed = replace(self, **{"cursor": None, **changes})
        if changed.is_public:
            return Way(label, changed.url)
        return Way(label, None, f"{self.frame.base}/find#cf-{RESULTS}", changed.fields())

    @property
    def url(self) -> str:
        """Give the address of the answer; a question that must not stand in one has the address of the empty page."""
        fields = self.fields() if self.is_public else tuple(field for field in self.fields() if field[0] == "lang")
        query = f"?{urlencode(fields)}" if fields else ""
        if not self.near or not self.is_public:
            return f"{self.frame.base}/{'find' if self.specialties and self.is_public else ''}{query}"
        # The reader goes on at the results, not at the form above them.
        return f"{self.frame.base}/find{query}#cf-{RESULTS}"

    @property
    def clinic_query(self) -> str:
        """Give what leads back here from a clinic's page; nothing of a question that must not stand in an address."""
        fields = [field for field in self.fields() if field[0] == "lang" or (self.is_public and field[0] != "cursor")]
        return f"?{urlencode(fields)}" if fields else ""


def read_asked(values: MultiDict[str, str], *, known: Sequence[str], base: str) -> Asked:
    """Read a question. What is not a question of ours is left out: people arrive by links with all kinds of names.

    `known` are the codes of care there are; `base` begins our addresses on somebody else's page.
    """
    near = values.get("near", "").strip()
    where, unreadable = _read(near)
    codes = dict.fromkeys(code for code in values.getlist("specialty")[:MOST_SPECIALTIES] if code)
    specialties = tuple(code for code in codes if SPECIALTY_CODE.fullmatch(code) and code in known)
    return Asked(
        near=near if is_private(where) else _cleaned(near),
        where=where,
        unreadable=unreadable,
        specialties=specialties,
        unknown_care=len(specialties) < len(codes),
        radius_given=_radius(values.get("radius_miles", "")),
        language=values.get("lang") or None,
        cursor=values.get("cursor", "")[:LONGEST_CURSOR] or None,
        frame=_frame(values, base),
    )


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
    except UnsafeText:  # a town with a sign in it that reading took for a comma
        return " ".join(near.split())


def _radius(text: str) -> float | None:
    try:
        radius_miles = float(text)
    except ValueError:
        return None
    return radius_miles if 0 < radius_miles <= LONGEST_RADIUS_MILES else None


def _frame(values: MultiDict[str, str], base: str) -> Frame:
    fragment = values.get("fragment")
    if fragment not in FRAGMENTS:
        return Frame()
    id_prefix = values.get("id_prefix", "")
    level = values.get("heading_level", "")
    return Frame(
        fragment=fragment,
        id_prefix=id_prefix if _ID_PREFIX.fullmatch(id_prefix) else "cf-",
        heading_level=int(level) if level in _HEADING_LEVELS else 2,
        base="" if fragment == OWN else base,
    )
