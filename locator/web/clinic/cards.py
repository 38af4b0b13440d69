"""A clinic as a list shows it: every text and link of its card, in the order in which a person asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

import phonenumbers

from locator.clinic.clinic import Clinic, ClinicPoint, Specialty, phone_display
from locator.clinic.opening import opening_of
from locator.finding.matches import FoundClinic, ListedMatch
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.clinic.care import CareLine, all_care, care_line
from locator.web.clinic.facts import IconFact, card_facts, new_patients, serves_only
from locator.web.words.hours import opening_in_words
from locator.web.words.words import Words

_DEGREE_DECIMALS = 6


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
class Reach:
    """How to reach a clinic: by its own phone, else by its organization's, else by its website; None is not known.

    `via` says who answers if it is not the clinic itself.
    """

    phone: Phone | None = None
    via: str | None = None
    website: Website | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One clinic as a list shows it: facts alone, and nothing for what is not known.

    `rank` and `distance` belong to a search, else they are None. `opening_state` is open, closed or unknown. `care`
    says how sure we are of each kind of care that was asked for; of all that the clinic offers, if none was.
    `is_beyond`: the clinic is farther away than the radius.
    """

    clinic_id: str
    name: str
    page_url: str
    rank: int | None
    distance: str | None
    is_beyond: bool
    place: str
    town: str
    serves: str | None
    reach: Reach
    directions_url: str | None
    opening: str | None
    opening_state: str
    new_patients: str | None
    facts: tuple[IconFact, ...]
    care: tuple[CareLine, ...]
    shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContext:
    """What all cards of one answer have in common.

    `base` begins our addresses on the page that shows the card, `origin` those that are shared. `clinic_query` leads
    back from a clinic's page to this answer. `radius_miles` is the one searched within, None without a search. `zip` is
    the ZIP searched from, None if it was another place.
    """

    words: Words
    specialties: Mapping[str, Specialty]
    directions_url: str
    directions_address_url: str | None
    now: datetime
    origin: str
    base: str = ""
    clinic_query: str = ""
    radius_miles: float | None = None
    zip: str | None = None


def card_of(clinic: Clinic, context: CardContext, listed: ListedMatch | None = None) -> Card:
    """Return the card of a clinic; `listed` is its match, if it was found by a search."""
    words, today = context.words, context.now.date()
    asked = (*listed.matched, *listed.missing) if listed else ()
    opening = opening_of(clinic, context.now)
    states = tuple(care_line(clinic, code, context.specialties, words, today) for code in asked)
    return Card(
        clinic_id=clinic.clinic_id,
        name=clinic.name,
        page_url=page_url(clinic, context),
        rank=listed.rank if listed else None,
        distance=distance_of(listed, context) if listed else None,
        is_beyond=listed is not None and listed.beyond_radius,
        place=place_of(clinic, words),
        town=town_of(clinic),
        serves=serves_only(clinic, words),
        reach=reach_of(clinic, words),
        directions_url=directions_to(clinic, context.directions_url, context.directions_address_url),
        opening=opening_in_words(opening, words),
        opening_state=opening.state,
        new_patients=new_patients(clinic, words, today),
        facts=card_facts(clinic, words),
        care=states or (all_care(clinic, context.specialties, words, today),),
        shares=shares_of(clinic, context.origin, words),
    )


def page_url(clinic: Clinic, context: CardContext) -> str:
    """Return the address of a clinic's own page, which leads back to the answer."""
    return f"{context.base}/clinics/{clinic.clinic_id}{context.clinic_query}"


def distance_of(found: FoundClinic, context: CardContext) -> str:
    """Return how far away a clinic is: "about" if we know only its town, and never as near as the radius it is beyond.

    From a ZIP as a whole, a clinic in it is no number of miles away.
    """
    if context.zip and found.clinic.address.zip == context.zip:
        return context.words.t("In {zip}", zip=context.zip)
    is_beyond = isinstance(found, ListedMatch) and found.beyond_radius
    in_words = context.words.miles if is_street_level(found.clinic.location) else context.words.rough_miles
    return in_words(found.distance_miles, beyond=context.radius_miles if is_beyond else None)


def reach_of(clinic: Clinic, words: Words) -> Reach:
    """Return how to reach a clinic, as far as it is known."""
    call = clinic.call
    phone = phone_of(call.phone, words) if call else None
    if call is None or phone is None:
        return Reach(website=website_of(clinic.website))
    return Reach(phone=phone, via=_who_answers(clinic, words) if call.whose == "organization" else None)


def _who_answers(clinic: Clinic, words: Words) -> str:
    if clinic.organization:
        return words.t("{system} answers. Ask for {clinic}.", system=clinic.organization, clinic=clinic.name)
    return words.t("This is their main number. Ask for {clinic}.", clinic=clinic.name)


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


def place_of(clinic: Clinic, words: Words) -> str:
    """Return the street and the town; if only the town is known, it says so."""
    town = town_of(clinic)
    street = clinic.address.street
    return f"{street}, {town}" if street else words.t("{town}. Street not known", town=town)


def town_of(clinic: Clinic) -> str:
    """Return the clinic's town, with its state if that is another one."""
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


def directions_to(clinic: Clinic, template: str, address_template: str | None) -> str | None:
    """Return a link to directions that names nothing but the clinic; None if nobody could find it by that.

    If we do not know the point of its street, its address leads there: the middle of a town would lead to somebody
    else's door.
    """
    location = clinic.location
    if location is not None and is_street_level(location):
        lat, lon = (f"{value:.{_DEGREE_DECIMALS}f}" for value in (location.point.lat, location.point.lon))
        return template.replace("{lat}", lat).replace("{lon}", lon)
    if clinic.address.street and address_template:
        return address_template.replace("{address}", quote(address_of(clinic), safe=""))
    return None


def is_street_level(location: ClinicPoint | None) -> bool:
    """Return whether a clinic's point is at its door or on its street, so that it can lead somebody there."""
    return location is not None and location.precision in STREET_LEVEL


def shares_of(clinic: Clinic, origin: str, words: Words) -> Shares:
    """Return the links that share a clinic; `origin` is how others reach us, such as https://find.example.org."""
    url = f"{origin}/clinics/{clinic.clinic_id}"
    phone = reach_of(clinic, words).phone
    lines = [part for part in (clinic.name, phone.text if phone else "", url) if part]
    message, email = quote("\n".join(lines), safe=""), quote("\r\n".join(lines), safe="")  # RFC 6068 wants both
    # Both kinds of phones understand "sms:?&body=".
    return Shares(url, f"sms:?&body={message}", f"mailto:?subject={quote(clinic.name, safe='')}&body={email}")
