"""GeocodeStore: what geocoders answered for the addresses of clinics, which are public; never a patient's address."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from locator.geo.point import Geocode, Point, Precision

# A house stays where it is, and maps get better; an address that no geocoder knows may be on the map within weeks.
FOUND_DAYS = 365
NOT_FOUND_DAYS = 30


@dataclass(frozen=True, slots=True)
class Known:
    """What geocoders said about an address; `geocode` is None if none knew it."""

    geocode: Geocode | None


class GeocodeStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def get(self, address_key: str) -> Known | None:
        """Return what is known about an address; None if no geocoder was asked, or too long ago."""
        row = self._connection.execute(
            text(_GET), {"address_key": address_key, "found_days": FOUND_DAYS, "not_found_days": NOT_FOUND_DAYS}
        ).one_or_none()
        if row is None:
            return None
        if row.lat is None:
            return Known(None)
        return Known(Geocode(Point(lat=row.lat, lon=row.lon), Precision(row.precision), row.label, row.source))

    def put(self, address_key: str, geocode: Geocode | None) -> None:
        """Store what geocoders have just said about an address; None: they do not know it."""
        self._connection.execute(
            text(_PUT),
            {
                "address_key": address_key,
                "lat": geocode.point.lat if geocode else None,
                "lon": geocode.point.lon if geocode else None,
                "precision": geocode.precision.value if geocode else None,
                "label": geocode.label if geocode else None,
                "source": geocode.source if geocode else None,
            },
        )


_GET = """
    select lat, lon, precision, label, source from geocodes
    where address_key = :address_key
      and asked_at > now() - make_interval(days => case when lat is null then :not_found_days else :found_days end)"""

_PUT = """
    insert into geocodes (address_key, lat, lon, precision, label, source)
    values (:address_key, :lat, :lon, :precision, :label, :source)
    on conflict (address_key) do update set
        (lat, lon, precision, label, source, asked_at)
        = (excluded.lat, excluded.lon, excluded.precision, excluded.label, excluded.source, now())"""
