"""The numbers by which other lists know a clinic: their kinds, the headers they stand under, and how one is written.

An external id is a kind, a colon and the number: `npi:1234567893`, `store-code:A12`. Those of NATIONAL mean the same in
every list; any other kind means something only among the clinics of one organization.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

NATIONAL = ("npi", "ccn")

# Under which headers lists have such numbers. The federal ones are those of data.cms.gov (hospitals), NPPES (NPI) and
# data.hrsa.gov (health centers); the others those of business profiles, listing services and store locators.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "npi": ("npi", "npi number", "national provider identifier"),
    "ccn": (
        "ccn", "cms certification number", "cms certification number (ccn)", "cms id", "medicare id",
        "medicare provider number", "medicare number", "provider ccn", "federal provider number",
    ),
    "facility-id": ("facility id", "facility number", "facility code"),
    "provider-id": ("provider id", "provider number"),
    "hrsa-site": ("bphc assigned number", "health center site id", "bhcmis organization identification number"),
    "store-code": ("store code", "store id", "store number"),
    "site-id": ("site id", "site number", "site code"),
    "location-id": ("location id", "location number", "location code", "location external id"),
    "clinic-number": ("clinic number", "clinic code"),
    "entity-id": ("entity id",),
    "external-id": ("external id", "external identifier"),
}  # fmt: skip

KIND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_KIND, LONGEST_NUMBER = 40, 60


def kind_of(external_id: str) -> str:
    """Return the kind of an external id: npi of npi:1234567893."""
    return external_id.partition(":")[0]


def is_national(external_id: str) -> bool:
    """Return whether it means the same in every list, not only among the clinics of one organization."""
    return kind_of(external_id) in NATIONAL


def with_ids(known: Sequence[str], given: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of a clinic once a row gives some: they replace those of the same kinds, and the others stay."""
    given = tuple(given)
    kinds = {kind_of(each) for each in given}
    return tuple(dict.fromkeys((*(each for each in known if kind_of(each) not in kinds), *given)))


def is_npi(number: str) -> bool:
    """Return whether ten digits are an NPI: the last one is a check digit (Luhn, with the prefix 80840)."""
    if not re.fullmatch(r"[0-9]{10}", number):
        return False
    digits = [int(digit) for digit in f"80840{number}"]
    doubled = [digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(reversed(digits), 1)]
    return sum(doubled) % 10 == 0
