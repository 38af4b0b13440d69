"""The owner's settings of the pages: refused where they would break a page, and said why."""

from pathlib import Path

import pytest

from locator.config.page_settings import contrast, shade_for_dark
from locator.config.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("brand_color", "#ff99cc", "is too light to read"),
        ("brand_color", "plum", "must be a color in the form #rrggbb"),
        ("brand_color_dark", "#7a1f4b", "is too dark to read"),
        ("help_phone", "our nurse", "must be a phone number"),
        ("more_help_phone", "12", "must be a phone number"),
        ("directions_url", "http://maps.example.org/{lat},{lon}", "must begin with https://"),
        ("directions_url", "https://maps.example.org/{lat}", "must begin with https://"),
        ("directions_url", "https://maps.example.org/{lat},{lon}?from={near}", "must begin with https://"),
        ("directions_url", "https://maps.example.org/{lat},{lat}", "must begin with https://"),
        ("site_name", "", "at least 1 character"),
    ],
)
def test_a_setting_that_would_break_a_page_is_refused_by_its_name(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(**{name: value})

    assert list(refused.value.problems) == [f"LOCATOR_{name.upper()}"]
    assert said in refused.value.problems[f"LOCATOR_{name.upper()}"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "must be an SVG or PNG file"),
        (b"\xff\xd8\xff\xe0JFIF", "must be an SVG or PNG file"),
        (b"<html><svg></svg></html>", "must be an SVG or PNG file"),
        (b"<svg>" + b" " * 100_000 + b"</svg>", "is too large: 100,011 bytes, but may have 100,000"),
    ],
)
def test_a_logo_that_is_none_is_refused_and_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    logo = tmp_path / "logo.svg"
    if content is not None:
        logo.write_bytes(content)

    with pytest.raises(SettingsError) as refused:
        read_settings(logo=str(logo))

    assert said in refused.value.problems["LOCATOR_LOGO"]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n<!DOCTYPE svg>\n<svg\n xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\nrest",
    ],
)
def test_a_logo_may_be_a_drawing_or_a_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo").write_bytes(content)

    assert read_settings(logo=str(tmp_path / "logo")).logo == tmp_path / "logo"
    assert read_settings(logo="").logo is None


def test_an_owners_color_is_taken() -> None:
    settings = read_settings(brand_color="#0B5CAB", brand_color_dark="", help_phone="1-800-4-CANCER")

    assert (settings.brand_color, settings.brand_color_dark) == ("#0b5cab", None)


@pytest.mark.parametrize("color", ["#000000", "#7a1f4b", "#0b5cab", "#1d6a4a", "#ffffff"])
def test_any_color_has_a_shade_for_the_dark(color: str) -> None:
    assert contrast(shade_for_dark(color), "#1d2027") >= 7
