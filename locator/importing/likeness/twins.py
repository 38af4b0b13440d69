"""Whether two clinics with ids of their own, which look alike, are likely one clinic that would be listed twice."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from locator.importing.likeness.descriptions import name_words, street_words
from locator.store.imports.duplicates import NEAR_METERS, RELATED_NAMES, SIMILAR_NAMES, Pair
from locator.text.folding import words_of

_NEARLY_THE_SAME = 0.8  # pg_trgm's similarity
# Two points of one address, each from another source, are rarely farther apart.
_ONE_ADDRESS_METERS = 1_609
_ONE_WORD = 0.8  # difflib's ratio of a word and its misspelling
_SHORTEST_MISSPELLED = 5

# Words that a name of the same place may have or lack.
_FILLERS = frozenset(
    ["a", "at", "by", "de", "for", "health", "healthcare", "in", "inc", "llc", "ltd", "of", "on", "sc", "system",
     "systems", "wi", "wisconsin"]
)  # fmt: skip
# And what clinics of a list of cancer clinics are called in general.
_GENERAL = _FILLERS | frozenset(
    ["cancer", "care", "center", "centers", "clinic", "clinics", "facility", "group", "hematology", "hospital",
     "hospitals", "institute", "medical", "medicine", "oncology", "program", "service", "services", "specialists",
     "team"]
)  # fmt: skip
# What tells the departments and buildings of one campus apart.
_DEPARTMENTS = frozenset(
    ["adult", "annex", "behavioral", "biopsy", "blood", "bone", "brain", "breast", "building", "cardiology", "chemo",
     "chemotherapy", "children", "childrens", "colorectal", "counseling", "dermatology", "diagnostic", "east",
     "emergency", "endoscopy", "eye", "family", "floor", "gastroenterology", "genetic", "genetics", "genomics",
     "geriatric", "gyn", "gynecologic", "gynecology", "head", "heart", "home", "hospice", "imaging", "infusion",
     "infusions", "integrative", "kidney", "lab", "laboratory", "liver", "lung", "mammography", "marrow", "melanoma",
     "men", "mental", "neuro", "neurology", "north", "nutrition", "orthopedic", "orthopedics", "pain", "palliative",
     "pavilion", "pediatric", "pediatrics", "pharmacy", "physical", "plastic", "primary", "prostate", "psychology",
     "pulmonary", "radiation", "radiology", "rehab", "rehabilitation", "research", "screening", "skin", "south",
     "spine", "suite", "surgery", "surgical", "survivorship", "therapy", "thoracic", "thyroid", "tower",
     "transplant", "trials", "urgent", "urology", "vascular", "veterans", "wellness", "west", "wing", "women",
     "womens"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Difference:
    """The words that only one of two names has."""

    first: frozenset[str]
    second: frozenset[str]

    def without(self, words: frozenset[str]) -> "_Difference":
        return _Difference(self.first - words, self.second - words)

    @property
    def of_departments(self) -> "_Difference":
        return _Difference(*(frozenset(filter(_is_department, words)) for words in (self.first, self.second)))

    @property
    def is_nothing(self) -> bool:
        return not self.first and not self.second

    @property
    def is_on_both_sides(self) -> bool:
        return bool(self.first and self.second)


def is_likely_twin(pair: Pair) -> bool:
    """Return whether two clinics are so alike that publishing both has to wait until somebody has decided.

    They are not if their names tell two departments or buildings of one campus apart, if they only share a
    switchboard, or if they are in different towns.
    """
    mine, other = pair.mine, pair.other
    same_phone = mine.phone is not None and mine.phone == other.phone
    has_two_phones = mine.phone is not None and other.phone is not None and not same_phone
    same_zip = mine.zip is not None and mine.zip == other.zip
    same_town = same_zip or words_of(mine.city or "") == words_of(other.city or "")
    same_address = same_town and bool(street := street_words(mine.street)) and street == street_words(other.street)
    same_place = same_address or (pair.meters is not None and pair.meters <= NEAR_METERS)
    is_far = not same_address and pair.meters is not None and pair.meters > _ONE_ADDRESS_METERS
    words = _difference(mine.name, other.name).without(frozenset(words_of(f"{mine.city or ''} {other.city or ''}")))
    words_of_their_own = words.without(_FILLERS)
    departments = words.of_departments
    if words_of_their_own.is_nothing:
        return same_place or (same_phone and same_town)
    if same_place and same_phone:
        # "Oncology" and "Radiation" at one switchboard are two; "Cancer Center" may be "Cancer Center Infusion".
        are_departments = words_of_their_own.is_on_both_sides and not departments.is_nothing
        return pair.similarity >= RELATED_NAMES and not are_departments
    if not departments.is_nothing or pair.similarity < SIMILAR_NAMES:
        return False
    if same_place:
        return not has_two_phones or pair.similarity >= _NEARLY_THE_SAME
    return same_phone and same_town and not is_far and not words.without(_GENERAL).is_on_both_sides


def _difference(name: str, other: str) -> _Difference:
    """Return the words that only one of the names has; a word and its misspelling are one."""
    first, second = set(name_words(name)), set(name_words(other))
    mine, others = first - second, second - first
    for word in sorted(mine):
        spelled = next((each for each in sorted(others) if _is_misspelled(word, each)), None)
        if spelled is not None:
            mine.discard(word)
            others.discard(spelled)
    return _Difference(frozenset(mine), frozenset(others))


def _is_misspelled(word: str, other: str) -> bool:
    if min(len(word), len(other)) < _SHORTEST_MISSPELLED or word in _DEPARTMENTS or other in _DEPARTMENTS:
        return False
    return not _has_digit(word + other) and SequenceMatcher(None, word, other).ratio() >= _ONE_WORD


def _is_department(word: str) -> bool:
    """Return whether a word names a department or a building, or counts it: 2, II or B."""
    return word in _DEPARTMENTS or _has_digit(word) or len(word) == 1 or word in ("ii", "iii", "iv")


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
