"""The command that finds clinics: search."""

from typing import Any

import click

from locator.cli.database import reachable_database, secret_key
from locator.cli.output import print_table, print_text
from locator.clinic.clinic import Clinic, Knowledge, Wanted, phone_display, serves_meant
from locator.config.settings import read_settings
from locator.errors import BadParameters, Fault, LocatorError
from locator.finding.fallback import Fit
from locator.finding.limits import LONGEST_RADIUS_MILES, MOST_PER_PAGE
from locator.finding.matches import AlsoNear, FoundClinic, ListedMatch
from locator.finding.named_places import ClinicNamed
from locator.finding.search import SearchQuery, SearchResult, find_clinics
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
@click.option(
    "--serves",
    type=click.Choice(["veterans", "children", "any"]),
    help="Also list clinics that treat only these; otherwise they are told beside the list.",
)
@click.option("--accepting-new-patients", is_flag=True, default=None, help="Only clinics known to take new patients.")
@click.option("--telehealth", is_flag=True, default=None, help="Only clinics known to have visits by video or phone.")
@click.option("--wheelchair-accessible", is_flag=True, default=None, help="Only where a wheelchair is known to get in.")
@click.option("--language", metavar="CODE", help="Only where this language (es, hmn) is known to be spoken.")
@click.option("--json", "as_json", is_flag=True, help="Print the API's answer.")
def search(
    near: str,
    care: tuple[str, ...],
    any_specialty: bool,
    radius_miles: float | None,
    limit: int,
    serves: str | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Find the clinics nearest to a place.

    NEAR is a ZIP, a town, an address, or a point as lat,lon.

    \b
    Examples
      locator search 53703 --specialty clinical_trials
      locator search "Eau Claire" -s "stage 4" -s palliative_care --radius-miles 50
      locator search 54501 --wheelchair-accessible --language es
      locator search 43.07,-89.40 --json
    """
    settings = read_settings()
    with reachable_database(settings) as url:
        services = open_services(settings, url)
        codes = _codes(care, services)
        if as_json:
            asked: dict[str, object] = {"near": near, "specialty": codes, "limit": limit}
            more = {"match": "any" if any_specialty else "all", "radius_miles": radius_miles, "serves": serves}
            asked |= {name: value for name, value in (more | filters).items() if value is not None}
            _print_json(asked, url, secret_key(settings))
            return
        try:
            where = read_where(near)
        except UnreadablePlace as error:
            raise BadParameters([Fault("NEAR", str(error))]) from None
        query = SearchQuery(
            where=where,
            asked=near,
            wanted=Wanted(
                specialties=tuple(codes), any_specialty=any_specialty, may_serve_only=serves_meant(serves), **filters
            ),
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
    if result.also_near:
        print_text("Nearer, but ask first:" if result.fit is Fit.AS_ASKED else "Near, but ask first:")
        print_table(
            ("", "Miles", "Clinic", "Town", "Phone"),
            (_unsure_cells(near, letter, names) for near, letter in zip(result.also_near, "ABC", strict=False)),
            whole=("", "Miles", "Phone"),
            right=("", "Miles"),
        )
    for relaxation in result.relaxations:
        ((name, value),) = relaxation.drop.items()
        print_text(f"Without {name} {value}: {_clinics(relaxation.total)}.")
    for notice in result.notices:
        print_text(f"Note: {notice.text}")


def _cells(listed: ListedMatch, names: dict[str, str]) -> list[str]:
    remarks = ["beyond the radius"] if listed.beyond_radius else []
    for state, words in _STATES.items():
        codes = [care.code for care in listed.care if care.state is state]
        if codes:
            remarks.append(f"{words}: {', '.join(names.get(code, code) for code in codes)}")
    if listed.filters_not_met:
        remarks.append(f"not known to meet: {', '.join(listed.filters_not_met)}")
    return _row(str(listed.rank), listed, remarks)


_STATES = {
    Knowledge.CHECKED: "checked",
    Knowledge.LISTED: "listed, not checked",
    Knowledge.NOT_KNOWN: "not known",
    Knowledge.NOT_OFFERED: "not offered",
}


def _unsure_cells(near: AlsoNear, letter: str, names: dict[str, str]) -> list[str]:
    lacks = ", ".join(names.get(code, code) for code in near.missing)
    said = {
        "care_not_known": f"not known: {lacks}",
        "serves_veterans": "for veterans",
        "serves_children": "for children",
    }
    return _row(letter, near, [said.get(reason, f"not known: {reason}") for reason in near.reasons])


def _row(mark: str, found: FoundClinic, remarks: list[str]) -> list[str]:
    clinic = found.clinic
    return [
        mark,
        f"{found.distance_miles:.1f}" if found.distance_miles < 10 else f"{found.distance_miles:.0f}",
        clinic.name + (f" ({'; '.join(remarks)})" if remarks else ""),
        clinic.address.city,
        _number(clinic),
    ]


def _number(clinic: Clinic) -> str:
    """Return the number to call, and whose it is if it is not the clinic's own."""
    if clinic.call is None:
        return "unknown"
    number = phone_display(clinic.call.phone)
    return number if clinic.call.whose == "clinic" else f"{number} (organization)"


def _clinics(count: int) -> str:
    return "1 clinic" if count == 1 else f"{count} clinics"
