"""What a person has to know before a visit, in words: new patients, languages, wheelchairs, interpreters, the door."""

from dataclasses import dataclass
from datetime import date, timedelta

from locator.clinic.clinic import Clinic, Serves
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import Words

# Within this time, a date needs no year.
_THIS_YEAR = timedelta(days=330)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One known fact about a clinic, as its page shows it."""

    name: str
    answer: str


@dataclass(frozen=True, slots=True)
class IconFact:
    """One known fact as a card shows it: an icon and a few words."""

    icon: str
    text: str


def new_patients(clinic: Clinic, words: Words, today: date) -> str | None:
    """Return whether the clinic takes new patients, and the day of a "no"; None if that is not known."""
    if clinic.accepting_new_patients is None:
        return None
    if clinic.accepting_new_patients:
        return words.t("Taking new patients")
    if clinic.verified_on is None:
        return words.t("Not taking new patients")
    is_recent = today - clinic.verified_on <= _THIS_YEAR
    day = words.month_and_day(clinic.verified_on) if is_recent else words.date(clinic.verified_on)
    return words.t("Not taking new patients on {day}", day=day)


def serves_only(clinic: Clinic, words: Words) -> str | None:
    """Return whom alone the clinic treats; None if it is everybody, or not known."""
    match clinic.serves:
        case Serves.VETERANS:
            return words.t("For veterans")
        case Serves.CHILDREN:
            return words.t("For children")
        case _:
            return None


def card_facts(clinic: Clinic, words: Words) -> tuple[IconFact, ...]:
    """Return what a card says of visits by video, other languages than English, and wheelchairs, as far as it helps."""
    languages = languages_spoken([code for code in clinic.languages if code != "en"], words)
    return (
        *((IconFact("video", words.t("Video visits")),) if clinic.telehealth else ()),
        *((IconFact("speech", languages),) if languages else ()),
        *((IconFact("wheelchair", words.t("Wheelchair access")),) if clinic.wheelchair_accessible else ()),
    )


def access_facts(clinic: Clinic, words: Words) -> tuple[Fact, ...]:
    """Return whom the clinic treats and whether it has visits by video, as far as that is known."""
    by_video = {True: words.t("Yes"), False: words.t("No"), None: None}[clinic.telehealth]
    facts = [serves_fact(clinic, words), _known(words.t("Visits by video or phone"), by_video) if by_video else None]
    return tuple(fact for fact in facts if fact)


def serves_fact(clinic: Clinic, words: Words) -> Fact | None:
    """Return whom the clinic treats; None if that is not known."""
    match clinic.serves:
        case Serves.EVERYONE:
            answer = words.t("Everyone")
        case Serves.VETERANS:
            answer = words.t("Veterans only")
        case Serves.CHILDREN:
            answer = words.t("Children only")
        case None:
            return None
    return _known(words.t("Who they treat"), answer)


def visit_facts(clinic: Clinic, words: Words) -> tuple[Fact, ...]:
    """Return what is known about imaging and second opinions; nothing for what is not known."""
    answers = {True: words.t("Yes"), False: words.t("No"), None: None}
    facts = [
        (words.t("Imaging for people who cannot stand"), answers[clinic.accessible_imaging]),
        (words.t("Second opinion by video or phone"), answers[clinic.telehealth_second_opinion]),
    ]
    return tuple(_known(name, answer) for name, answer in facts if answer)


def _known(name: str, answer: str) -> Fact:
    return Fact(name=name, answer=answer)


def interpreters(clinic: Clinic, words: Words) -> str | None:
    """Return how a patient gets an interpreter, and for which languages if that is known; None if nothing is."""
    ways = {
        "staff": words.t("people who work there"),
        "on_site": words.t("in person"),
        "phone": words.t("by phone"),
        "video": words.t("by video"),
    }
    languages: dict[str, list[str]] = {}
    for each in clinic.interpreter:
        way, _, code = each.partition(":")
        languages.setdefault(way, []).extend([code] if code else [])
    told = [
        words.t("{way} ({languages})", way=ways.get(way, way), languages=languages_spoken(codes, words))
        if codes
        else ways.get(way, way)
        for way, codes in languages.items()
    ]
    return "; ".join(told) or None
