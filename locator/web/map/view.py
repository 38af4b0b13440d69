"""The part of the earth that a map shows, and its size in pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from locator.geo.mercator import miles_in_unit

# Closer than this, people would look for streets, which we do not draw.
CLOSEST_MILES = 4.0
# Wisconsin is 320 miles from north to south. On a wider map, everything would be a speck.
_WIDEST_MILES = 450.0

# Half the width of a pin of two numbers, and its height. A view grows so often for marks that it would cut off.
_HALF, _HEIGHT = 20.0, 36.0
_MOST_TRIES = 3

_SCALE_MILES = (1, 2, 5, 10, 20, 50, 100, 200)
_SCALE_PART = 0.28

Spot = tuple[float, float]
# Left, top, right, bottom, in pixels.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The size in pixels that a map is laid out for, before the screen is known; marks keep their size on any screen.

    `margins` are the room around what the view must show: left, top, right, bottom. `corners` are taken by the scale
    and by buttons; where something would be under them, it gets room `beside_buttons` on the right.
    """

    width: float
    height: float
    margins: Box
    corners: tuple[Box, ...]
    beside_buttons: float = 0.0


# Beside the list: a pin is high, and the zoom buttons are in the upper right corner, even on the narrowest phone.
LIST_FRAME = Frame(
    360.0, 396.0, (34.0, 52.0, 34.0, 44.0), ((0.0, 362.0, 120.0, 396.0), (300.0, 0.0, 360.0, 112.0)), 82.0
)
# On a clinic's page, without buttons.
CLINIC_FRAME = Frame(336.0, 224.0, (24.0, 44.0, 24.0, 44.0), ((0.0, 190.0, 110.0, 224.0),))


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map, in map units: its upper left corner and its width."""

    x: float
    y: float
    width: float
    frame: Frame = LIST_FRAME

    @property
    def height(self) -> float:
        return self.width * self.frame.height / self.frame.width

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The view's edges in map units: left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    @property
    def box(self) -> str:
        """The view as an SVG's viewBox."""
        return f"{self.x:.2f} {self.y:.2f} {self.width:.2f} {self.height:.2f}"

    @property
    def pixels_in_unit(self) -> float:
        return self.frame.width / self.width

    def pixels(self, spot: Spot) -> Spot:
        """Return where a spot of the map is in the frame, in pixels."""
        return (spot[0] - self.x) * self.pixels_in_unit, (spot[1] - self.y) * self.pixels_in_unit

    def percent(self, spot: Spot) -> Spot:
        """Return where a spot of the map is in a frame of any size, in percent of its width and height."""
        return (spot[0] - self.x) / self.width * 100, (spot[1] - self.y) / self.height * 100

    def shows(self, spot: Spot) -> bool:
        across, down = self.percent(spot)
        return 0 <= across <= 100 and 0 <= down <= 100

    def cuts(self, spot: Spot, half: float, height: float) -> bool:
        """Return whether a mark above a spot, in pixels, would be cut off by an edge or be under a corner's buttons."""
        x, y = self.pixels(spot)
        left, top, right, bottom = x - half, y - height, x + half, y
        is_seen = left < self.frame.width and right > 0 and top < self.frame.height and bottom > 0
        is_whole = left >= 0 and right <= self.frame.width and top >= 0 and bottom <= self.frame.height
        is_under = any(
            left < corner[2] and right > corner[0] and top < corner[3] and bottom > corner[1]
            for corner in self.frame.corners
        )
        return is_seen and (not is_whole or is_under)

    @property
    def miles_across(self) -> float:
        return self.width * miles_in_unit(self.y + self.height / 2)

    @property
    def scale(self) -> tuple[int, float]:
        """The length of the scale bar in miles, and in percent of the frame's width."""
        across = self.miles_across
        length = max((miles for miles in _SCALE_MILES if miles <= across * _SCALE_PART), default=_SCALE_MILES[0])
        return length, length / across * 100


def view_of(spots: Iterable[Spot], frame: Frame = LIST_FRAME, *, closest: float = CLOSEST_MILES) -> View:
    """Return the closest view of all `spots` with room around each, at least `closest` miles across."""
    all_spots = list(spots)
    view = _fitted(all_spots, frame, frame.margins[2], closest)
    if frame.beside_buttons and any(view.cuts(spot, _HALF, _HEIGHT) for spot in all_spots):
        return _fitted(all_spots, frame, frame.beside_buttons, closest)
    return view


def opening_view(first: Sequence[Spot], others: Sequence[Spot]) -> View:
    """Return the view of the `first` spots, and of those others whose marks it would cut off."""
    spots = list(first)
    view = view_of(spots)
    for _ in range(_MOST_TRIES):
        cut = [spot for spot in others if spot not in spots and view.cuts(spot, _HALF, _HEIGHT)]
        if not cut:
            break
        spots += cut
        view = view_of(spots)
    return view


def _fitted(spots: Sequence[Spot], frame: Frame, margin_right: float, closest: float) -> View:
    left, top, right, bottom = _bounds(spots)
    margin_left, margin_top, _, margin_bottom = frame.margins
    units_in_pixel = max(
        (right - left) / (frame.width - margin_left - margin_right),
        (bottom - top) / (frame.height - margin_top - margin_bottom),
        closest / miles_in_unit((top + bottom) / 2) / frame.width,
    )
    middle_x = (left + right) / 2 + (margin_right - margin_left) / 2 * units_in_pixel
    middle_y = (top + bottom) / 2 + (margin_bottom - margin_top) / 2 * units_in_pixel
    width, height = frame.width * units_in_pixel, frame.height * units_in_pixel
    return View(middle_x - width / 2, middle_y - height / 2, width, frame)


def fit_in_one(spots: Iterable[Spot]) -> bool:
    """Return whether one view of all `spots` is still useful."""
    left, top, right, bottom = _bounds(spots)
    return max(right - left, bottom - top) * miles_in_unit((top + bottom) / 2) <= _WIDEST_MILES


def rounded(spot: Spot) -> Spot:
    """Return a spot to some 36 feet, as the page has it."""
    return round(spot[0], 1), round(spot[1], 1)


def _bounds(spots: Iterable[Spot]) -> tuple[float, float, float, float]:
    across, down = zip(*spots, strict=True)
    return min(across), min(down), max(across), max(down)
