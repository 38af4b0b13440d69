"""The marks of a map that keep their size: pins, which are merged if they would hide each other, and names.

`static/map.js` does the same for every other view, in the same steps.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from locator.geo.mercator import miles_in_unit
from locator.web.map.view import Box, Spot, View

# In pixels. A pin's head is larger than the target size of WCAG 2.2 (2.5.8: 24); its tip is at the clinic.
PIN, PIN_HEIGHT = 28.0, 36.0
_DIGIT = 8.0
# What marks the place that was searched from.
_ORIGIN = 40.0
_LINE, _DOT = 16.0, 8.0
# How far a name begins from the dot of its town, and from the origin's mark.
_BESIDE, _ABOVE = 7.0, 14.0
_BESIDE_ORIGIN, _ABOVE_ORIGIN = 22.0, 28.0
# On a wider map, county names would be all there is to see.
_COUNTY_MILES = 130.0


class Kind(StrEnum):
    """What a name is the name of. A city is known far away; a town is named on a map of its surroundings."""

    HERE = "here"
    CITY = "city"
    TOWN = "town"
    WATER = "water"
    COUNTY = "county"


# The width of a letter in pixels in the widest of the usual fonts, and the most names of a kind.
_LETTER = {Kind.HERE: 8.4, Kind.CITY: 8.4, Kind.TOWN: 7.7, Kind.WATER: 7.2, Kind.COUNTY: 8.8}
_DOTTED = (Kind.CITY, Kind.TOWN)
_MOST = {Kind.HERE: 1, Kind.CITY: 7, Kind.TOWN: 7, Kind.WATER: 5, Kind.COUNTY: 9}


@dataclass(frozen=True, slots=True)
class Place:
    """One clinic on the map: its number in the list, or the letter of one to ask first.

    `is_rough`: we know its town or ZIP, but not its street.
    """

    mark: str
    name: str
    spot: Spot
    is_rough: bool

    @property
    def is_listed(self) -> bool:
        return self.mark.isdigit()


@dataclass(frozen=True, slots=True)
class Pin:
    """One mark for a clinic, or for several too close to each other; `left` and `top` in percent of the frame."""

    places: tuple[Place, ...]
    label: str
    left: float
    top: float
    width: float

    @property
    def names(self) -> str:
        return "; ".join(f"{place.mark}, {place.name}" for place in self.places)

    @property
    def kind(self) -> str:
        """How sure the pin is: of clinics to ask first, of clinics whose town alone is known, or of neither."""
        if not any(place.is_listed for place in self.places):
            return "unsure"
        return "rough" if all(place.is_rough for place in self.places) else "sure"

    @property
    def outline(self) -> str:
        return pin_outline(self.width)


@dataclass(frozen=True, slots=True)
class Label:
    """A name that a map may show. `room` is how long it may be, in map units; `angle` in degrees, clockwise."""

    text: str
    spot: Spot
    kind: Kind
    room: float | None = None
    angle: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A name on a map: its place in percent of the frame, and where it is written from there, in pixels."""

    label: Label
    left: float
    top: float
    anchor: str
    across: float
    down: float


@dataclass(slots=True)
class _Group:
    places: list[Place]
    x: float
    y: float

    @property
    def width(self) -> float:
        return pin_width(label_of([place.mark for place in self.places]))

    def hides(self, other: "_Group") -> bool:
        return abs(self.y - other.y) < PIN_HEIGHT and abs(self.x - other.x) < (self.width + other.width) / 2

    def take(self, other: "_Group") -> None:
        ours, theirs = len(self.places), len(other.places)
        self.x = (self.x * ours + other.x * theirs) / (ours + theirs)
        self.y = (self.y * ours + other.y * theirs) / (ours + theirs)
        self.places = sorted([*self.places, *other.places], key=_order)


def _order(place: Place) -> tuple[int, str]:
    # Letters first, as above the list.
    return (int(place.mark), "") if place.is_listed else (0, place.mark)


def pins_of(places: Sequence[Place], view: View) -> tuple[Pin, ...]:
    """Return the pins of a view; pins that would hide each other are one pin in the middle of them."""
    groups = [_Group([place], *view.pixels(place.spot)) for place in places]
    while pair := _first_pair(groups):
        kept, taken = pair
        kept.take(taken)
        groups.remove(taken)
    return tuple(
        Pin(
            places=tuple(group.places),
            label=label_of([place.mark for place in group.places]),
            left=group.x / view.frame.width * 100,
            top=group.y / view.frame.height * 100,
            width=group.width,
        )
        for group in groups
    )


def _first_pair(groups: Sequence[_Group]) -> tuple[_Group, _Group] | None:
    for number, group in enumerate(groups):
        for other in groups[number + 1 :]:
            if group.hides(other):
                return group, other
    return None


