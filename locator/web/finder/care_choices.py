"""The choices of “What kind of care?”: a short list in patients' words, and all kinds of care to add."""

from collections.abc import Sequence
from dataclasses import dataclass

from locator.clinic.clinic import Specialty
from locator.web.words.words import Words

# What most people look for. With "Any cancer care" these are nine, as many as a frightened person will read.
_SHORT_LIST = (
    "metastatic_breast_oncology",
    "medical_oncology",
    "breast_surgery",
    "radiation_therapy",
    "chemotherapy_infusion",
    "clinical_trials",
    "palliative_care",
    "second_opinion",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of care to choose."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CareGroup:
    """Kinds of care that belong together."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CareChoices:
    """The short list, and every kind of care in groups; `added` names those chosen in the groups."""

    short_list: tuple[Choice, ...]
    groups: tuple[CareGroup, ...]

    @property
    def added(self) -> list[str]:
        return [choice.label for group in self.groups for choice in group.choices if choice.chosen]


def care_choices(specialties: Sequence[Specialty], asked: Sequence[str], words: Words) -> CareChoices:
    """Return the choices, with those in `asked` chosen: one on the short list, the rest in the groups.

    The groups contain every kind of care, because people most often add another one of the short list.
    """
    by_code = {specialty.code: specialty for specialty in specialties}
    first = next((code for code in asked if code in _SHORT_LIST), "")
    short_list = [Choice("", words.t("Any cancer care"), not first)]
    short_list += [
        Choice(code, care_label(by_code[code], words), code == first) for code in _SHORT_LIST if code in by_code
    ]
    names = _group_names(words)
    groups: dict[str, list[Choice]] = {name: [] for name in names.values()}
    for specialty in specialties:
        group = groups.setdefault(names.get(specialty.group, names["treatment"]), [])
        chosen = specialty.code in asked and specialty.code != first
        group.append(Choice(specialty.code, care_label(specialty, words), chosen))
    return CareChoices(
        tuple(short_list), tuple(CareGroup(name, tuple(choices)) for name, choices in groups.items() if choices)
    )


def care_label(specialty: Specialty, words: Words) -> str:
    """Return what patients call a kind of care, with the medical word in parentheses."""
    plain, medical = words.specialty(specialty), words.specialty_medical(specialty)
    return plain if plain.lower() == medical.lower() else f"{plain} ({medical[:1].lower()}{medical[1:]})"


def _group_names(words: Words) -> dict[str, str]:
    return {
        "treatment": words.t("Treatment"),
        "surgery": words.t("Surgery"),
        "research": words.t("Studies"),
        "diagnosis": words.t("Tests and second opinions"),
        "support": words.t("Help feeling better"),
    }
