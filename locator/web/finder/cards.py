"""What one result shows: every text and link of a clinic's card, in the order a person asks for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import phonenumbers

from locator.clinic.clinic import Clinic, ClinicPoint, Specialty, phone_display
from locator.clinic.opening import opening_of
from locator.finding.search import ListedMatch
from locator.geo.point import STREET_LEVEL
from locator.geo.states import HOME_STATE
from locator.web.words.hours import opening_in_words
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import Words

# More kinds of care than these are a wall of words; the clinic's own page has them all.
_MOST_KINDS = 3
_DEGREE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class CareTag:
    """A kind of care that was asked for, and whether we know that the clinic offers it."""

    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as a link and as it is read; `extension` is in words, such as "extension 12"."""

    url: str
    number: str
    extension: str | None = None

    @property
    def text(self) -> str:
        return f"{self.number}, {self.extension}" if self.extension else self.number


@dataclass(frozen=True, slots=True)
class Shares:
    """Ways to pass one clinic on. They name the clinic, never the person or the question."""

    url: str
    sms_url: str
    mail_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One clinic as a list shows it. `rank`, `distance` and `tags` are of a search; without one they are empty.

    `rough`: we know only the clinic's town or ZIP, and the distance is to its middle.

    `opening_state` is open, closed or unknown. `accepting` is None where it is not known; `facts` are known, `to_ask`
    names what is not. `stale`: nobody has checked it in the last 90 days.
    """

    clinic_id: str
    name: str
    page_url: str
    rank: int | None
    distance: str | None
    beyond: str | None
    rough: bool
    town: str
    organization: str | None
    phone: Phone | None
    referral_phone: Phone | None
    opening: str
    opening_state: str
    tags: tuple[CareTag, ...]
    kinds: tuple[str, ...]
    more_kinds: int
    accepting: bool | None
    address: str
    directions_url: str | None
    facts: tuple[str, ...]
    to_ask: tuple[str, ...]
    checked: str
    stale: bool
    shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSetting:
    """What all cards of one answer have in common.

    `base` begins our addresses where the card stands, `origin` where somebody else opens them. `clinic_query` leads
    back from a clinic's page to this answer. `radius_miles` is the one asked for, None where there is none.
    """

    words: Words
    specialties: Mapping[str, Specialty]
    directions_url: str
    now: datetime
    origin: str
    base: str = ""
    clinic_query: str = ""
    radius_miles: float | None = None


def card_of(listed: ListedMatch, setting: CardSetting) -> Card:
    """Give the card of one result of a search."""
    words = setting.words
    beyond = None
    if listed.beyond_radius and setting.radius_miles is not None:
        beyond = words.t("More than {miles} miles away", miles=setting.radius_miles)
    say_distance = words.miles if is_near_the_door(listed.clinic.location) else words.rough_miles
    return _card(
        listed.clinic,
        setting,
        rank=listed.rank,
        distance=say_distance(listed.distance_miles),
        beyond=beyond,
        tags=[
            *(CareTag(_plain_name(code, setting), known=True) for code in listed.matched),
            *(CareTag(_plain_name(code, setting), known=False) for code in listed.missing),
        ],
        tagged={*listed.matched, *listed.missing},
    )


def card_of_clinic(clinic: Clinic, setting: CardSetting) -> Card:
    """Give the card of a clinic that nobody searched for."""
    return _card(clinic, setting)


def _card(
    clinic: Clinic,
    setting: CardSetting,
    *,
    rank: int | None = None,
    distance: str | None = None,
    beyond: str | None = None,
    tags: Sequence[CareTag] = (),
    tagged: Collection[str] = (),
) -> Card:
    words = setting.words
    opening = opening_of(clinic, setting.now)
    others = [each.code for each in clinic.specialties if each.code not in tagged]
    facts, to_ask = _access(clinic, words)
    return Card(
        clinic_id=clinic.clinic_id,
        name=clinic.name,
        page_url=f"{setting.base}/clinics/{clinic.clinic_id}{setting.clinic_query}",
        rank=rank,
        distance=distance,
        beyond=beyond,
        rough=distance is not None and not is_near_the_door(clinic.location),
        town=town_of(clinic),
        organization=clinic.organization,
        phone=phone_of(clinic.phone, words),
        referral_phone=phone_of(clinic.referral_phone, words),
        opening=opening_in_words(opening, words),
        opening_state=opening.state,
        tags=tuple(tags),
        kinds=tuple(_plain_name(code, setting) for code in others[:_MOST_KINDS]),
        more_kinds=max(0, len(others) - _MOST_KINDS),
        accepting=clinic.accepting_new_patients,
        address=address_of(clinic),
        directions_url=directions_to(clinic.location, setting.directions_url),
        facts=facts,
        to_ask=to_ask,
        checked=checked_sentence(clinic, setting.now, words),
        stale=clinic.is_stale(setting.now.date()),
        shares=shares_of(clinic, setting.origin, words),
    )


def _plain_name(code: str, setting: CardSetting) -> str:
    specialty = setting.specialties.get(code)
    return setting.words.specialty(specialty) if specialty else code.replace("_", " ")


def _access(clinic: Clinic, words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what is known of languages, wheelchairs and video visits, and the names of what is not."""
    facts, to_ask = [], []
    if clinic.languages:
        facts.append(words.t("Languages: {languages}", languages=languages_spoken(clinic.languages, words)))
    else:
        to_ask.append(words.t("languages"))
    match clinic.wheelchair_accessible:
        case True:
            facts.append(words.t("Wheelchair access: yes"))
        case False:
            facts.append(words.t("Hard to enter with a wheelchair: please call first"))
        case None:
            to_ask.append(words.t("wheelchair access"))
    match clinic.telehealth:
        case True:
            facts.append(words.t("Visits by video or phone"))
        case False:
            facts.append(words.t("No visits by video or phone"))
        case None:
            to_ask.append(words.t("video visits"))
    return tuple(facts), tuple(to_ask)


