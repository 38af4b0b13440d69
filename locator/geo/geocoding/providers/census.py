"""The US Census Bureau's geocoder, which geopy does not have."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from locator.geo.distance import meters_between, miles
from locator.geo.point import Point

# Two matches farther apart than this are two places, and we do not guess between them.
_SAME_PLACE_MILES = 1.0


class CensusGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Free, without a key, for US addresses with a house number.

    https://geocoding.geo.census.gov/geocoder/Geocoding_Services_API.html
    """

    geocode_path = "/geocoder/locations/onelineaddress"

    def __init__(self, *, domain: str, **common: Any):
        super().__init__(**common)
        self.api = f"{self.scheme}://{domain}{self.geocode_path}"

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL) -> Any:
        """Return the location of an address; None if none matches, or if several places match equally well."""
        asked = {"address": query, "benchmark": "Public_AR_Current", "format": "json"}
        callback = partial(self._parse_json, exactly_one=exactly_one)
        return self._call_geocoder(f"{self.api}?{urlencode(asked)}", callback, timeout=timeout)

    def _parse_json(self, reply: Any, *, exactly_one: bool) -> Any:
        locations = [
            Location(match["matchedAddress"], (match["coordinates"]["y"], match["coordinates"]["x"]), match)
            for match in reply["result"]["addressMatches"]
        ]
        if not exactly_one:
            return locations or None
        # Matches have no score. "100 Main St, WI" is in many towns; the two ends of one street are one place.
        points = [Point(lat=location.latitude, lon=location.longitude) for location in locations]
        if any(miles(meters_between(points[0], other)) > _SAME_PLACE_MILES for other in points[1:]):
            return None
        return locations[0] if locations else None
