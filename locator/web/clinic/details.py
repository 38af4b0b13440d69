"""What a clinic's own page shows: everything we know about the clinic and since when, and what we do not know."""

from dataclasses import dataclass

from locator.clinic.clinic import Knowledge, OfferedSpecialty
from locator.clinic.opening import week_of
from locator.finding.listing import KnownClinic
from locator.web.clinic.cards import Card, CardContext, Phone, Website, address_of, card_of, phone_of, website_of
from locator.web.clinic.care import care_name
from locator.web.clinic.facts import Fact, access_facts, serves_fact, visit_facts
from locator.web.words.hours import week_in_words
from locator.web.words.words import Words


@dataclass(frozen=True, slots=True)
class OfferedCare:
    """A kind of care that the clinic offers: what patients call it, what doctors call it, and when we checked it.

    `is_checked`: in the last 12 months; `was_checked`: at any time.
    """

    name: str
    medical: str | None
    checked: str
    is_checked: bool
    was_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicDetails:
    """Everything that a clinic's page shows beyond its card.

    `week` is empty if the hours are not known, `other_names` if there are none. `not_offered` names the kinds of care
    that the clinic is known not to offer. `entrance`, `parking`, `rides_and_lodging`, `notes` and `source` are in
    English, as they were written.
    """

    card: Card
    organization: str | None
    address: str
    referral_phone: Phone | None
    checked: str
    is_checked: bool
    week: list[tuple[str, str]]
    care: tuple[OfferedCare, ...]
    not_offered: tuple[str, ...]
    facts: tuple[Fact, ...]
    accreditations: tuple[str, ...]
    organization_phone: Phone | None
    other_names: str
    fax: Phone | None
    website: Website | None
    appointments: Website | None
    insurance: Website | None
    entrance: str | None
    parking: str | None
    rides_and_lodging: str | None
    notes: str | None
    source: str | None
    last_checked: str | None
    description: str

    @property
    def is_care_checked(self) -> bool:
        """Whether any kind of care was ever checked; if none was, the page says so once for all of them."""
        return any(care.was_checked for care in self.care)


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
    clinic, words = known.clinic, context.words
    card = card_of(clinic, context)
    week = week_of(clinic, context.now)
    serves = serves_fact(clinic, words)
    return ClinicDetails(
        card=card,
        organization=clinic.organization,
        address=address_of(clinic),
        referral_phone=phone_of(clinic.referral_phone, words),
        checked=words.t("We checked this page with the clinic on {day}.", day=words.date(clinic.verified_on))
        if clinic.verified_on
        else words.t("We have not checked this page yet."),
        is_checked=clinic.state(context.now.date()) is Knowledge.CHECKED,
        week=week_in_words(week, words) if week else [],
        care=tuple(_care(offered, context) for offered in clinic.specialties),
        not_offered=tuple(care_name(code, context.specialties, words) for code in clinic.not_offered),
        facts=(
            *((serves,) if serves else ()),
            *access_facts(clinic, words),
            *visit_facts(clinic, words),
        ),
        accreditations=tuple(_accreditation(code, words) for code in clinic.accreditations),
        # Without a number of its own, it is the number to call.
        organization_phone=phone_of(clinic.organization_phone, words) if clinic.phone else None,
        other_names="; ".join(clinic.other_names),
        fax=phone_of(clinic.fax, words),
        website=website_of(clinic.website),
        appointments=website_of(clinic.appointment_url),
        insurance=website_of(clinic.insurance_url),
        entrance=clinic.entrance,
        parking=clinic.parking,
        rides_and_lodging=clinic.rides_and_lodging,
        notes=clinic.notes,
        source=clinic.source,
        last_checked=words.t("We last asked the clinic on {day}.", day=words.date(clinic.verified_on))
        if clinic.verified_on
        else None,
        description=words.t(
            "{clinic} in {town}: what we know about their cancer care, and how to reach them.",
            clinic=clinic.name,
            town=card.town,
        ),
    )


def _care(offered: OfferedSpecialty, context: CardContext) -> OfferedCare:
    words, specialty = context.words, context.specialties.get(offered.code)
    name = words.specialty(specialty) if specialty else offered.name
    medical = words.specialty_medical(specialty) if specialty else offered.name
    return OfferedCare(
        name=name,
        medical=None if medical.lower() == name.lower() else f"{medical[:1].lower()}{medical[1:]}",
        checked=_checked(offered, context),
        is_checked=offered.state(context.now.date()) is Knowledge.CHECKED,
        was_checked=offered.verified_on is not None,
    )


def _checked(offered: OfferedSpecialty, context: CardContext) -> str:
    words = context.words
    if offered.verified_on is None:
        return words.t("Not checked yet: please ask")
    day = words.date(offered.verified_on)
    if offered.state(context.now.date()) is Knowledge.CHECKED:
        return words.t("Checked on {day}", day=day)
    return words.t("Last checked {day}. This may have changed.", day=day)


def _accreditation(code: str, words: Words) -> str:
    match code:
        case "nci":
            return words.t("Named a cancer center by the {name}", name=ACCREDITED_BY[code])
        case "nci_affiliate":
            return words.t("Works with a cancer center named by the {name}", name=ACCREDITED_BY[code])
        case _:
            return words.t("Meets the standards of: {name}", name=ACCREDITED_BY.get(code) or code.replace("_", " "))
