"""A street's name as it stands on the sign: crossings with "&", and what was said in Spanish."""

import re

from locator.geo.reading.street_words import INTERSECTION, ends_in_a_street

_CALLE = re.compile(r"(?P<kind>calle|avenida)\s+(?P<name>.+)", re.IGNORECASE)


def as_on_the_sign(text: str, *, has_number: bool) -> tuple[str, str | None]:
    """Give the street, and the house number that stood behind it ("calle Main 123") where none was given before it."""
    sides = [side for side in INTERSECTION.split(text, maxsplit=2) if side]
    if not has_number and len(sides) == 2:
        return " & ".join(_ordinal(side) if side.isdigit() else _sign(side) for side in sides), None
    found = _CALLE.fullmatch(text)
    if found and not has_number:
        *name, last = found["name"].split()
        if name and last.isdigit():
            return _sign(f"{found['kind']} {' '.join(name)}"), last
    return _sign(text), None


def _sign(text: str) -> str:
    found = _CALLE.fullmatch(text)
    if not found:
        return text
    name = found["name"]
    if name.isdigit() and len(name) <= 3:
        name = _ordinal(name)
        return f"{name} St" if found["kind"].lower() == "calle" else f"{name} Ave"
    return f"{name} Ave" if found["kind"].lower() == "avenida" and not ends_in_a_street(name.split()) else name


def _ordinal(digits: str) -> str:
    number = int(digits[:6])
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