def checked_sentence(clinic: Clinic, now: datetime, words: Words) -> str:
    """Say when somebody last checked the clinic, with the year; what was not checked lately asks to call first."""
    if clinic.verified_on is None:
        return words.t("We have not checked this yet. Please call first.")
    day = words.date(clinic.verified_on)
    if clinic.is_stale(now.date()):
        return words.t("Not checked since {day}. Please call first.", day=day)
    return words.t("We checked this on {day}.", day=day)


def town_of(clinic: Clinic) -> str:
    address = clinic.address
    return address.city if address.state == HOME_STATE else f"{address.city}, {address.state}"


def address_of(clinic: Clinic) -> str:
    """Give the address in one line, as far as it is known."""
    address = clinic.address
    state_and_zip = " ".join(part for part in (address.state, address.zip) if part)
    return ", ".join(part for part in (address.street, address.unit, address.city, state_and_zip) if part)


def phone_of(phone: str | None, words: Words) -> Phone | None:
    """Give an E.164 number, with its extension in words; None where there is none, or none that can be dialed."""
    if not phone:
        return None
    number, _, extension = phone.partition(";ext=")
    try:
        shown = phone_display(number)
    except phonenumbers.NumberParseException:
        return None
    return Phone(f"tel:{phone}", shown, words.t("extension {number}", number=extension) if extension else None)


def directions_to(location: ClinicPoint | None, template: str) -> str | None:
    """Give where the way to a clinic is shown: by its own coordinates alone; None where they are not its door's."""
    if location is None or not is_near_the_door(location):
        return None  # the middle of a town is somebody's door too
    lat, lon = (f"{value:.{_DEGREE_DECIMALS}f}" for value in (location.point.lat, location.point.lon))
    return template.replace("{lat}", lat).replace("{lon}", lon)


def is_near_the_door(location: ClinicPoint | None) -> bool:
    """Say whether a clinic's point is at its door or in its street, so that it can lead somebody there."""
    return location is not None and location.precision in STREET_LEVEL


def shares_of(clinic: Clinic, origin: str, words: Words) -> Shares:
    """Give the ways to pass a clinic on; `origin` is how others reach us, such as https://find.example.org."""
    url = f"{origin}/clinics/{clinic.clinic_id}"
    phone = phone_of(clinic.phone, words)
    lines = [part for part in (clinic.name, phone.text if phone else "", url) if part]
    message, letter = quote("\n".join(lines), safe=""), quote("\r\n".join(lines), safe="")  # RFC 6068 asks for both
    # "sms:?&body=" is what both kinds of phones understand.
    return Shares(url, f"sms:?&body={message}", f"mailto:?subject={quote(clinic.name, safe='')}&body={letter}")
