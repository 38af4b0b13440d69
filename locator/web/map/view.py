"""The part of the earth that a map shows, and its size in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass

from locator.geo.mercator import miles_in_unit

# The map is laid out for this size, before the screen is known; marks and labels keep their size on any screen.
FRAME_WIDTH, FRAME_HEIGHT = 360.0, 396.0
# Room for half a pin on every side, and for the scale and the zoom buttons at the bottom, even on the narrowest phone.
_LEFT, _TOP, _RIGHT, _BOTTOM = 34.0, 34.0, 34.0, 88.0

# Closer than this, people would look for streets, which we do not draw.
CLOSEST_MILES = 4.0
# Wisconsin is 320 miles from north to south. On a wider map, everything would be a speck.
_WIDEST_MILES = 450.0

_SCALE_MILES = (1, 2, 5, 10, 20, 50, 100, 200)
_SCALE_PART = 0.28

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map, in map units: its upper left corner and its width."""

    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        return self.width * FRAME_HEIGHT / FRAME_WIDTH

    @property
    def box(self) -> str:
        """The view as an SVG's viewBox."""
        return f"{self.x:.2f} {self.y:.2f} {self.width:.2f} {self.height:.2f}"

    def pixels(self, spot: Spot) -> Spot:
        """Return where a spot of the map is in the frame, in pixels."""
        pixels_in_unit = FRAME_WIDTH / self.width
        return (spot[0] - self.x) * pixels_in_unit, (spot[1] - self.y) * pixels_in_unit

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


def view_of(spots: Iterable[Spot]) -> View:
    """Return the closest view of all `spots` with room around each, at least CLOSEST_MILES across."""
    left, top, right, bottom = _bounds(spots)
    inner_width, inner_height = FRAME_WIDTH - _LEFT - _RIGHT, FRAME_HEIGHT - _TOP - _BOTTOM
    units_in_pixel = max(
        (right - left) / inner_width,
        (bottom - top) / inner_height,
        CLOSEST_MILES / miles_in_unit((top + bottom) / 2) / FRAME_WIDTH,
    )
    middle_x = (left + right) / 2 + (_RIGHT - _LEFT) / 2 * units_in_pixel
    middle_y = (top + bottom) / 2 + (_BOTTOM - _TOP) / 2 * units_in_pixel
    width, height = FRAME_WIDTH * units_in_pixel, FRAME_HEIGHT * units_in_pixel
    return View(middle_x - width / 2, middle_y - height / 2, width)


def fit_in_one(spots: Iterable[Spot]) -> bool:
    """Return whether one view of all `spots` is still useful."""
    left, top, right, bottom = _bounds(spots)
    return max(right - left, bottom - top) * miles_in_unit((top + bottom) / 2) <= _WIDEST_MILES


def _bounds(spots: Iterable[Spot]) -> tuple[float, float, float, float]:
    across, down = zip(*spots, strict=True)
    return min(across), min(down), max(across), max(down)
