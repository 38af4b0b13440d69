"""How sure we are that a clinic offers a kind of care: checked, listed, or not known, with the words for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from locator.clinic.clinic import Clinic, Knowledge, Specialty, knowledge_of
from locator.web.words.words import Words

# Names of a summary up to this many characters stay on one line of a phone.
_LINE = 34


@dataclass(frozen=True, slots=True)
class CareLine:
    """One kind of care, or several, and how sure we are of it, such as "Checked November 3, 2026"."""

    name: str
    knowledge: Knowledge
    told: str


def care_line(clinic: Clinic, code: str, specialties: Mapping[str, Specialty], words: Words, today: date) -> CareLine:
    """Return how sure we are that the clinic offers one kind of care."""
    known = clinic.care_state(code, today)
    match known.state:
        case Knowledge.NOT_OFFERED:
            told = words.t("They do not offer this.")
        case Knowledge.NOT_KNOWN:
            told = words.t("We do not know if they offer this: ask.")
        case state:
            told = _told(known.verified_on, state, words)
    return CareLine(care_name(code, specialties, words), known.state, told)


def all_care(clinic: Clinic, specialties: Mapping[str, Specialty], words: Words, today: date) -> CareLine:
    """Return what the clinic offers in one line, for somebody who asked for any cancer care: only the surest of it."""
    checked = [each for each in clinic.specialties if each.state(today) is Knowledge.CHECKED]
    shown = checked or clinic.specialties
    if not shown:
        return CareLine(words.t("Cancer care"), Knowledge.NOT_KNOWN, words.t("We do not know what they offer: ask."))
    names = [care_name(each.code, specialties, words) for each in shown]
    first = names[:1]
    for name in names[1:]:
        if len("; ".join([*first, name])) > _LINE:
            break
        first.append(name)
    listed, more = "; ".join(first), len(names) - len(first)
    name = words.n("{kinds} and {count} more", "{kinds} and {count} more", more, kinds=listed) if more else listed
    # The oldest day holds for all of them.
    oldest = min((each.verified_on for each in shown if each.verified_on), default=None)
    knowledge = knowledge_of(oldest, today)
    return CareLine(name, knowledge, _told(oldest, knowledge, words))


def care_name(code: str, specialties: Mapping[str, Specialty], words: Words) -> str:
    """Return what patients call a kind of care."""
    specialty = specialties.get(code)
    return words.specialty(specialty) if specialty else code.replace("_", " ")


def _told(verified_on: date | None, knowledge: Knowledge, words: Words) -> str:
    if verified_on is None:
        return words.t("Listed. We have not checked it yet.")
    day = words.date(verified_on)
    if knowledge is Knowledge.CHECKED:
        return words.t("Checked {day}", day=day)
    return words.t("Last checked {day}. This may have changed.", day=day)
