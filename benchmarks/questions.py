"""The searches that are measured: ZIPs of Wisconsin in a fixed order, each with no, one or two specialties."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from locator.clinic.clinic import Wanted
from locator.finding.search import SearchQuery
from locator.geo.reading.where import read_where

LIMIT = 10
_SEED = 53703
_KINDS = (0, 1, 1, 2)  # how many specialties a search has, and how often

# Every pair has one of the three specialties that must never break.
_PAIRS = (
    ("metastatic_breast_oncology", "clinical_trials"),
    ("metastatic_breast_oncology", "palliative_care"),
    ("metastatic_breast_oncology", "radiation_therapy"),
    ("clinical_trials", "second_opinion"),
    ("clinical_trials", "chemotherapy_infusion"),
    ("palliative_care", "mental_health_counseling"),
    ("palliative_care", "nutrition_therapy"),
    ("clinical_trials", "palliative_care"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A search: a ZIP and specialties."""

    zip: str
    specialties: tuple[str, ...]

    def path(self) -> str:
        """Return it as the path of a request."""
        asked = [("near", self.zip), *(("specialty", code) for code in self.specialties), ("limit", LIMIT)]
        return f"/api/v1/search?{urlencode(asked)}"

    def query(self) -> SearchQuery:
        """Return it as find_clinics takes it."""
        wanted = Wanted(specialties=self.specialties)
        return SearchQuery(where=read_where(self.zip), asked=self.zip, wanted=wanted, limit=LIMIT)


def all_kinds(codes: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the sets of specialties that searches have: none, each one, and eight pairs."""
    return [(), *((code,) for code in codes), *_PAIRS]


def ask_everywhere(zips: Sequence[str], codes: Sequence[str], *, rounds: int) -> list[Question]:
    """Return a search from every ZIP for each round, in an order that depends only on the seed.

    A quarter of them has no specialty, half of them one, and a quarter two.
    """
    chance = random.Random(_SEED)
    order = [zip_code for _ in range(rounds) for zip_code in chance.sample(zips, len(zips))]
    return [Question(zip_code, _of_kind(chance.choice(_KINDS), codes, chance)) for zip_code in order]


def sample_evenly(zips_by_reach: Sequence[str], codes: Sequence[str], *, count: int) -> list[Question]:
    """Return searches from `count` of the ZIPs, evenly from small to large, with specialties in the same shares."""
    chance = random.Random(_SEED)
    zips = [zips_by_reach[number * len(zips_by_reach) // count] for number in range(count)]
    kinds = [_KINDS[number % len(_KINDS)] for number in range(count)]
    return [Question(zip_code, _of_kind(kind, codes, chance)) for zip_code, kind in zip(zips, kinds, strict=True)]


def _of_kind(kind: int, codes: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    match kind:
        case 0:
            return ()
        case 1:
            return (chance.choice(codes),)
        case _:
            return chance.choice(_PAIRS)
