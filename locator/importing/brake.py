"""The brake: if an import changes or removes much of an organization or of the list, a number must be typed first."""

from collections.abc import Iterator
from dataclasses import asdict

from locator.errors import BrakeOn
from locator.records.imports import Brake, ListImpact, OrganizationImpact
from locator.store.imports.publishing import PublishStore

LARGEST_SHARE = 0.2  # of an organization's clinics
LEAST_CLINICS = 5  # one corrected phone of a small organization is no reason to ask
LEAST_LEFT = 0.5  # of the listed clinics
MOST_ADDED = 2.0  # times the listed clinics


def brake_of(import_id: int, publishing: PublishStore) -> Brake | None:
    """Return the brake of an import: the number to type, and what it counts; None if it is off.

    The number is that of the changed and retired clinics of the organizations; if the whole list shrinks or grows too
    much, it is that of all clinics that the import adds, changes or retires.
    """
    whole = publishing.impact(import_id)
    braked = tuple(each for each in publishing.touched(import_id) if _is_much(each))
    if whole.listed and (_shrinks(whole) or _grows(whole)):
        return Brake(whole.added + whole.changed + whole.retired, braked, whole)
    return Brake(sum(each.changed + each.retired for each in braked), braked) if braked else None


def _is_much(impact: OrganizationImpact) -> bool:
    touched = impact.changed + impact.retired
    return impact.retired == impact.listed or (touched >= LEAST_CLINICS and touched > LARGEST_SHARE * impact.listed)


def _shrinks(whole: ListImpact) -> bool:
    return whole.listed - whole.retired < LEAST_LEFT * whole.listed


def _grows(whole: ListImpact) -> bool:
    return whole.added >= LEAST_CLINICS and whole.added > MOST_ADDED * whole.listed


def hold_at_brake(brake: Brake | None, confirmed: int | None) -> None:
    """Raise BrakeOn unless the brake is off, or its number was typed."""
    if brake is None or confirmed == brake.number:
        return
    raise BrakeOn(
        brake.number,
        f"{' '.join(_sentences(brake))} If that is intended, confirm it with the number {brake.number}"
        f"{', the clinics it adds, changes or retires' if brake.whole_list else ''}.",
        {
            "number": brake.number,
            "organizations": [asdict(each) for each in brake.organizations],
            "whole_list": asdict(brake.whole_list) if brake.whole_list else None,
        },
    )


def _sentences(brake: Brake) -> Iterator[str]:
    whole = brake.whole_list
    if whole and _shrinks(whole):
        yield f"This would take {whole.retired:,} of the {whole.listed:,} listed clinics off the list."
    if whole and _grows(whole):
        yield f"This would add {whole.added:,} clinics to a list of {whole.listed:,}."
    if brake.organizations:
        parts = [
            f"{each.changed + each.retired} of the {each.listed} clinics {_of(each.organization)}"
            for each in brake.organizations[:3]
        ]
        more = len(brake.organizations) - len(parts)
        others = f" and of {more} other organization{'s' if more > 1 else ''}" if more else ""
        yield f"This would change or retire {', '.join(parts)}{others}."


def _of(organization: str | None) -> str:
    return f"of {organization}" if organization else "without an organization"
