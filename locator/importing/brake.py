"""The brake: more than a fifth of an organization's clinics changed or retired, and the number must be typed."""

from collections.abc import Iterable
from typing import Any

from locator.errors import BrakeOn
from locator.store.imports.publishing import Touched

LARGEST_SHARE = 0.2


def brake_of(touched: Iterable[Touched]) -> dict[str, Any] | None:
    """Give the brake of an import: the number to type, and the organizations it counts; None where it is off.

    {"number": changed and retired clinics of these organizations, "organizations": [{"organization", "listed",
    "changed", "retired"}]}
    """
    braked = [each for each in touched if each.changed + each.retired > LARGEST_SHARE * each.listed]
    if not braked:
        return None
    return {
        "number": sum(each.changed + each.retired for each in braked),
        "organizations": [
            {
                "organization": each.organization,
                "listed": each.listed,
                "changed": each.changed,
                "retired": each.retired,
            }
            for each in braked
        ],
    }


def hold_at_brake(brake: dict[str, Any] | None, confirmed: int | None) -> None:
    """Raise BrakeOn unless the brake is off, or its number was typed."""
    if brake is None or confirmed == brake["number"]:
        return
    parts = [
        f"{each['changed'] + each['retired']} of the {each['listed']} clinics {_of(each['organization'])}"
        for each in brake["organizations"][:3]
    ]
    more = len(brake["organizations"]) - len(parts)
    others = f" and of {more} other organization{'s' if more > 1 else ''}" if more else ""
    raise BrakeOn(
        brake["number"],
        f"This would change or retire {', '.join(parts)}{others}. If that is meant, confirm it with the number"
        f" {brake['number']}.",
        brake["organizations"],
    )


def _of(organization: str | None) -> str:
    return f"of {organization}" if organization else "without an organization"
