"""What a person has to know before a visit, in words: new patients, languages, wheelchairs, interpreters, the door."""

from dataclasses import dataclass

from locator.clinic.clinic import Clinic, Serves
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact about a clinic.

    The clinic's page shows `name` and `answer`, which asks to call if the fact is not known. A card shows `on_card`; if
    the fact is not known, that is what to ask about.
    """

    name: str
    answer: str
    is_known: bool
    on_card: str


def new_patients(clinic: Clinic, words: Words) -> Fact:
    return _yes_no(
        clinic.accepting_new_patients,
        words,
        name=words.t("Accepting new patients"),
        yes_on_card=words.t("Accepting new patients: yes"),
        no_on_card=words.t("Accepting new patients: no"),
        unknown_on_card=words.t("Accepting new patients: call to ask"),
    )


def access_facts(clinic: Clinic, words: Words) -> tuple[Fact, ...]:
    """Return the facts about languages, wheelchairs, and visits by video."""
    languages = languages_spoken(clinic.languages, words)
    return (
        Fact(
            name=words.t("Languages spoken"),
            answer=languages or _not_known(words),
            is_known=bool(languages),
            on_card=words.t("Languages: {languages}", languages=languages) if languages else words.t("languages"),
        ),
        _yes_no(
            clinic.wheelchair_accessible,
            words,
            name=words.t("Wheelchair access"),
            no=words.t("Hard to enter: please call first"),
            yes_on_card=words.t("Wheelchair access: yes"),
            no_on_card=words.t("Hard to enter with a wheelchair: please call first"),
            unknown_on_card=words.t("wheelchair access"),
        ),
        _yes_no(
            clinic.telehealth,
            words,
            name=words.t("Visits by video or phone"),
            yes_on_card=words.t("Visits by video or phone"),
            no_on_card=words.t("No visits by video or phone"),
            unknown_on_card=words.t("video visits"),
        ),
    )


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
    """Return what is known about interpreters, imaging and second opinions; nothing for what is not known."""
    answers = {True: words.t("Yes"), False: words.t("No"), None: None}
    facts = [
        (words.t("Help with language"), _interpreters(clinic, words)),
        (words.t("Imaging for people who cannot stand"), answers[clinic.accessible_imaging]),
        (words.t("Second opinion by video or phone"), answers[clinic.telehealth_second_opinion]),
    ]
    return tuple(_known(name, answer) for name, answer in facts if answer)


def _known(name: str, answer: str) -> Fact:
    return Fact(name=name, answer=answer, is_known=True, on_card=answer)


def _interpreters(clinic: Clinic, words: Words) -> str | None:
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


def _yes_no(
    value: bool | None,
    words: Words,
    *,
    name: str,
    no: str | None = None,
    yes_on_card: str,
    no_on_card: str,
    unknown_on_card: str,
) -> Fact:
    if value is None:
        return Fact(name=name, answer=_not_known(words), is_known=False, on_card=unknown_on_card)
    if value:
        return Fact(name=name, answer=words.t("Yes"), is_known=True, on_card=yes_on_card)
    return Fact(name=name, answer=no or words.t("No"), is_known=True, on_card=no_on_card)


def _not_known(words: Words) -> str:
    return words.t("Not known: please call and ask")
