"""What to ask a clinic on the phone, and what to bring to a visit: the same for every clinic."""

from collections.abc import Mapping, Sequence

from locator.clinic.clinic import Specialty
from locator.web.words.words import Words

_ILLNESSES = frozenset({"metastatic_breast_oncology"})


def what_to_ask(
    codes: Sequence[str], specialties: Mapping[str, Specialty], words: Words, *, is_about_one: bool = False
) -> tuple[str, ...]:
    """Return what to ask a clinic, the kinds of care first; `is_about_one`: on its page, which has what to bring."""
    return (
        *(_ask_about(code, specialties, words) for code in codes if code in specialties),
        *((words.t("Do you treat my kind of cancer?"),) if is_about_one else ()),
        words.t("Do you take new patients? How soon can I come?"),
        words.t("Do I need a referral from my doctor?"),
        words.t("Do you take my insurance, or BadgerCare?"),
        words.t("Can I have an interpreter? It is free."),
        words.t("Where do I park, and which door do I use?"),
        *(() if is_about_one else (words.t("What should I bring?"),)),
        words.t("Can I come by video the first time?"),
    )


def what_to_bring(words: Words) -> tuple[str, ...]:
    """Return what to bring to a first visit."""
    return (
        words.t("Your ID and your insurance card"),
        words.t("A list of your medicines"),
        words.t("Test results and scans, or where they were done"),
        words.t("The name and number of your doctor"),
        words.t("Your questions, and someone to listen with you"),
    )


def _ask_about(code: str, specialties: Mapping[str, Specialty], words: Words) -> str:
    name = words.specialty(specialties[code])
    care = f"{name[:1].lower()}{name[1:]}"
    # An illness is treated; everything else on the list is something that a clinic has.
    if code in _ILLNESSES:
        return words.t("Do you treat {care}?", care=care)
    return words.t("Do you offer this: {care}?", care=care)
