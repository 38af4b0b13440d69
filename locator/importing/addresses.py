"""The addresses of clinics as geocoders are asked for them, and what they have answered before."""

from locator.clinic.clinic import Address
from locator.store.imports.geocodes import Known
from locator.store.stores import Stores
from locator.text.folding import key_of


def address_key(address: Address) -> str:
    """Return what tells one house from another: street, town, state and ZIP without case, accents and punctuation."""
    return "|".join(key_of(part or "") for part in (address.street, address.city, address.state, address.zip))


def text_for_geocoder(address: Address) -> str | None:
    """Write an address as geocoders read it, without the unit; None without a street: no clinic is a whole town."""
    if not address.street:
        return None
    return f"{address.street}, {address.city}, {address.state} {address.zip or ''}".rstrip()


def known_geocode(stores: Stores, address: Address) -> Known | None:
    """Return what geocoders said of an address; None if one has to be asked. Without a street there is no need."""
    if text_for_geocoder(address) is None:
        return Known(None)
    return stores.geocodes.get(address_key(address))
