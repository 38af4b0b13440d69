"""One geocoder as the chain asks it: whatever goes wrong becomes a Reason here."""

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
_UNFOLDING = 18  # NFKC can expand one character to eighteen, see locator.text.folding

# geopy logs each address, and the text of error replies. We block its logger twice, so that no level or handler that is
# set later can turn it on again.
_geopy_log = logging.getLogger("geopy")
_geopy_log.disabled = True
_geopy_log.addFilter(lambda _record: False)


class Reason(StrEnum):
    """The outcome of asking a provider, or why it was not asked."""

    FOUND = "found"
    # It answered, but has no point that we can use for this address.
    NOT_FOUND = "not_found"
    TOO_COARSE = "too_coarse"
    OUTSIDE = "outside"
    # It did not answer.
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
    """A geocode, or why there is none; `retry_after_seconds` is set if the provider asked us to wait."""

    reason: Reason
    geocode: Geocode | None = None
    retry_after_seconds: float | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the provider answered, even if only that it does not know the address."""
        return self.reason in _ANSWERS

    @property
    def is_failure(self) -> bool:
        """Whether the provider failed. A rejected address does not count, because it may be the address's fault."""
        return not self.is_answer and self.reason is not Reason.REJECTED


class Provider:
    """One geocoder, which any number of threads may ask at once."""

    def __init__(
        self,
        name: str,
        *,
        url: str | None = None,
        key: str | None = None,
        proxy: str | None = None,
        ca_file: Path | None = None,
    ):
        """`name` is one of PROVIDERS; `url` replaces its own URL, and is required if it has none.

        If `proxy` is given, all requests go through it. `ca_file` (PEM) replaces certifi's authorities.
        """
        kind = KINDS[name]
        if url is None and kind.domain is None:
            raise ValueError(f"{name} has no public server; set the url of yours")
        parts = urlsplit(url or f"https://{kind.domain}")
        adapter = CurlAdapter(results=kind.results, proxy=proxy, ca_file=ca_file)
        common = {"scheme": parts.scheme, "user_agent": _USER_AGENT, "adapter_factory": lambda **_given: adapter}
        self.name = name
        self._kind = kind
        self._geocoder = kind.make((parts.netloc + parts.path).rstrip("/"), key, common)

    def ask(self, address: str, *, timeout_seconds: float) -> Reply:
        """Ask where `address` is. It raises nothing: whatever goes wrong becomes the reason in the reply."""
        try:
            location = self._geocoder.geocode(address, timeout=timeout_seconds, **self._kind.question)
            return Reply(Reason.NOT_FOUND) if location is None else self._reply_for_location(location, address)
        except Exception as error:  # noqa: BLE001 - a wrong reply can make geopy raise anything
            # It must not go further: geopy's errors contain the address, others the reply.
            return _reply_for(error)

    def _reply_for_location(self, location: Location, address: str) -> Reply:
        point = Point(lat=location.latitude, lon=location.longitude)
        # geopy fills in 0 for a missing number.
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
    """Return a provider's label as plain text of at most 200 characters, None if it is not text.

    Plain text is not safe HTML: a page has to escape it.
    """
    if not isinstance(label, str):
        return None
    try:
        text = clean(label[:_LONGEST_LABEL], longest=_LONGEST_LABEL * _UNFOLDING)
    except UnsafeText:
        return None
    return text[:_LONGEST_LABEL].strip(" ,") or None


# What went wrong

_DENIED = (401, 402, 403, 407)
_REJECTED = (400, 413, 414, 422)
_TOO_MANY = 429


def _reply_for(error: Exception) -> Reply:
    match error:
        case TransportError():
            return Reply(Reason(error.trouble.value))
        case GeopyError(__cause__=AdapterHTTPError() as response):
            return _reply_for_status(response.status_code, getattr(error, "retry_after", None))
        # Google and ArcGIS refuse with status 200.
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


# South, west, north and east of the 48 states, Alaska on both sides of 180°, Hawaii, and Puerto Rico with the Virgin
# Islands. Strips of Canada and Mexico are inside; there the provider's country decides.
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
    """Return whether a country code is one of the United States; a provider may give none."""
    return country is None or (isinstance(country, str) and country.lower() in _AMERICAN)
