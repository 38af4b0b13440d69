"""How each geocoder is asked, and what its answers mean.

Precision follows each provider's own documentation: an interpolated house number counts as ADDRESS only if the provider
says that the point is at that house. A result that is coarser than a county, or not an address, has no precision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from geopy.geocoders import ArcGIS, Geocodio, GoogleV3, Nominatim, Pelias, Photon
from geopy.geocoders.base import Geocoder

from locator.geo.geocoding.providers.census import CensusGeocoder
from locator.geo.point import Precision

# South-west and north-east corners, and a point, as geopy takes them: latitude first.
_WISCONSIN = ((42.4, -93.0), (47.4, -86.2))
_MIDDLE_OF_WISCONSIN = (44.5, -89.7)
_UNITED_STATES = ((17.5, -180.0), (71.6, -64.4))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a provider's own fields say about a result; `label` is set if it is better than geopy's."""

    precision: Precision | None
    country: object = None
    label: object = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One provider; `domain` is None if it has no public server.

    `make(domain, key, common)` creates geopy's geocoder, `question` are the parameters beside the address, `results`
    returns the list of results in a reply, and `read` reads one of them. The last two may raise any exception for a
    reply of the wrong shape.
    """

    domain: str | None
    make: Callable[[str, str | None, Mapping[str, object]], Geocoder]
    question: Mapping[str, object]
    results: Callable[[Any], object]
    read: Callable[[Any], Reading]


class _ArcGisForUs(ArcGIS):  # type: ignore[misc]  # geopy has no types
    """ArcGIS with the parameters that geopy lacks: a key, the country, and where to look first."""

    def __init__(self, key: str | None, **common: Any):
        super().__init__(**common)
        lat, lon = _MIDDLE_OF_WISCONSIN
        self._more = {"sourceCountry": "USA", "location": f"{lon},{lat}"} | ({"token": key} if key else {})

    def _call_geocoder(self, url: str, callback: Callable[[Any], Any], **more: Any) -> Any:
        return super()._call_geocoder(f"{url}&{urlencode(self._more)}", callback, **more)


def _read_census(_match: Any) -> Reading:
    # Every match is a house number within the range of one side of one street.
    return Reading(Precision.ADDRESS)


_NOMINATIM_TYPES = {
    "road": Precision.STREET,
    "postcode": Precision.ZIP,
    **dict.fromkeys(
        ("city", "town", "village", "hamlet", "municipality", "borough", "city_district", "suburb", "neighbourhood"),
        Precision.CITY,
    ),
    "county": Precision.COUNTY,
}


def _read_nominatim(place: Any) -> Reading:
    address = place["address"]
    has_number = bool(address.get("house_number"))  # of a building, a point, or anything else with an address
    precision = Precision.ADDRESS if has_number else _NOMINATIM_TYPES.get(place["addresstype"])
    return Reading(precision, address.get("country_code"))


_PELIAS_LAYERS = {
    "address": Precision.ADDRESS,
    **dict.fromkeys(("street", "intersection"), Precision.STREET),
    "postalcode": Precision.ZIP,
    **dict.fromkeys(("locality", "localadmin", "borough", "neighbourhood"), Precision.CITY),
    "county": Precision.COUNTY,
}


def _read_pelias(feature: Any) -> Reading:
    properties = feature["properties"]
    precision = _PELIAS_LAYERS.get(properties["layer"])
    # "interpolated": "able to estimate where that address might be (if it exists)"; "fallback": another address.
    if precision is Precision.ADDRESS and properties.get("match_type", "exact") != "exact":
        precision = Precision.STREET
    return Reading(precision, properties.get("country_a"), properties.get("label"))


_PHOTON_TYPES = {
    "house": Precision.ADDRESS,
    "street": Precision.STREET,
    **dict.fromkeys(("locality", "district", "city"), Precision.CITY),
    "county": Precision.COUNTY,
}


def _read_photon(feature: Any) -> Reading:
    properties = feature["properties"]
    precision = _PHOTON_TYPES.get(properties["type"])
    if properties.get("osm_value") == "postcode":
        precision = Precision.ZIP
    if precision is Precision.ADDRESS and not properties.get("housenumber"):
        precision = None  # a place found by its name
    # geopy's label names the street twice.
    first = f"{properties['housenumber']} {properties['street']}" if "street" in properties else properties["name"]
    label = ", ".join([first, *(properties[part] for part in ("city", "state") if part in properties)])
    return Reading(precision, properties.get("countrycode"), label)


_GEOCODIO_TYPES = {
    # Its documentation on range_interpolation: "generally, in front of the parcel on the street".
    **dict.fromkeys(("rooftop", "point", "range_interpolation"), Precision.ADDRESS),
    **dict.fromkeys(("nearest_rooftop_match", "intersection", "street_center"), Precision.STREET),
    "place": Precision.CITY,  # "zip code or city centroid": it does not say which
    "county": Precision.COUNTY,
}


def _read_geocodio(result: Any) -> Reading:
    return Reading(_GEOCODIO_TYPES.get(result["accuracy_type"]), result["address_components"].get("country"))


_ARCGIS_TYPES = {
    # StreetAddress is interpolated, but "delivering a package, you need PointAddress or StreetAddress matches".
    **dict.fromkeys(("Subaddress", "PointAddress", "StreetAddress"), Precision.ADDRESS),
    # An "Ext" is beyond the known house numbers of the street.
    **dict.fromkeys(
        ("StreetAddressExt", "StreetInt", "StreetMidBlock", "StreetBetween", "StreetName"), Precision.STREET
    ),
    **dict.fromkeys(("Postal", "PostalExt", "PostalLoc"), Precision.ZIP),
}
_ARCGIS_LOCALITIES = {
    **dict.fromkeys(("Block", "Sector", "Neighborhood", "District", "City"), Precision.CITY),
    "Subregion": Precision.COUNTY,
}


def _read_arcgis(candidate: Any) -> Reading:
    attributes = candidate["attributes"]
    kind = attributes["Addr_type"]
    precision = _ARCGIS_LOCALITIES.get(attributes.get("Type")) if kind == "Locality" else _ARCGIS_TYPES.get(kind)
    return Reading(precision, attributes.get("Country"))


def _arcgis_results(reply: Any) -> object:
    return [] if "error" in reply else reply["candidates"]  # geopy raises its own error for "error"


_GOOGLE_TYPES = {
    **dict.fromkeys(("route", "intersection"), Precision.STREET),
    "postal_code": Precision.ZIP,
    **dict.fromkeys(("locality", "sublocality", "neighborhood", "administrative_area_level_3"), Precision.CITY),
    "administrative_area_level_2": Precision.COUNTY,
}


def _read_google(result: Any) -> Reading:
    types = result["types"]
    precision = next((precision for kind, precision in _GOOGLE_TYPES.items() if kind in types), None)
    if any(kind in types for kind in ("street_address", "premise", "subpremise")):
        # Its documentation: RANGE_INTERPOLATED is an approximation, usually on a road, between two precise points.
        is_rooftop = result["geometry"]["location_type"] == "ROOFTOP"
        precision = Precision.ADDRESS if is_rooftop else Precision.STREET
    country = next((part["short_name"] for part in result["address_components"] if "country" in part["types"]), None)
    return Reading(precision, country)


KINDS = {
    "census": Kind(
        domain="geocoding.geo.census.gov",
        make=lambda domain, _key, common: CensusGeocoder(domain=domain, **common),
        question={},
        results=lambda reply: reply["result"]["addressMatches"],
        read=_read_census,
    ),
    "nominatim": Kind(
        domain=None,
        make=lambda domain, _key, common: Nominatim(domain=domain, **common),
        question={"country_codes": "us", "viewbox": _WISCONSIN, "addressdetails": True, "language": "en"},
        results=lambda reply: reply,
        read=_read_nominatim,
    ),
    "pelias": Kind(
        domain=None,
        make=lambda domain, key, common: Pelias(domain, key, **common),
        question={"countries": ["USA"]},
        results=lambda reply: reply["features"],
        read=_read_pelias,
    ),
    "photon": Kind(
        domain=None,
        make=lambda domain, _key, common: Photon(domain=domain, **common),
        question={
            "bbox": _UNITED_STATES,
            "location_bias": _MIDDLE_OF_WISCONSIN,
        },  # its box is a hard limit
        results=lambda reply: reply["features"],
        read=_read_photon,
    ),
    "geocodio": Kind(
        domain="api.geocod.io",
        make=lambda domain, key, common: Geocodio(key, domain=domain, **common),
        question={},  # it only has the United States and Canada
        results=lambda reply: reply["results"],
        read=_read_geocodio,
    ),
    "arcgis": Kind(
        domain="geocode.arcgis.com",
        make=lambda domain, key, common: _ArcGisForUs(key, domain=domain, **common),
        question={"out_fields": ["Addr_type", "Type", "Country"]},
        results=_arcgis_results,
        read=_read_arcgis,
    ),
    "google": Kind(
        domain="maps.googleapis.com",
        make=lambda domain, key, common: GoogleV3(key, domain=domain, **common),
        question={"components": {"country": "US"}, "region": "us", "bounds": _WISCONSIN, "language": "en"},
        results=lambda reply: reply["results"],
        read=_read_google,
    ),
}
