"""Replies as each provider documents them, for streets that do not exist."""

from collections.abc import Callable
from typing import Any

MADISON = (43.0731, -89.4012)

Reply = Any


def census(*, lat: Any = MADISON[0], lon: Any = MADISON[1], label: Any = "123 LANTERN ST, MADISON, WI, 53703") -> Reply:
    match = {
        "tigerLine": {"side": "L", "tigerLineId": "101010101"},
        "coordinates": {"x": lon, "y": lat},
        "addressComponents": {
            "zip": "53703", "streetName": "LANTERN", "preType": "", "city": "MADISON", "preDirection": "",
            "suffixDirection": "", "fromAddress": "101", "state": "WI", "suffixType": "ST", "toAddress": "199",
            "suffixQualifier": "", "preQualifier": "",
        },
        "matchedAddress": label,
    }  # fmt: skip
    return {"result": {"input": {"address": {"address": "123 lantern st"}}, "addressMatches": [match]}}


def nominatim(
    *,
    lat: Any = str(MADISON[0]),
    lon: Any = str(MADISON[1]),
    label: Any = "123, Lantern Street, Madison, Dane County, Wisconsin, 53703, United States",
    addresstype: Any = "place",
    house_number: str | None = "123",
    country: Any = "us",
) -> Reply:
    address = {"road": "Lantern Street", "city": "Madison", "county": "Dane County", "country_code": country}
    return [
        {
            "place_id": 101, "licence": "Data © OpenStreetMap contributors", "osm_type": "node", "osm_id": 7,
            "lat": lat, "lon": lon, "class": "place", "type": "house", "place_rank": 30, "importance": 0.0000999,
            "addresstype": addresstype, "name": "", "display_name": label,
            "address": address | ({"house_number": house_number} if house_number else {}),
            "boundingbox": ["43.07", "43.08", "-89.41", "-89.40"],
        }
    ]  # fmt: skip


def pelias(
    *,
    lat: Any = MADISON[0],
    lon: Any = MADISON[1],
    label: Any = "123 Lantern Street, Madison, WI, USA",
    layer: Any = "address",
    match_type: str = "exact",
    country: Any = "USA",
) -> Reply:
    properties = {
        "id": "us/wi/dane:1", "gid": "openaddresses:address:us/wi/dane:1", "layer": layer, "source": "openaddresses",
        "name": "123 Lantern Street", "housenumber": "123", "street": "Lantern Street", "confidence": 1,
        "match_type": match_type, "accuracy": "point", "country_a": country, "region_a": "WI", "locality": "Madison",
        "label": label,
    }  # fmt: skip
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}
    return {"geocoding": {"version": "0.2"}, "type": "FeatureCollection", "features": [feature]}


def photon(
    *,
    lat: Any = MADISON[0],
    lon: Any = MADISON[1],
    label: Any = "Lantern Street",
    kind: Any = "house",
    house_number: str | None = "123",
    osm_value: str = "house",
    country: Any = "US",
) -> Reply:
    properties = {
        "osm_type": "N", "osm_id": 7, "osm_key": "place", "osm_value": osm_value, "type": kind, "city": "Madison",
        "state": "Wisconsin", "postcode": "53703", "country": "United States", "countrycode": country,
    } | ({"housenumber": house_number, "street": label} if house_number else {"name": label})  # fmt: skip
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}


def geocodio(
    *,
    lat: Any = MADISON[0],
    lon: Any = MADISON[1],
    label: Any = "123 Lantern St, Madison, WI 53703",
    accuracy_type: Any = "rooftop",
    country: Any = "US",
) -> Reply:
    components = {
        "number": "123", "street": "Lantern", "suffix": "St", "formatted_street": "Lantern St", "city": "Madison",
        "county": "Dane County", "state": "WI", "zip": "53703", "country": country,
    }  # fmt: skip
    result = {
        "address_components": components, "formatted_address": label, "location": {"lat": lat, "lng": lon},
        "accuracy": 1, "accuracy_type": accuracy_type, "source": "Dane",
    }  # fmt: skip
    return {"input": {"address_components": components, "formatted_address": label}, "results": [result]}


def arcgis(
    *,
    lat: Any = MADISON[0],
    lon: Any = MADISON[1],
    label: Any = "123 Lantern St, Madison, Wisconsin, 53703",
    addr_type: Any = "PointAddress",
    kind: str = "",
    country: Any = "USA",
) -> Reply:
    candidate = {
        "address": label, "location": {"x": lon, "y": lat}, "score": 100,
        "attributes": {"Addr_type": addr_type, "Type": kind, "Country": country},
        "extent": {"xmin": -89.41, "ymin": 43.07, "xmax": -89.40, "ymax": 43.08},
    }  # fmt: skip
    return {"spatialReference": {"wkid": 4326, "latestWkid": 4326}, "candidates": [candidate]}


def google(
    *,
    lat: Any = MADISON[0],
    lon: Any = MADISON[1],
    label: Any = "123 Lantern St, Madison, WI 53703, USA",
    types: Any = ("street_address",),
    location_type: str = "ROOFTOP",
    country: Any = "US",
) -> Reply:
    result = {
        "address_components": [
            {"long_name": "123", "short_name": "123", "types": ["street_number"]},
            {"long_name": "Lantern Street", "short_name": "Lantern St", "types": ["route"]},
            {"long_name": "United States", "short_name": country, "types": ["country", "political"]},
        ],
        "formatted_address": label,
        "geometry": {"location": {"lat": lat, "lng": lon}, "location_type": location_type},
        "place_id": "ChIJ",
        "types": list(types),
    }
    return {"results": [result], "status": "OK"}


FOUND: dict[str, Callable[..., Reply]] = {
    "census": census, "nominatim": nominatim, "pelias": pelias, "photon": photon, "geocodio": geocodio,
    "arcgis": arcgis, "google": google,
}  # fmt: skip
NOTHING: dict[str, Reply] = {
    "census": {"result": {"input": {}, "addressMatches": []}},
    "nominatim": [],
    "pelias": {"geocoding": {}, "type": "FeatureCollection", "features": []},
    "photon": {"type": "FeatureCollection", "features": []},
    "geocodio": {"input": {}, "results": []},
    "arcgis": {"spatialReference": {"wkid": 4326}, "candidates": []},
    "google": {"results": [], "status": "ZERO_RESULTS"},
}
