"""The brake: if more than a fifth of an organization's clinics change or retire, the number must be typed."""

from collections.abc import Iterable
from dataclasses import asdict

from locator.errors import BrakeOn
from locator.records.imports import Brake, OrganizationImpact

LARGEST_SHARE = 0.2


def brake_of(impacts: Iterable[OrganizationImpact]) -> Brake | None:
    """Return the brake of an import: the number to type, and the organizations it counts; None if it is off."""
    braked = tuple(each for each in impacts if each.changed + each.retired > LARGEST_SHARE * each.listed)
    return Brake(sum(each.changed + each.retired for each in braked), braked) if braked else None


def hold_at_brake(brake: Brake | None, confirmed: int | None) -> None:
    """Raise BrakeOn unless the brake is off, or its number was typed."""
    if brake is None or confirmed == brake.number:
        return
    parts = [
        f"{each.changed + each.retired} of the {each.listed} clinics {_of(each.organization)}"
        for each in brake.organizations[:3]
    ]
    more = len(brake.organizations) - len(parts)
    others = f" and of {more} other organization{'s' if more > 1 else ''}" if more else ""
    raise BrakeOn(
        brake.number,
        f"This would change or retire {', '.join(parts)}{others}. If that is intended, confirm it with the number"
        f" {brake.number}.",
        [asdict(each) for each in brake.organizations],
    )


def _of(organization: str | None) -> str:
    return f"of {organization}" if organization else "without an organization"
