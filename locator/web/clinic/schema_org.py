"""A clinic's page for search engines: schema.org's MedicalClinic, with only what we know."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from locator.clinic.clinic import Clinic, Knowledge, Status
from locator.web.clinic.cards import is_street_level
from locator.web.clinic.details import ACCREDITED_BY

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SPAN = f"{_CLOCK}-{_CLOCK}"
_RULE = re.compile(rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) (?P<spans>{_SPAN}(?:,{_SPAN})*|off|closed)")
_ON_HOLIDAYS = re.compile("PH (?:off|closed)")


def structured_data(clinic: Clinic, *, url: str, today: date) -> JsonObject:
    """Return a clinic in schema.org's terms; `url` is its page here.

    Who and where it is, and how to reach it, is as we list it. What it does is a statement, so it has only what is
    checked as of `today`: each kind of care by its own day, everything else by the clinic's.
    """
    address = clinic.address
    is_checked = clinic.state(today) is Knowledge.CHECKED
    street = ", ".join(part for part in (address.street, address.unit) if part)
    described: JsonObject = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "@id": url,
        "name": clinic.name,
        "alternateName": list(clinic.other_names),
        "url": clinic.website or url,
        "mainEntityOfPage": url,
        "parentOrganization": _known(
            {
                "@type": "MedicalOrganization",
                "name": clinic.organization,
                "telephone": _number(clinic.organization_phone),
            }
        )
        if clinic.organization
        else None,
        # schema.org has no place for an extension.
        "telephone": _number(clinic.phone),
        "faxNumber": _number(clinic.fax),
        "address": _known(
            {
                "@type": "PostalAddress",
                "streetAddress": street,
                "addressLocality": address.city,
                "addressRegion": address.state,
                "postalCode": address.zip,
                "addressCountry": "US",
            }
        ),
        "geo": _geo(clinic),
        "openingHours": list(_simple_hours(clinic)) if is_checked else [],
        "medicalSpecialty": "https://schema.org/Oncologic",
        "availableService": [
            {"@type": "MedicalProcedure", "name": offered.name}
            for offered in clinic.specialties
            if offered.state(today) is Knowledge.CHECKED
        ],
        "isAcceptingNewPatients": clinic.accepting_new_patients if is_checked else None,
        "knowsLanguage": list(clinic.languages) if is_checked else [],
        "amenityFeature": {
            "@type": "LocationFeatureSpecification",
            "name": "Wheelchair accessible",
            "value": clinic.wheelchair_accessible,
        }
        if is_checked and clinic.wheelchair_accessible is not None
        else None,
        "hasCredential": [
            {"@type": "EducationalOccupationalCredential", "name": ACCREDITED_BY[code]}
            for code in clinic.accreditations
            if is_checked and code in ACCREDITED_BY and code != "nci_affiliate"  # that one is another clinic's
        ],
    }
    return _known(described)


def as_data_block(data: JsonObject) -> Markup:
    """Return data for a `<script type="application/ld+json">`, in which no text can end the element."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(written)  # noqa: S704 - JSON without any character that HTML could read


def _known(values: JsonObject) -> JsonObject:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _number(phone: str | None) -> str | None:
    return phone.partition(";ext=")[0] if phone else None


def _geo(clinic: Clinic) -> JsonObject | None:
    location = clinic.location
    if location is None or not is_street_level(location):
        return None
    lat, lon = round(location.point.lat, 6), round(location.point.lon, 6)
    return {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}


def _simple_hours(clinic: Clinic) -> Iterator[str]:
    """Yield the hours if schema.org can express them: some times on some days, with each day in one rule.

    In the OSM language a later rule replaces an earlier one on the same day; in schema.org both would apply.
    """
    if clinic.status is not Status.OPEN or clinic.hours is None:
        return
    rules = [rule.strip().replace(", ", ",") for rule in clinic.hours.rstrip("; ").split(";")]
    read = [_RULE.fullmatch(rule) for rule in rules if not _ON_HOLIDAYS.fullmatch(rule)]
    found = [rule for rule in read if rule is not None]
    days = [day for rule in found for day in _days_of(rule["days"])]
    spans = [(rule["days"], span) for rule in found if rule["spans"][0].isdigit() for span in rule["spans"].split(",")]
    past_midnight = any(span[:5] >= span[-5:] for _, span in spans)
    if len(found) == len(read) and len(set(days)) == len(days) and not past_midnight:
        yield from (f"{days_of_rule} {span}" for days_of_rule, span in spans)


def _days_of(text: str) -> Iterator[str]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = _DAYS.index(first)
        count = (_DAYS.index(last or first) - start) % len(_DAYS) + 1
        yield from (_DAYS[(start + number) % len(_DAYS)] for number in range(count))
