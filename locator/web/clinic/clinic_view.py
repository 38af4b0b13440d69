"""What a clinic's own page says: everything known of it and since when, and what is not known."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from locator.clinic.clinic import Clinic, OfferedSpecialty
from locator.clinic.opening import week_of
from locator.finding.listing import KnownClinic
from locator.web.finder.cards import Card, CardSetting, Phone, card_of_clinic, phone_of
from locator.web.words.hours import week_in_words
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import Words


@dataclass(frozen=True, slots=True)
class Care:
    """A kind of care the clinic offers: what patients call it, what doctors do, and whether and when we asked."""

    name: str
    medical: str | None
    checked: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Website:
    """A link to somebody else's page, named by its host."""

    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a person may have to know; `is_known` is False where the text asks to call."""

    name: str
    text: str
    is_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicView:
    """Everything a clinic's page shows, beside what its card shows.

    `week` is empty where the hours are not known. `notes` and `source` are in English, as they were written.
    """

    card: Card
    week: list[tuple[str, str]]
    care: tuple[Care, ...]
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    fax: Phone | None
    website: Website | None
    appointments: Website | None
    notes: str | None
    source: str | None
    changed: str
    description: str

    @property
    def is_care_checked(self) -> bool:
        """Say whether somebody has asked for any kind of care: where nobody has, once is enough to say so."""
        return any(care.is_checked for care in self.care)


# Proper names: they stay English, as they stand on the clinic's own door.
ACCREDITED_BY = {
    "nci": "National Cancer Institute (NCI)",
    "nci_affiliate": "National Cancer Institute (NCI)",
    "coc": "Commission on Cancer (CoC)",
    "napbc": "National Accreditation Program for Breast Centers (NAPBC)",
    "naprc": "National Accreditation Program for Rectal Cancer (NAPRC)",
    "acr": "American College of Radiology (ACR)",
    "apex": "Accreditation Program for Excellence in radiation care (APEx)",
    "fact": "Foundation for the Accreditation of Cellular Therapy (FACT)",
    "qopi": "Quality Oncology Practice Initiative (QOPI)",
    "joint_commission": "The Joint Commission",
}


def view_of(known: KnownClinic, setting: CardSetting) -> ClinicView:
    """Write everything we know of a clinic in the reader's words."""
    clinic, words = known.clinic, setting.words
    card = card_of_clinic(clinic, setting)
    week = week_of(clinic, setting.now)
    changed_on = known.changed_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    return ClinicView(
        card=card,
        week=week_in_words(week, words) if week else [],
        care=tuple(_care(offered, setting) for offered in clinic.specialties),
        facts=_facts(clinic, words),
        marks=tuple(_mark(code, words) for code in clinic.accreditations),
        fax=phone_of(clinic.fax, words),
        website=_website(clinic.website),
        appointments=_website(clinic.appointment_url),
        notes=clinic.notes,
        source=clinic.source,
        changed=words.t("Last updated on {day}.", day=words.date(changed_on)),
        description=words.t(
            "{clinic} in {town}: phone, hours and the kinds of cancer care they offer.",
            clinic=clinic.name,
            town=card.town,
        ),
    )


def _care(offered: OfferedSpecialty, setting: CardSetting) -> Care:
    words, specialty = setting.words, setting.specialties.get(offered.code)
    name = words.specialty(specialty) if specialty else offered.name
    medical = words.specialty_medical(specialty) if specialty else offered.name
    return Care(
        name=name,
        medical=None if medical.lower() == name.lower() else f"{medical[:1].lower()}{medical[1:]}",
        checked=words.t("Checked on {day}", day=words.date(offered.verified_on))
        if offered.verified_on
        else words.t("Not checked yet: please ask"),
        is_checked=offered.verified_on is not None,
    )


def _facts(clinic: Clinic, words: Words) -> tuple[Fact, ...]:
    yes, no, ask = words.t("Yes"), words.t("No"), words.t("Not known: please call to ask")

    def told(name: str, value: bool | None, *, no: str = no) -> Fact:
        return Fact(name, ask if value is None else yes if value else no, value is not None)

    languages = languages_spoken(clinic.languages, words)
    return (
        told(words.t("Accepting new patients"), clinic.accepting_new_patients),
        Fact(words.t("Languages spoken there"), languages or ask, bool(languages)),
        told(
            words.t("Wheelchair access"),
            clinic.wheelchair_accessible,
            no=words.t("Hard to enter: please call first"),
        ),
        told(words.t("Visits by video or phone"), clinic.telehealth),
    )


def _mark(code: str, words: Words) -> str:
    match code:
        case "nci":
            return words.t("Named a cancer center by the {name}", name=ACCREDITED_BY[code])
        case "nci_affiliate":
            return words.t("Works with a cancer center of the {name}", name=ACCREDITED_BY[code])
        case _:
            return words.t("Meets the rules of: {name}", name=ACCREDITED_BY.get(code) or code.replace("_", " "))


def _website(url: str | None) -> Website | None:
    """Give a link for an address of the web, and for nothing else that can stand in a link."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname
    except ValueError:
        return None
    if url is None or parts.scheme not in ("http", "https") or not host:
        return None
    return Website(url, host.removeprefix("www."))
