"""The owner's settings of the pages: name, logo, help lines, colors, directions and map tiles."""

import re
from pathlib import Path
from typing import Annotated

import phonenumbers
from opening_hours import validate
from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

SITE_NAME = "Find cancer care"
HELP_NAME = "National Cancer Institute"
MORE_HELP_NAME = "American Cancer Society"
BRAND_COLOR = "#7a1f4b"
DIRECTIONS_URL = "https://www.google.com/maps/dir/?api=1&destination={lat},{lon}"
_DIRECTIONS_ADDRESS_URL = "https://www.google.com/maps/dir/?api=1&destination={address}"

# The contrast that WCAG 2.2 (1.4.3) requires for text of normal size.
READABLE = 4.5
# What controls need (1.4.11).
_VISIBLE = 3.0
# The backgrounds for text in the brand's color. White text on the brand's color is then readable, too.
_LIGHT_GROUND = "#f1ece4"
_DARK_GROUND = "#20252d"
_DARK_CARD = "#1b1f26"
_COLOR = re.compile(r"#[0-9a-f]{6}")
# Plain http only from the machine itself, for trying things out.
_TILES = re.compile(r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?/(?P<rest>[!-~]*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_LOGO = 100_000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = re.compile(rb"\s*(<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]", re.DOTALL)
_BRACES = re.compile(r"\{[^}]*\}?|\}")


class PageSettings(BaseModel):
    """What an owner may set on the pages."""

    site_name: str = Field(SITE_NAME, min_length=1, max_length=60, description="name of the pages for patients")
    owner_name: str | None = Field(
        None, max_length=60, description="whose pages these are, such as the health system; shown above the name"
    )
    logo: Path | None = Field(
        None, description="the owner's logo, an SVG or PNG file of at most 100 kB; a square one looks best"
    )
    help_name: str = Field(HELP_NAME, min_length=1, max_length=60, description="who answers the help line")
    help_phone: str = Field("1-800-422-6237", description="help line on every page, as it is shown")
    help_hours: str | None = Field(
        # cancer.gov/contact: 9 am to 9 pm Eastern time, and not on federal holidays.
        "Mo-Fr 08:00-20:00; PH off",
        max_length=200,
        description="when it answers, in Central time and the OSM language; at other times the second line is on top",
    )
    help_languages: Annotated[tuple[str, ...], NoDecode] = Field(
        ("en", "es"), description="languages of the help line by their ISO 639 codes, separated by commas"
    )
    more_help_name: str = Field(
        MORE_HELP_NAME, min_length=1, max_length=60, description="who answers the second help line"
    )
    more_help_phone: str = Field("1-800-227-2345", description="second help line, shown if no clinic was found")
    more_help_hours: str | None = Field("24/7", max_length=200, description="when the second help line answers")
    more_help_languages: Annotated[tuple[str, ...], NoDecode] = Field(
        ("en", "es"), description="languages of the second help line"
    )
    brand_color: str = Field(BRAND_COLOR, description="the owner's color for buttons and links, such as #7a1f4b")
    brand_color_dark: str | None = Field(
        None, description="the same for dark pages; if not set, a lighter shade of LOCATOR_BRAND_COLOR"
    )
    directions_url: str = Field(
        DIRECTIONS_URL,
        description="link of “Directions”, with {lat} and {lon} of the clinic; it never contains where the person is",
    )
    directions_address_url: str | None = Field(
        None,
        description="the same with {address}, for clinics whose street is known but not its point on the map; if not "
        "set, that of the same maps, if LOCATOR_DIRECTIONS_URL is not set either",
    )

    tile_url: str | None = Field(
        None,
        description="street tiles for the map, such as https://tiles.example.org/{z}/{x}/{y}.png; their server sees "
        "which part of the map each reader looks at; if not set, there are none, and no other server is involved",
    )
    tile_attribution: str | None = Field(
        None, max_length=200, description="the attribution that the maker of the street tiles requires"
    )

    @field_validator("logo", mode="before")
    @classmethod
    def _no_logo(cls, value: object) -> object:
        return value or None

    @field_validator("logo")
    @classmethod
    def _check_logo(cls, value: Path | None) -> Path | None:
        if value is not None:
            logo_of(value)
        return value

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

    @field_validator("help_hours", "more_help_hours")
    @classmethod
    def _check_hours(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not validate(value):
            raise ValueError("must be opening hours, such as Mo-Fr 08:00-17:00; PH off")
        return value

    @field_validator("help_languages", "more_help_languages", mode="before")
    @classmethod
    def _split_languages(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(code for part in value.split(",") if (code := part.strip().lower()))

    @field_validator("help_languages", "more_help_languages")
    @classmethod
    def _check_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_LANGUAGE.fullmatch(code) for code in value):
            raise ValueError("must be ISO 639 codes with commas between them, such as en,es,hmn")
        return value

    @field_validator("directions_url")
    @classmethod
    def _check_directions(cls, value: str) -> str:
        rest = value.replace("{lat}", "", 1).replace("{lon}", "", 1)
        if len(rest) != len(value) - len("{lat}{lon}") or "{" in rest or not value.startswith("https://"):
            raise ValueError("must begin with https:// and contain {lat} and {lon} once each")
        return value

    @field_validator("directions_address_url")
    @classmethod
    def _check_directions_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        rest = value.replace("{address}", "", 1)
        if len(rest) == len(value) or "{" in rest or not value.startswith("https://"):
            raise ValueError("must begin with https:// and contain {address} once")
        return value

    @property
    def directions_by_address(self) -> str | None:
        """The link of "Directions" to an address; None if these maps have none that we know."""
        known = _DIRECTIONS_ADDRESS_URL if self.directions_url == DIRECTIONS_URL else None
        return self.directions_address_url or known

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


def logo_of(path: Path) -> tuple[str, bytes]:
    """Return the ending for a logo's kind of file, ".svg" or ".png", and its content; raise ValueError for another."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    if len(content) > _LONGEST_LOGO:
        raise ValueError(f"is too large: {len(content):,} bytes, but may have {_LONGEST_LOGO:,}")
    if content.startswith(_PNG):
        return ".png", content
    if _SVG.match(content.removeprefix(b"\xef\xbb\xbf")):
        return ".svg", content
    raise ValueError("must be an SVG or PNG file")


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
        mixed = _lighter(color, part)
        # 7 is WCAG's enhanced contrast, because light text on dark is more tiring to read.
        if contrast(mixed, _DARK_GROUND) >= 7:
            return mixed
    return "#ffffff"


def fill_for_dark(color: str) -> str:
    """Return a color mixed with white until buttons in it stand out on dark pages, with white text on them."""
    for part in range(0, 101, 2):
        mixed = _lighter(color, part)
        if contrast(mixed, _DARK_CARD) >= _VISIBLE:
            return mixed
    return color


def _lighter(color: str, part: int) -> str:
    return "#" + "".join(f"{round(value + (255 - value) * part / 100):02x}" for value in _channels(color))


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
