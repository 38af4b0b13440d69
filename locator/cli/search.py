"""The command that finds clinics: search."""

import click

from locator.cli.database import reachable_database, secret_key
from locator.cli.output import print_table, print_text
from locator.clinic.clinic import Wanted, phone_display
from locator.config.settings import read_settings
from locator.errors import BadParameters, Fault, LocatorError
from locator.finding.limits import LONGEST_RADIUS_MILES, MOST_PER_PAGE
from locator.finding.named_places import ClinicNamed
from locator.finding.search import ListedMatch, SearchQuery, SearchResult, find_clinics
from locator.geo.errors import UnreadablePlace
from locator.geo.origins import OriginKind
from locator.geo.point import Precision
from locator.geo.reading.where import read_where
from locator.services import Services, open_services


class SearchRefused(LocatorError):
    """The API refused the search; its answer is on standard output."""


@click.command()
@click.argument("near")
@click.option(
    "--specialty",
    "-s",
    "care",
    multiple=True,
    metavar="WORDS",
    help="Care that is needed: a code, or words such as “stage 4”; repeatable.",
)
@click.option("--any", "any_specialty", is_flag=True, help="Clinics with any of the specialties, not all of them.")
@click.option(
    "--radius-miles",
    "-r",
    type=click.FloatRange(0, LONGEST_RADIUS_MILES, min_open=True),
    help="Mark clinics beyond this distance.",
)
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, MOST_PER_PAGE),
    default=10,
    show_default=True,
    help="How many clinics to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the API's answer.")
def search(
    near: str, care: tuple[str, ...], any_specialty: bool, radius_miles: float | None, limit: int, as_json: bool
) -> None:
    """Find the clinics nearest to a place.

    NEAR is a ZIP, a town, an address, or a point as lat,lon.

    \b
    Examples
      locator search 53703 --specialty clinical_trials
      locator search "Eau Claire" -s "stage 4" -s palliative_care --radius-miles 50
      locator search 43.07,-89.40 --json
    """
    settings = read_settings()
    with reachable_database(settings) as url:
        services = open_services(settings, url)
        codes = _codes(care, services)
        if as_json:
            asked = {"near": near, "specialty": codes, "match": "any" if any_specialty else "all", "limit": limit}
            _print_json(
                asked if radius_miles is None else asked | {"radius_miles": radius_miles}, url, secret_key(settings)
            )
            return
        try:
            where = read_where(near)
        except UnreadablePlace as error:
            raise BadParameters([Fault("NEAR", str(error))]) from None
        query = SearchQuery(
            where=where,
            asked=near,
            wanted=Wanted(specialties=tuple(codes), any_specialty=any_specialty),
            radius_miles=radius_miles,
            limit=limit,
        )
        try:
            result = find_clinics(query, places=services.places, database=services.database)
        except ClinicNamed as named:
            _print_named(named)
            raise
        _print_result(result, services)


def _print_named(named: ClinicNamed) -> None:
    print_table(
        ("Id", "Clinic", "Town", "Phone"),
        (
            [each.clinic_id, each.name, each.address.city, phone_display(each.phone) if each.phone else "unknown"]
            for each in named.clinics
        ),
        whole=("Phone",),
    )


def _codes(care: tuple[str, ...], services: Services) -> list[str]:
    """Return the code that each of a person's words stands for. Raises BadParameters if they stand for none."""
    codes = []
    for words in care:
        found = services.specialties.find(words)
        if not found:
            near = services.specialties.nearest_code(words)
            hint = f"Did you mean {near}?" if near else "The codes are at /api/v1/specialties."
            raise BadParameters([Fault("--specialty", f"is not a kind of care we know. {hint}")])
        codes.append(found[0].code)
    return codes


def _print_json(asked: dict[str, object], url: str, key: str) -> None:
    """Print the answer of the API itself, so that the two never differ."""
    from pydantic import SecretStr

    from locator.app import create_app

    settings = read_settings(database_url=SecretStr(url), secret_key=SecretStr(key), log_level="error")
    response = create_app(settings).test_client().post("/api/v1/search", json=asked)
    click.echo(response.get_data(as_text=True))
    if response.status_code != 200:
        raise SearchRefused("The search was refused; see above.")


def _print_result(result: SearchResult, services: Services) -> None:
    names = {specialty.code: specialty.name for specialty in services.specialties.all()}
    origin = result.origin
    is_coarse = origin.kind is not OriginKind.ZIP and origin.geocode.precision != Precision.ADDRESS
    precision = f" (known to the {origin.geocode.precision})" if is_coarse else ""
    print_text(f"{_clinics(result.total)} for {origin.geocode.label}{precision}, nearest first, in a straight line.")
    if result.widened:
        print_text(result.widened.reason)
    print_table(
        ("", "Miles", "Clinic", "Town", "Phone"),
        (_cells(listed, names) for listed in result.matches),
        whole=("", "Miles", "Phone"),
        right=("", "Miles"),
    )
    for relaxation in result.relaxations:
        ((name, value),) = relaxation.drop.items()
        print_text(f"Without {name} {value}: {_clinics(relaxation.total)}.")
    for notice in result.notices:
        print_text(f"Note: {notice.text}")


def _cells(listed: ListedMatch, names: dict[str, str]) -> list[str]:
    clinic = listed.clinic
    lacks = [names.get(code, code) for code in listed.missing]
    remarks = [
        *(["beyond the radius"] if listed.beyond_radius else []),
        *([f"lacks: {', '.join(lacks)}"] if lacks else []),
    ]
    return [
        str(listed.rank),
        f"{listed.distance_miles:.1f}" if listed.distance_miles < 10 else f"{listed.distance_miles:.0f}",
        clinic.name + (f" ({'; '.join(remarks)})" if remarks else ""),
        clinic.address.city,
        phone_display(clinic.phone) if clinic.phone else "unknown",
    ]


def _clinics(count: int) -> str:
    return "1 clinic" if count == 1 else f"{count} clinics"
