"""What a clinic's own page shows: how to reach it, what it offers and how sure we are, and what a visit needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from locator.clinic.clinic import Clinic, Knowledge, Specialty
from locator.clinic.opening import week_of
from locator.finding.listing import KnownClinic
from locator.web.clinic.cards import Card, CardContext, Phone, Website, address_of, card_of, phone_of, website_of
from locator.web.clinic.care import care_line
from locator.web.clinic.facts import Fact, access_facts, interpreters, visit_facts
from locator.web.clinic.what_to_ask import what_to_ask, what_to_bring
from locator.web.words.hours import Day, days_in_words
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import Words


@dataclass(frozen=True, slots=True)
class KindOfCare:
    """A kind of care: what patients call it, what doctors call it, and when it was checked, if ever."""

    name: str
    medical: str | None
    told: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsOfCare:
    """All kinds of care of our list by how sure we are that the clinic offers them."""

    checked: tuple[KindOfCare, ...]
    listed: tuple[KindOfCare, ...]
    not_known: tuple[KindOfCare, ...]
    not_offered: tuple[KindOfCare, ...]


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One thing to know before a visit, with its icon; `is_quoted`: in English, as the clinic wrote it."""

    icon: str
    name: str
    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicDetails:
    """Everything that a clinic's page shows beyond its card; what is not known is None or empty.

    `address` has two lines. `checked` is when somebody last asked the clinic, and `is_checked` whether that was in the
    last 12 months. `notes` and `source` are in English, as they were written.
    """

    card: Card
    organization: str | None
    other_names: str
    checked: str | None
    is_checked: bool
    address: tuple[str, ...]
    week: list[Day]
    kinds: KindsOfCare
    on_the_way: tuple[OnTheWay, ...]
    what_to_ask: tuple[str, ...]
    what_to_bring: tuple[str, ...]
    facts: tuple[Fact, ...]
    accreditations: tuple[str, ...]
    organization_phone: Phone | None
    referral_phone: Phone | None
    fax: Phone | None
    website: Website | None
    appointments: Website | None
    insurance: Website | None
    notes: str | None
    source: str | None
    last_asked: str | None
    description: str


# Proper names stay English, as on the clinic's own door.
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


def details_of(known: KnownClinic, context: CardContext) -> ClinicDetails:
    """Return everything we know about a clinic in the reader's language."""
    clinic, words, today = known.clinic, context.words, context.now.date()
    card = card_of(clinic, context)
    week = week_of(clinic, context.now)
    is_checked = clinic.state(today) is Knowledge.CHECKED
    asked_on = words.date(clinic.verified_on) if clinic.verified_on else None
    return ClinicDetails(
        card=card,
        organization=clinic.organization,
        other_names="; ".join(clinic.other_names),
        checked=_checked(asked_on, words, is_checked=is_checked) if asked_on else None,
        is_checked=is_checked,
        address=_address_lines(clinic),
        week=days_in_words(week, words) if week else [],
        kinds=_kinds(clinic, context),
        on_the_way=tuple(_on_the_way(clinic, words)),
        what_to_ask=what_to_ask((), context.specialties, words, is_about_one=True),
        what_to_bring=what_to_bring(words),
        facts=(*access_facts(clinic, words), *visit_facts(clinic, words)),
        accreditations=tuple(_accreditation(code, words) for code in clinic.accreditations),
        # Without a number of its own, it is the number to call.
        organization_phone=phone_of(clinic.organization_phone, words) if clinic.phone else None,
        referral_phone=phone_of(clinic.referral_phone, words),
        fax=phone_of(clinic.fax, words),
        website=website_of(clinic.website),
        appointments=website_of(clinic.appointment_url),
        insurance=website_of(clinic.insurance_url),
        notes=clinic.notes,
        source=clinic.source,
        last_asked=words.t("We last asked the clinic on {day}.", day=asked_on) if asked_on else None,
        description=words.t(
            "{clinic} in {town}: what we know about their cancer care, and how to reach them.",
            clinic=clinic.name,
            town=card.town,
        ),
    )


