"""The marks of a map that keep their size: numbered pins, merged if they would hide each other, and town names.

`static/map.js` does the same for every other view, in the same steps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from locator.web.map.view import FRAME_HEIGHT, FRAME_WIDTH, Spot, View

# In pixels. A pin is larger than the target size of WCAG 2.2 (2.5.8: 24). A digit and a letter are about this wide.
PIN = 28.0
_DIGIT, _LETTER, _LINE = 8.0, 7.6, 18.0
# A name is on its town, or just below or above what is there already.
_NAME_OFFSETS = (0.0, 29.0, -29.0)
_MOST_NAMES = 10
_ORIGIN = 36.0
# The scale and the zoom buttons are in the lower corners: left, top, right, bottom.
_CORNERS = (
    (0.0, FRAME_HEIGHT - 34, 120.0, FRAME_HEIGHT),
    (FRAME_WIDTH - 120, FRAME_HEIGHT - 60, FRAME_WIDTH, FRAME_HEIGHT),
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """One clinic of the list on the map. `is_rough`: we know its town or ZIP, but not its street."""

    rank: int
    spot: Spot
    is_rough: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """One mark for a clinic, or for several too close to each other; `left` and `top` in percent of the frame."""

    ranks: tuple[int, ...]
    label: str
    left: float
    top: float
    width: float
    is_rough: bool


@dataclass(frozen=True, slots=True)
class Town:
    """A town as a landmark. `is_local`: not useful on a map of much more than its surroundings."""

    name: str
    spot: Spot
    is_local: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A town's name on the map, `offset` pixels below the town; not `shown` if it has no room at this scale."""

    town: Town
    left: float
    top: float
    offset: float
    shown: bool


@dataclass(slots=True)
class _Group:
    places: list[Place]
    x: float
    y: float

    @property
    def ranks(self) -> tuple[int, ...]:
        return tuple(sorted(place.rank for place in self.places))

    @property
    def width(self) -> float:
        return pin_width(label_of(self.ranks))

    def hides(self, other: "_Group") -> bool:
        return abs(self.y - other.y) < PIN and abs(self.x - other.x) < (self.width + other.width) / 2

    def take(self, other: "_Group") -> None:
        ours, theirs = len(self.places), len(other.places)
        self.x = (self.x * ours + other.x * theirs) / (ours + theirs)
        self.y = (self.y * ours + other.y * theirs) / (ours + theirs)
        self.places += other.places


def pins_of(places: Sequence[Place], view: View) -> tuple[Pin, ...]:
    """Return the pins of a view; pins that would hide each other are one pin in the middle of them."""
    groups = [_Group([place], *view.pixels(place.spot)) for place in places]
    while pair := _first_pair(groups):
        kept, taken = pair
        kept.take(taken)
        groups.remove(taken)
    return tuple(
        Pin(
            ranks=group.ranks,
            label=label_of(group.ranks),
            left=group.x / FRAME_WIDTH * 100,
            top=group.y / FRAME_HEIGHT * 100,
            width=group.width,
            is_rough=all(place.is_rough for place in group.places),
        )
        for group in groups
    )


def _first_pair(groups: Sequence[_Group]) -> tuple[_Group, _Group] | None:
    for number, group in enumerate(groups):
        for other in groups[number + 1 :]:
            if group.hides(other):
                return group, other
    return None


def label_of(ranks: Sequence[int]) -> str:
    """Return the numbers of a pin: "2", "2, 3", "1–4, 7"; the first two parts if there are more than three."""
    runs: list[list[int]] = []
    for rank in ranks:
        if runs and rank == runs[-1][-1] + 1:
            runs[-1].append(rank)
        else:
            runs.append([rank])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(rank) for rank in run]
    return ", ".join(parts) if len(parts) <= 3 else f"{parts[0]}, {parts[1]} …"


def pin_width(label: str) -> float:
    return max(PIN, len(label) * _DIGIT + 14)


def names_of(towns: Iterable[Town], view: View, pins: Sequence[Pin], origin: Spot | None) -> list[Name]:
    """Place the names of towns, most important first, so that none hides a pin, the origin or another name."""
    own = (_box(pin.left / 100 * FRAME_WIDTH, pin.top / 100 * FRAME_HEIGHT, pin.width, PIN) for pin in pins)
    taken: list[Box] = [*_CORNERS, *own]
    if origin:
        taken.append(_box(*view.pixels(origin), _ORIGIN, _ORIGIN))
    names = []
    named: list[Box] = []
    for town in towns:
        x, y = view.pixels(town.spot)
        left, top = view.percent(town.spot)
        offset = _room_for(town.name, x, y, taken, named) if len(named) < _MOST_NAMES else None
        if offset is not None:
            named.append(_box(x, y + offset, len(town.name) * _LETTER, _LINE))
        names.append(Name(town, left, top, offset or 0.0, offset is not None))
    return names


def _room_for(text: str, x: float, y: float, taken: Sequence[Box], named: Sequence[Box]) -> float | None:
    """Return how far below its town there is room for a name, None if there is none.

    A name moves aside for what is `taken`, but never past another town's name: north would look like south.
    """
    for offset in _NAME_OFFSETS:
        box = _box(x, y + offset, len(text) * _LETTER, _LINE)
        is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= FRAME_WIDTH and box[3] <= FRAME_HEIGHT
        if is_inside and not any(_overlap(box, other) for other in taken):
            return None if any(_overlap(box, other) for other in named) else offset
    return None


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
