"""A clinic as a list shows it: every text and link of its card, in the order in which a person asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlsplit

import phonenumbers

from locator.clinic.clinic import CareState, Clinic, ClinicPoint, Knowledge, OfferedSpecialty, Specialty, phone_display
from locator.clinic.opening import opening_of
from locator.finding.matches import FoundClinic, ListedMatch
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.clinic.facts import access_facts, new_patients
from locator.web.words.hours import opening_in_words
from locator.web.words.words import Words

# A longer list would be a wall of words; the clinic's own page has all of them.
_MOST_KINDS = 3
_DEGREE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class CareTag:
    """A kind of care that was searched for: how sure we are that the clinic offers it, as a word and as a sentence."""

    state: Knowledge
    sentence: str


@dataclass(frozen=True, slots=True)
class Website:
    """A link to somebody else's website, named by its host."""

    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as a link and as it is read; `extension` is written out, such as "extension 12"."""

    url: str
    number: str
    extension: str | None = None

    @property
    def text(self) -> str:
        return f"{self.number}, {self.extension}" if self.extension else self.number


@dataclass(frozen=True, slots=True)
class Shares:
    """Links that share a clinic. They name the clinic, never the person or the search."""

    url: str
    sms_url: str
    email_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One clinic as a list shows it. `rank`, `distance`, `beyond` and `tags` belong to a search, else they are empty.

    `is_rough`: we know only the clinic's town or ZIP, and the distance is to the middle of it. `phone` is the number to
    call, and `answered_by` says so if it is the organization's. `website` is there if there is no number. `opening` is
    empty if it could only ask to call, and there is no number; `opening_state` is open, closed or unknown. `kinds` are
    checked, `listed_kinds` are not. `facts` are known, `to_ask` names what is not. `is_stale`: nobody has checked the
    clinic in the last 12 months.
    """

    clinic_id: str
    name: str
    page_url: str
    rank: int | None
    distance: str | None
    beyond: str | None
    is_rough: bool
    town: str
    organization: str | None
    phone: Phone | None
    answered_by: str | None
    website: Website | None
    referral_phone: Phone | None
    opening: str
    opening_state: str
    tags: tuple[CareTag, ...]
    kinds: tuple[str, ...]
    listed_kinds: tuple[str, ...]
    more_kinds: int
    new_patients: str
    address: str
    directions_url: str | None
    facts: tuple[str, ...]
    to_ask: tuple[str, ...]
    checked: str
    is_stale: bool
    shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContext:
    """What all cards of one answer have in common.

    `base` begins our addresses on the page that shows the card, `origin` those that are shared. `clinic_query` leads
    back from a clinic's page to this answer. `radius_miles` is the one searched within, None without a search.
    """

    words: Words
    specialties: Mapping[str, Specialty]
    directions_url: str
    now: datetime
    origin: str
    base: str = ""
    clinic_query: str = ""
    radius_miles: float | None = None


def card_of(clinic: Clinic, context: CardContext, listed: ListedMatch | None = None) -> Card:
    """Return the card of a clinic; `listed` is its match, if it was found by a search."""
    words, today = context.words, context.now.date()
    asked = (*listed.matched, *listed.missing) if listed else ()
    others = [each for each in clinic.specialties if each.code not in asked]
    shown = others[:_MOST_KINDS]
    opening, call = opening_of(clinic, context.now), clinic.call
    phone = phone_of(call.phone, words) if call else None
    taking_new_patients = new_patients(clinic, words)
    facts = access_facts(clinic, words)
    return Card(
        clinic_id=clinic.clinic_id,
        name=clinic.name,
        page_url=f"{context.base}/clinics/{clinic.clinic_id}{context.clinic_query}",
        rank=listed.rank if listed else None,
        distance=distance_of(listed, words) if listed else None,
        beyond=words.t("More than {miles} miles away", miles=context.radius_miles)
        if listed and listed.beyond_radius and context.radius_miles is not None
        else None,
        is_rough=listed is not None and not is_street_level(clinic.location),
        town=town_of(clinic),
        organization=clinic.organization,
        phone=phone,
        answered_by=_answered_by(clinic, words) if call and call.whose == "organization" else None,
        website=website_of(clinic.website) if phone is None else None,
        referral_phone=phone_of(clinic.referral_phone, words),
        opening=opening_in_words(opening, words, can_be_called=phone is not None),
        opening_state=opening.state,
        tags=tuple(_tag(clinic.care_state(code, today), context) for code in asked),
        kinds=_names(shown, Knowledge.CHECKED, context),
        listed_kinds=_names(shown, Knowledge.LISTED, context),
        more_kinds=len(others) - len(shown),
        new_patients=taking_new_patients.on_card if phone or taking_new_patients.is_known else "",
        address=address_of(clinic),
        directions_url=directions_to(clinic.location, context.directions_url),
        facts=tuple(fact.on_card for fact in facts if fact.is_known),
        to_ask=tuple(fact.on_card for fact in facts if not fact.is_known),
        checked=checked_sentence(clinic, today, words, can_be_called=phone is not None),
        is_stale=clinic.state(today) is not Knowledge.CHECKED,
        shares=shares_of(clinic, phone, context.origin),
    )


