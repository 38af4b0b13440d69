"""The names of towns in addresses: one for each, and found however somebody writes it."""

import csv

import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.geo.gazetteer import TownPlace
from locator.geo.point import Point
from locator.geo.town_slugs import TownSlugs


@pytest.fixture(scope="module")
def slugs() -> TownSlugs:
    with (PROJECT_FOLDER / "seed" / "places.csv").open(encoding="utf-8", newline="") as file:
        return TownSlugs(
            TownPlace(
                name=row["name"],
                kind=row["type"],
                county=row["county"],
                state="WI",
                point=Point(lat=float(row["lat"]), lon=float(row["lon"])),
                population=int(row["population"]) if row["population"] else None,
                zip=None,
                zip_count=0,
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


def test_each_town_has_a_slug_of_its_own_that_leads_to_it(slugs: TownSlugs) -> None:
    by_slug = {slugs.slug(town): town for town in slugs.towns}

    assert len(by_slug) == len(slugs.towns) == 949
    assert {slug: slugs.find(slug) for slug in by_slug} == by_slug
    assert all(slug.isascii() and slug == slug.lower() and " " not in slug for slug in by_slug)


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("Eau-Claire", "eau-claire"), ("eau_claire", "eau-claire"), ("Eau Claire", "eau-claire"),
        ("eauclaire", "eau-claire"), ("EAU-CLAIRE-WI", "eau-claire"), ("madison-wisconsin", "madison"),
        ("st-francis", "saint-francis"), ("St.-Francis", "saint-francis"), ("st-germain", "saint-germain"),
        ("ft-atkinson", "fort-atkinson"), ("mt-horeb", "mount-horeb"), ("chain-o-lakes", "chain-o-lakes"),
        ("chain-o'-lakes", "chain-o-lakes"), ("fontana-on-geneva-lake", "fontana-on-geneva-lake"),
        ("Prairie du Chién", "prairie-du-chien"), ("depere", "de-pere"),
        # Of two with one name, the one that everybody means has the name alone.
        ("superior", "superior"), ("superior-village", "superior-village"), ("waukesha", "waukesha"),
        ("kohler", "kohler"), ("kohler-ozaukee-county", "kohler-ozaukee-county"),
    ],
)  # fmt: skip
def test_a_town_is_found_however_it_is_spelled(slugs: TownSlugs, given: str, slug: str) -> None:
    found = slugs.find(given)

    assert found is not None
    assert slugs.slug(found) == slug


def test_the_city_is_meant_and_not_the_village(slugs: TownSlugs) -> None:
    kinds = {slug: town.kind for slug in ("superior", "superior-village") if (town := slugs.find(slug))}
    marks = {slug: slugs.mark(town) for slug in ("superior", "superior-village") if (town := slugs.find(slug))}

    assert kinds == {"superior": "city", "superior-village": "village"}
    assert marks == {"superior": None, "superior-village": "village"}


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("pewaukee", ["pewaukee-city", "pewaukee-village"]),
        ("rome", ["rome-adams-county", "rome-jefferson-county"]),
        ("silver-lake", ["silver-lake-kenosha-county", "silver-lake-waushara-county"]),
        ("wausaw", ["wausau"]),
        ("milwuakee", ["milwaukee"]),
    ],
)
def test_what_no_town_has_alone_offers_those_that_may_be_meant(
    slugs: TownSlugs, given: str, offered: list[str]
) -> None:
    assert slugs.find(given) is None
    assert set(offered) <= {slugs.slug(town) for town in slugs.sharing(given) or slugs.like(given)}


@pytest.mark.parametrize("given", ["", "-", "---", "x" * 5000, "..", "%00", "1432-marigold-street", "wi", "é" * 61])
def test_what_is_no_name_finds_nothing(slugs: TownSlugs, given: str) -> None:
    assert slugs.find(given) is None
