"""The boundary to a geocoder: all that it may do wrong ends here."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
    GeopyError,
)
from geopy.location import Location

from locator.geo.geocoding.providers.kinds import KINDS
from locator.geo.geocoding.transport import CurlAdapter, TransportError, Trouble
from locator.geo.point import Geocode, Point
from locator.text.folding import UnsafeText, clean

PROVIDERS = tuple(KINDS)

_USER_AGENT = "clinic-locator"
_LONGEST_LABEL = 200
_UNFOLDING = 18  # one sign can unfold into eighteen, see locator.text

# geopy writes each question into its log, and the text of replies that are errors. Two locks on one door: a level or a
# handler set later opens neither.
_geopy_log = logging.getLogger("geopy")
_geopy_log.disabled = True
_geopy_log.addFilter(lambda _record: False)


class Reason(StrEnum):
    """What came of asking a provider, or why it was not asked."""

    FOUND = "found"
    # It answered, and has no point we can use for this address.
    NOT_FOUND = "not_found"
    TOO_COARSE = "too_coarse"
    OUTSIDE = "outside"
    # It gave no answer.
    TIMEOUT = Trouble.TIMEOUT.value
    UNREACHABLE = Trouble.UNREACHABLE.value
    DNS = Trouble.DNS.value
    TLS = Trouble.TLS.value
    CONNECTION = Trouble.CONNECTION.value
    REDIRECT = Trouble.REDIRECT.value
    TOO_LARGE = Trouble.TOO_LARGE.value
    MALFORMED = Trouble.MALFORMED.value
    RATE_LIMITED = "rate_limited"
    DENIED = "denied"
    REJECTED = "rejected"
    SERVER_ERROR = "server_error"
    # It was not asked.
    RESTING = "resting"
    NO_TIME = "no_time"


_ANSWERS = frozenset({Reason.FOUND, Reason.NOT_FOUND, Reason.TOO_COARSE, Reason.OUTSIDE})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider said: a geocode, or why there is none; `retry_after_seconds` where it asked to be left alone."""

    reason: Reason
    geocode: Geocode | None = None
    retry_after_seconds: float | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the provider did its work, be it to say that it knows no such address."""
        return self.reason in _ANSWERS

    @property
    def is_held_against_it(self) -> bool:
        """Whether the provider failed. A question it rejects is no failure: the address may be at fault."""
        return not self.is_answer and self.reason is not Reason.REJECTED


class Provider:
    """One geocoder, asked from any number of threads at once."""

    def __init__(
        self,
        name: str,
        *,
        url: str | None = None,
        key: str | None = None,
        proxy: str | None = None,
        ca_file: Path | None = None,
    ):
        """`name` is one of PROVIDERS; `url` takes the place of its own address, and is needed where it has none.

        `proxy` is the only way out where it is given. `ca_file` names the authorities to trust rather than certifi's.
        """
        kind = KINDS[name]
        if url is None and kind.domain is None:
            raise ValueError(f"{name} has no server for everybody; give the url of one")
        parts = urlsplit(url or f"https://{kind.domain}")
        adapter = CurlAdapter(results=kind.results, proxy=proxy, ca_file=ca_file)
        common = {"scheme": parts.scheme, "user_agent": _USER_AGENT, "adapter_factory": lambda **_given: adapter}
        self.name = name
        self._kind = kind
        self._geocoder = kind.make((parts.netloc + parts.path).rstrip("/"), key, common)

    def ask(self, address: str, *, timeout_seconds: float) -> Reply:
        """Ask where `address` is. Raises nothing: whatever goes wrong becomes the reason in the reply."""
        try:
            location = self._geocoder.geocode(address, timeout=timeout_seconds, **self._kind.question)
            return Reply(Reason.NOT_FOUND) if location is None else self._understood(location, address)
        except Exception as error:  # noqa: BLE001 - geopy lets through whatever a wrong reply makes it raise
            # It ends here: geopy's errors hold the question, others the reply.
            return _reply_for(error)

    def _understood(self, location: Location, address: str) -> Reply:
        point = Point(lat=location.latitude, lon=location.longitude)
        # geopy puts 0 where a number is missing.
        if 0 in (point.lat, point.lon) or _is_swapped(point):
            return Reply(Reason.MALFORMED)
        reading = self._kind.read(location.raw)
        if not _is_in_the_united_states(point) or not _is_american(reading.country):
            return Reply(Reason.OUTSIDE)
        if reading.precision is None:
            return Reply(Reason.TOO_COARSE)
        label = _plain(reading.label) or _plain(location.address) or address
        return Reply(Reason.FOUND, Geocode(point, reading.precision, label, self.name))


def _plain(label: object) -> str | None:
    """Give a provider's label as plain text of at most 200 characters, None where it is none.

    Plain text is not safe HTML: whoever writes a page escapes it.
    """
    if not isinstance(label, str):
        return None
    try:
        text = clean(label[:_LONGEST_LABEL], longest=_LONGEST_LABEL * _UNFOLDING)
    except UnsafeText:
        return None
    return text[:_LONGEST_LABEL].strip(" ,") or None


# What is the matter.

_DENIED = (401, 402, 403, 407)
_REJECTED = (400, 413, 414, 422)
_TOO_MANY = 429


def _reply_for(error: Exception) -> Reply:
    match error:
        case TransportError():
            return Reply(Reason(error.trouble.value))
        case GeopyError(__cause__=AdapterHTTPError() as response):
            return _reply_for_status(response.status_code, getattr(error, "retry_after", None))
        # Google and ArcGIS say no with a status of 200.
        case GeocoderQuotaExceeded():
            return Reply(Reason.RATE_LIMITED)
        case GeocoderAuthenticationFailure() | GeocoderInsufficientPrivileges() | GeocoderQueryError():
            return Reply(Reason.DENIED)
        case GeocoderServiceError():
            return Reply(Reason.SERVER_ERROR)
        case _:
            return Reply(Reason.MALFORMED)


def _reply_for_status(status: int, retry_after_seconds: float | None) -> Reply:
    if status == _TOO_MANY:
        return Reply(Reason.RATE_LIMITED, retry_after_seconds=retry_after_seconds)
    if status in _DENIED:
        return Reply(Reason.DENIED)
    return Reply(Reason.REJECTED if status in _REJECTED else Reason.SERVER_ERROR)


# South, west, north, east of the 48 states, Alaska on both sides of 180°, Hawaii, Puerto Rico with the Virgin Islands.
# A strip of Canada and Mexico is inside; there the provider's country decides.
_BOXES = (
    (24.3, -125.0, 49.5, -66.8),
    (51.0, -180.0, 71.6, -129.8),
    (51.0, 172.0, 53.6, 180.0),
    (18.8, -178.5, 28.6, -154.7),
    (17.5, -67.4, 18.7, -64.4),
)
_AMERICAN = frozenset({"us", "usa", "pr", "pri", "vi", "vir"})
_NORTH_POLE = 90.0


def _is_in_the_united_states(point: Point) -> bool:
    return any(south <= point.lat <= north and west <= point.lon <= east for south, west, north, east in _BOXES)


def _is_swapped(point: Point) -> bool:
    return abs(point.lon) <= _NORTH_POLE and _is_in_the_united_states(Point(lat=point.lon, lon=point.lat))


def _is_american(country: object) -> bool:
    """Judge a country's code; a provider that names none has not objected."""
    return country is None or (isinstance(country, str) and country.lower() in _AMERICAN)