def distance_of(found: FoundClinic, words: Words) -> str:
    """Return how far away a clinic is; "about" if we know only its town."""
    in_words = words.miles if is_street_level(found.clinic.location) else words.rough_miles
    return in_words(found.distance_miles)


def _plain_name(code: str, context: CardContext) -> str:
    specialty = context.specialties.get(code)
    return context.words.specialty(specialty) if specialty else code.replace("_", " ")


def _names(offered: Sequence[OfferedSpecialty], state: Knowledge, context: CardContext) -> tuple[str, ...]:
    today = context.now.date()
    return tuple(_plain_name(each.code, context) for each in offered if each.state(today) is state)


def _tag(care: CareState, context: CardContext) -> CareTag:
    return CareTag(care.state, care_sentence(care, _plain_name(care.code, context), context.words))


def care_sentence(care: CareState, name: str, words: Words) -> str:
    """Return how sure we are that a clinic offers a kind of care."""
    if care.state is Knowledge.NOT_OFFERED:
        return words.t("{care} · They do not offer this.", care=name)
    if care.state is Knowledge.NOT_KNOWN:
        return words.t("{care} · We do not know if they offer this: ask.", care=name)
    if care.verified_on is None:
        return words.t("{care} · Listed. We have not checked it yet.", care=name)
    day = words.date(care.verified_on)
    if care.state is Knowledge.CHECKED:
        return words.t("{care} · Checked {day}", care=name, day=day)
    return words.t("{care} · Last checked {day}. This may have changed.", care=name, day=day)


def _answered_by(clinic: Clinic, words: Words) -> str:
    if clinic.organization is None:
        return words.t("This is their main number. Ask for {clinic}.", clinic=clinic.name)
    return words.t("{system} answers. Ask for {clinic}.", system=clinic.organization, clinic=clinic.name)


def checked_sentence(clinic: Clinic, today: date, words: Words, *, can_be_called: bool) -> str:
    """Return when somebody last checked the clinic; its kinds of care have sentences of their own."""
    if clinic.verified_on is None and can_be_called:
        return words.t("We have not checked this yet. Please call first.")
    if clinic.verified_on is None:
        return words.t("We have not checked this yet.")
    day = words.date(clinic.verified_on)
    if clinic.state(today) is Knowledge.CHECKED:
        return words.t("We checked this on {day}.", day=day)
    return words.t("Last checked {day}. This may have changed.", day=day)


def town_of(clinic: Clinic) -> str:
    address = clinic.address
    return address.city if address.state == HOME_STATE else f"{address.city}, {address.state}"


def address_of(clinic: Clinic) -> str:
    """Return the address in one line, as far as it is known."""
    address = clinic.address
    state_and_zip = " ".join(part for part in (address.state, address.zip) if part)
    return ", ".join(part for part in (address.street, address.unit, address.city, state_and_zip) if part)


def phone_of(phone: str | None, words: Words) -> Phone | None:
    """Return an E.164 number with its extension written out; None if there is none that can be dialed."""
    if not phone:
        return None
    number, _, extension = phone.partition(";ext=")
    try:
        shown = phone_display(number)
    except phonenumbers.NumberParseException:
        return None
    return Phone(f"tel:{phone}", shown, words.t("extension {number}", number=extension) if extension else None)


def directions_to(location: ClinicPoint | None, template: str) -> str | None:
    """Return a link to directions, with nothing but the clinic's coordinates; None if they are not at its street."""
    if location is None or not is_street_level(location):
        return None  # the middle of a town would lead to somebody else's door
    lat, lon = (f"{value:.{_DEGREE_DECIMALS}f}" for value in (location.point.lat, location.point.lon))
    return template.replace("{lat}", lat).replace("{lon}", lon)


def is_street_level(location: ClinicPoint | None) -> bool:
    """Return whether a clinic's point is at its door or on its street, so that it can lead somebody there."""
    return location is not None and location.precision in STREET_LEVEL


def website_of(url: str | None) -> Website | None:
    """Return a link to a web address; None for anything else that a link could hold."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname
    except ValueError:
        return None
    if url is None or parts.scheme not in ("http", "https") or not host:
        return None
    return Website(url, host.removeprefix("www."))


def shares_of(clinic: Clinic, phone: Phone | None, origin: str) -> Shares:
    """Return the links that share a clinic and the number to call; `origin` is how others reach us."""
    url = f"{origin}/clinics/{clinic.clinic_id}"
    lines = [part for part in (clinic.name, phone.text if phone else "", url) if part]
    message, email = quote("\n".join(lines), safe=""), quote("\r\n".join(lines), safe="")  # RFC 6068 wants both
    # Both kinds of phones understand "sms:?&body=".
    return Shares(url, f"sms:?&body={message}", f"mailto:?subject={quote(clinic.name, safe='')}&body={email}")
