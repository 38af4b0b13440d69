"""The stylesheet: readable in light and dark, small, and harmless on somebody else's page."""

import gzip
import re
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER

STATIC = PROJECT_FOLDER / "locator" / "web" / "static"
CSS = (STATIC / "finder.css").read_text("utf-8")
ALL_CSS = "".join(path.read_text("utf-8") for path in sorted(STATIC.glob("*.css")))
LIGHT, DARK = (dict(re.findall(r"--cf-([a-z-]+): (#[0-9a-f]{6});", part)) for part in CSS.split("@media", 2)[:2])
# Where nothing else is set, what one presses has the owner's color.
LIGHT |= {"fill": LIGHT["brand"], "pin": LIGHT["brand"]}

TEXT = 4.5  # WCAG 2.2, 1.4.3
CONTROL = 3.0  # WCAG 2.2, 1.4.11
GROUNDS = ("paper", "wash", "card")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "muted", "brand") for ground in GROUNDS),
    *((state, ground, TEXT) for state in ("ok", "ask", "grey") for ground in (f"{state}-wash", "card")),
    ("ink", "ask-wash", TEXT),
    ("brand", "brand-wash", TEXT),
    ("on-fill", "fill", TEXT),
    ("on-pin", "pin", TEXT),
    *((edge, ground, CONTROL) for edge in ("field", "focus", "pin") for ground in GROUNDS),
    ("fill", "card", CONTROL),
    ("ask", "card", CONTROL),
]


def luminance(color: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    linear = []
    for place in (1, 3, 5):
        value = int(color[place : place + 2], 16) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_text_and_controls_stand_out(scheme: str, front: str, ground: str, least: float) -> None:
    tokens = LIGHT if scheme == "light" else DARK

    assert contrast(tokens[front], tokens[ground]) >= least


def test_every_color_of_the_light_page_has_one_for_the_dark() -> None:
    assert set(LIGHT) == set(DARK)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_no_rule_reaches_out_of_our_own_part_of_a_page(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    selectors = [found.strip() for found in re.findall(r"(?:^|[{}])\s*([^@{}%;]+?)\s*\{", css)]

    assert len(selectors) > 5  # the pattern still finds rules
    parts = [part.strip() for selector in selectors for part in _parts(selector)]
    assert [part for part in parts if not part.startswith(".clinic-finder")] == []


def _parts(selector: str) -> list[str]:
    """Split a selector at its commas, but those within brackets."""
    depth, parts = 0, [""]
    for character in selector:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def test_colors_are_tokens_outside_of_print() -> None:
    rules = re.sub(r"--cf-[a-z-]+: #[0-9a-f]{6};", "", CSS.split("@media print")[0])

    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []


def test_the_stylesheet_is_small() -> None:
    assert len(gzip.compress(ALL_CSS.encode())) < 12_000