def _checked(day: str, words: Words, *, is_checked: bool) -> str:
    if is_checked:
        return words.t("We checked this page with the clinic on {day}.", day=day)
    return words.t("Last checked {day}. This may have changed.", day=day)


def _address_lines(clinic: Clinic) -> tuple[str, ...]:
    """Return the street in a line of its own, if it is known, and the town."""
    street = ", ".join(part for part in (clinic.address.street, clinic.address.unit) if part)
    whole = address_of(clinic)
    return (street, whole.removeprefix(street).lstrip(", ")) if street else (whole,)


def _kinds(clinic: Clinic, context: CardContext) -> KindsOfCare:
    own = [each.code for each in clinic.specialties]
    others = [code for code in (*clinic.not_offered, *context.specialties) if code not in own]
    by_state: dict[Knowledge, list[KindOfCare]] = {state: [] for state in Knowledge}
    for code in dict.fromkeys((*own, *others)):
        state = clinic.care_state(code, context.now.date())
        by_state[state.state].append(_kind(clinic, code, context))
    return KindsOfCare(
        checked=tuple(by_state[Knowledge.CHECKED]),
        listed=tuple(by_state[Knowledge.LISTED]),
        not_known=tuple(by_state[Knowledge.NOT_KNOWN]),
        not_offered=tuple(by_state[Knowledge.NOT_OFFERED]),
    )


def _kind(clinic: Clinic, code: str, context: CardContext) -> KindOfCare:
    words, specialty = context.words, context.specialties.get(code)
    line = care_line(clinic, code, context.specialties, words, context.now.date())
    known = clinic.care_state(code, context.now.date())
    told = None
    if known.verified_on is not None:
        told = words.date(known.verified_on) if known.state is Knowledge.CHECKED else line.told
    return KindOfCare(line.name, _medical(specialty, line.name, words), told)


def _medical(specialty: Specialty | None, name: str, words: Words) -> str | None:
    """Return what doctors call a kind of care, if it is another name."""
    if specialty is None:
        return None
    medical = words.specialty_medical(specialty)
    return None if medical.lower() == name.lower() else f"{medical[:1].lower()}{medical[1:]}"


def _on_the_way(clinic: Clinic, words: Words) -> Iterator[OnTheWay]:
    """Yield what is known of the way there, in the order in which somebody comes."""
    if clinic.parking:
        yield OnTheWay("parking", words.t("Parking"), clinic.parking, is_quoted=True)
    if clinic.entrance:
        yield OnTheWay("door", words.t("Which door"), clinic.entrance, is_quoted=True)
    if clinic.wheelchair_accessible is not None:
        access = words.t("Yes") if clinic.wheelchair_accessible else words.t("Hard to enter: please call first")
        yield OnTheWay("wheelchair", words.t("Wheelchair access"), access)
    spoken = languages_spoken([code for code in clinic.languages if code != "en"], words)
    helped = interpreters(clinic, words)
    if spoken or helped:
        told = [
            words.t("They speak {languages}.", languages=spoken) if spoken else "",
            words.t("Interpreter: {ways}.", ways=helped) if helped else "",
        ]
        yield OnTheWay("speech", words.t("Help with language"), " ".join(part for part in told if part))
    if clinic.rides_and_lodging:
        yield OnTheWay("bed", words.t("Rides and places to stay"), clinic.rides_and_lodging, is_quoted=True)


def _accreditation(code: str, words: Words) -> str:
    match code:
        case "nci":
            return words.t("Named a cancer center by the {name}", name=ACCREDITED_BY[code])
        case "nci_affiliate":
            return words.t("Works with a cancer center named by the {name}", name=ACCREDITED_BY[code])
        case _:
            return words.t("Meets the standards of: {name}", name=ACCREDITED_BY.get(code) or code.replace("_", " "))
