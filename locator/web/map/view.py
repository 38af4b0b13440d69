"""The part of the earth that a map shows, and its size in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass

from locator.geo.mercator import miles_in_unit

# Closer than this, people would look for streets, which we do not draw.
CLOSEST_MILES = 4.0
# Wisconsin is 320 miles from north to south. On a wider map, everything would be a speck.
_WIDEST_MILES = 450.0

_SCALE_MILES = (1, 2, 5, 10, 20, 50, 100, 200)
_SCALE_PART = 0.28

Spot = tuple[float, float]
# Left, top, right, bottom, in pixels.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The size in pixels that a map is laid out for, before the screen is known; marks keep their size on any screen.

    `margins` are the room around what the view must show: left, top, right, bottom. `corners` are taken by the scale
    and by buttons.
    """

    width: float
    height: float
    margins: Box
    corners: tuple[Box, ...]


# Beside the list: a pin is high, and the zoom buttons are in the upper right corner, even on the narrowest phone.
LIST_FRAME = Frame(
    360.0, 396.0, (34.0, 52.0, 64.0, 44.0), ((0.0, 362.0, 120.0, 396.0), (300.0, 0.0, 360.0, 112.0))
)  # fmt: skip
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
    left, top, right, bottom = _bounds(spots)
    margin_left, margin_top, margin_right, margin_bottom = frame.margins
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


def _bounds(spots: Iterable[Spot]) -> tuple[float, float, float, float]:
    across, down = zip(*spots, strict=True)
    return min(across), min(down), max(across), max(down)
