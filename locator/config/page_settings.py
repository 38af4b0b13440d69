"""The owner's settings of the pages: name, help lines, colors, directions and map tiles."""

import re

import phonenumbers
from pydantic import BaseModel, Field, field_validator

SITE_NAME = "Find cancer care"
HELP_NAME = "National Cancer Institute"
MORE_HELP_NAME = "American Cancer Society"
BRAND_COLOR = "#7a1f4b"

# The contrast that WCAG 2.2 (1.4.3) requires for text of normal size.
READABLE = 4.5
# The backgrounds for text in the brand's color. White text on the brand's color is then readable, too.
_LIGHT_GROUND = "#f6f2ec"
_DARK_GROUND = "#1d2027"
_COLOR = re.compile(r"#[0-9a-f]{6}")
# Plain http only from the machine itself, for trying things out.
_TILES = re.compile(r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?/(?P<rest>[!-~]*)")
_BRACES = re.compile(r"\{[^}]*\}?|\}")


class PageSettings(BaseModel):
    """What an owner may set on the pages."""

    site_name: str = Field(SITE_NAME, min_length=1, max_length=60, description="name of the pages for patients")
    help_name: str = Field(HELP_NAME, min_length=1, max_length=60, description="who answers the help line")
    help_phone: str = Field("1-800-422-6237", description="help line on every page, as it is shown")
    more_help_name: str = Field(
        MORE_HELP_NAME, min_length=1, max_length=60, description="who answers the second help line"
    )
    more_help_phone: str = Field("1-800-227-2345", description="second help line, shown if no clinic was found")
    brand_color: str = Field(BRAND_COLOR, description="the owner's color for buttons and links, such as #7a1f4b")
    brand_color_dark: str | None = Field(
        None, description="the same for dark pages; if not set, a lighter shade of LOCATOR_BRAND_COLOR"
    )
    directions_url: str = Field(
        "https://www.google.com/maps/dir/?api=1&destination={lat},{lon}",
        description="link of “Directions”, with {lat} and {lon} of the clinic; it never contains where the person is",
    )

    tile_url: str | None = Field(
        None,
        description="street tiles for the map, such as https://tiles.example.org/{z}/{x}/{y}.png; their server sees "
        "which part of the map each reader looks at; if not set, there are none, and no other server is involved",
    )
    tile_attribution: str | None = Field(
        None, max_length=200, description="the attribution that the maker of the street tiles requires"
    )

    @field_validator("help_phone", "more_help_phone")
    @classmethod
    def _check_phone(cls, value: str) -> str:
        try:
            known = phonenumbers.is_possible_number(phonenumbers.parse(value, "US"))
        except phonenumbers.NumberParseException:
            known = False
        if not known:
            raise ValueError("must be a phone number, such as 1-800-422-6237")
        return value

    @field_validator("directions_url")
    @classmethod
    def _check_directions(cls, value: str) -> str:
        rest = value.replace("{lat}", "", 1).replace("{lon}", "", 1)
        if len(rest) != len(value) - len("{lat}{lon}") or "{" in rest or not value.startswith("https://"):
            raise ValueError("must begin with https:// and contain {lat} and {lon} once each")
        return value

    @field_validator("tile_url")
    @classmethod
    def _check_tiles(cls, value: str | None) -> str | None:
        if not value:
            return None
        # The origin becomes part of a header, so it must be only a host and a port.
        if not (found := _TILES.fullmatch(value)) or sorted(_BRACES.findall(found["rest"])) != ["{x}", "{y}", "{z}"]:
            raise ValueError("must begin with https:// and a host, followed by {z}, {x} and {y} once each")
        return value

    @field_validator("tile_attribution")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("brand_color")
    @classmethod
    def _check_color(cls, value: str) -> str:
        return _readable_on(_LIGHT_GROUND, value, "light")

    @field_validator("brand_color_dark")
    @classmethod
    def _check_color_dark(cls, value: str | None) -> str | None:
        return _readable_on(_DARK_GROUND, value, "dark") if value else None


def _readable_on(ground: str, color: str, fault: str) -> str:
    color = color.lower()
    if not _COLOR.fullmatch(color):
        raise ValueError("must be a color in the form #rrggbb, such as #7a1f4b")
    if (ratio := contrast(color, ground)) < READABLE:
        raise ValueError(f"is too {fault} to read: its contrast on {ground} is {ratio:.1f}, but must be {READABLE}")
    return color


def shade_for_dark(color: str) -> str:
    """Return a color mixed with white until it is easy to read on dark pages."""
    for part in range(0, 101, 5):
        mixed = "#" + "".join(f"{round(value + (255 - value) * part / 100):02x}" for value in _channels(color))
        # 7 is WCAG's enhanced contrast, because light text on dark is more tiring to read.
        if contrast(mixed, _DARK_GROUND) >= 7:
            return mixed
    return "#ffffff"


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))