def label_of(marks: Sequence[str]) -> str:
    """Return the marks of a pin: "2", "2, 3", "1–4, 7", "A, 1"; the first two parts if there are more than three."""
    runs: list[list[str]] = []
    for mark in marks:
        if runs and _follows(mark, runs[-1][-1]):
            runs[-1].append(mark)
        else:
            runs.append([mark])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else run
    return ", ".join(parts) if len(parts) <= 3 else f"{parts[0]}, {parts[1]} …"


def _follows(mark: str, before: str) -> bool:
    if mark.isdigit():
        return before.isdigit() and int(mark) == int(before) + 1
    return not before.isdigit() and ord(mark) == ord(before) + 1


def pin_width(label: str) -> float:
    return max(PIN, len(label) * _DIGIT + 14)


def pin_outline(width: float) -> str:
    """Return the outline of a pin as path data, its tip at 0 0: a drop, or a wider head with a tip below."""
    half = width / 2 - PIN / 2
    if half == 0:
        return "M0 0C-3-7-14-12-14-22A14 14 0 1 1 14-22C14-12 3-7 0 0z"
    return f"M0 0L-6-8H{-half:g}a14 14 0 0 1 0-28H{half:g}a14 14 0 0 1 0 28H6z"


def names_of(labels: Iterable[Label], view: View, pins: Sequence[Pin], origin: Spot | None) -> list[Name]:
    """Place names, most important first, so that none hides a pin, the origin or another name."""
    frame = view.frame
    taken: list[Box] = list(frame.corners)
    for pin in pins:
        x, y = pin.left / 100 * frame.width, pin.top / 100 * frame.height
        taken.append((x - pin.width / 2, y - PIN_HEIGHT, x + pin.width / 2, y))
    if origin:
        taken.append(_box(*view.pixels(origin), _ORIGIN, _ORIGIN))
    names: list[Name] = []
    written: list[Box] = []
    counts = dict.fromkeys(Kind, 0)
    for label in labels:
        if counts[label.kind] == _MOST[label.kind] or any(name.label.text == label.text for name in names):
            continue
        if label.kind in _DOTTED and any(_overlap(_box(*view.pixels(label.spot), _DOT, _DOT), box) for box in written):
            continue
        if _is_useful(label, view) and (found := _room_for(label, view, [*taken, *written])):
            anchor, across, down, box = found
            written.append(box)
            if label.kind in _DOTTED:
                written.append(_box(*view.pixels(label.spot), _DOT, _DOT))
            counts[label.kind] += 1
            names.append(Name(label, *view.percent(label.spot), anchor, across, down))
    return names


def _is_useful(label: Label, view: View) -> bool:
    if label.kind is Kind.COUNTY and view.width * miles_in_unit(view.y + view.height / 2) > _COUNTY_MILES:
        return False
    return label.room is None or label.room * view.pixels_in_unit >= len(label.text) * _LETTER[label.kind]


def _room_for(label: Label, view: View, taken: Sequence[Box]) -> tuple[str, float, float, Box] | None:
    """Return where a name has room: how it is anchored, how far across and below its spot, and its box."""
    frame = view.frame
    x, y = view.pixels(label.spot)
    width = len(label.text) * _LETTER[label.kind]
    for anchor, across, down in _places_for(label):
        middle = x + across + {"start": width / 2, "middle": 0.0, "end": -width / 2}[anchor]
        turned = math.radians(label.angle)
        box = _box(
            middle,
            y + down,
            abs(width * math.cos(turned)) + abs(_LINE * math.sin(turned)),
            abs(width * math.sin(turned)) + abs(_LINE * math.cos(turned)),
        )
        is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= frame.width and box[3] <= frame.height
        if is_inside and not any(_overlap(box, other) for other in taken):
            return anchor, across, down, box
    return None


def _places_for(label: Label) -> tuple[tuple[str, float, float], ...]:
    """Return where a name may be written: on the spot, or beside, below or above what marks it."""
    if label.kind in (Kind.WATER, Kind.COUNTY):
        return (("middle", 0.0, 0.0),)
    beside, above = (_BESIDE_ORIGIN, _ABOVE_ORIGIN) if label.kind is Kind.HERE else (_BESIDE, _ABOVE)
    sides = (("start", beside, 0.0), ("end", -beside, 0.0), ("middle", 0.0, above), ("middle", 0.0, -above))
    aside = [(anchor, across, above - 2) for anchor, across in (("start", beside), ("end", -beside))]
    # Below a small town's name, it would be taken for that town's.
    lower = [(anchor, across, down + 12) for anchor, across, down in (*aside, ("middle", 0.0, above - 2))]
    return (*sides, *aside, *(lower if label.kind is Kind.CITY else ())) if label.kind in _DOTTED else sides


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
