"""Made-up files in the forms that many people have; the clinics do not exist, and their phones are for fiction."""

from dataclasses import dataclass

_HOSPITAL = "Example Prairie Hospital"
_WEEK = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file: `headers` with one row below them, and what its columns are, of those that are not ignored."""

    family: str
    cells: dict[str, str]
    columns: dict[str, str]

    @property
    def text(self) -> bytes:
        rows = (self.cells.keys(), self.cells.values())
        return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


CMS = KnownFile(
    "federal hospital list",
    {
        "Facility ID": "529901", "Facility Name": _HOSPITAL, "Address": "100 EXAMPLE STREET", "City/Town": "MADISON",
        "State": "WI", "ZIP Code": "53703", "County/Parish": "DANE", "Telephone Number": "(608) 555-0100",
        "Hospital Type": "Acute Care Hospitals", "Hospital Ownership": "Voluntary non-profit - Private",
        "Emergency Services": "Yes", "Meets criteria for birthing friendly designation": "",
        "Hospital overall rating": "4",
    },
    {
        "Facility ID": "external_ids:ccn", "Facility Name": "name", "Address": "street", "City/Town": "city",
        "State": "state", "ZIP Code": "zip", "Telephone Number": "phone",
    },
)  # fmt: skip

HRSA = KnownFile(
    "federal health-center list",
    {
        "Health Center Type": "Federally Qualified Health Center (FQHC)", "Health Center Number": "H80CS99999",
        "BHCMIS Organization Identification Number": "0599999", "BPHC Assigned Number": "BPS-H80-099999",
        "Site Name": _HOSPITAL, "Site Address": "100 Example St", "Site City": "Madison",
        "Site State Abbreviation": "WI", "Site Postal Code": "53703-1234", "Site Telephone Number": "608-555-0100",
        "Site Web Address": "www.example.org", "Operating Hours per Week": "40.00",
        "Site Status Description": "Active", "FQHC Site Medicare Billing Number": "", "FQHC Site NPI Number": "",
        "Health Center Name": "Example Community Health", "Health Center Organization Street Address": "1 Head Ave",
        "Health Center Organization City": "Milwaukee", "Health Center Organization State": "WI",
        "Geocoding Artifact Address Primary X Coordinate": "-89.3838",
        "Geocoding Artifact Address Primary Y Coordinate": "43.0747", "Complete County Name": "Dane County",
    },
    {
        "BPHC Assigned Number": "external_ids:hrsa-site", "Site Name": "name", "Site Address": "street",
        "Site City": "city", "Site State Abbreviation": "state", "Site Postal Code": "zip",
        "Site Telephone Number": "phone", "Site Web Address": "website", "FQHC Site NPI Number": "external_ids:npi",
        "Health Center Name": "organization", "Geocoding Artifact Address Primary X Coordinate": "lon",
        "Geocoding Artifact Address Primary Y Coordinate": "lat",
    },
)  # fmt: skip

HIFLD = KnownFile(
    "HIFLD hospitals",
    {
        "X": "-9950124.1", "Y": "5324917.2", "OBJECTID": "7", "ID": "0099953703", "NAME": _HOSPITAL,
        "ADDRESS": "100 EXAMPLE ST", "CITY": "MADISON", "STATE": "WI", "ZIP": "53703", "ZIP4": "NOT AVAILABLE",
        "TELEPHONE": "(608) 555-0100", "TYPE": "GENERAL ACUTE CARE", "STATUS": "OPEN", "POPULATION": "99",
        "COUNTY": "DANE", "COUNTYFIPS": "55025", "COUNTRY": "USA", "LATITUDE": "43.0747", "LONGITUDE": "-89.3838",
        "NAICS_CODE": "622110", "NAICS_DESC": "HOSPITALS", "SOURCE": "a state list", "SOURCEDATE": "2024/01/01",
        "VAL_METHOD": "IMAGERY", "VAL_DATE": "2024/01/02", "WEBSITE": "http://www.example.org",
        "STATE_ID": "NOT AVAILABLE", "ALT_NAME": "Example General", "ST_FIPS": "55", "OWNER": "NON-PROFIT",
        "TTL_STAFF": "-999", "BEDS": "99", "TRAUMA": "NOT AVAILABLE", "HELIPAD": "Y",
    },
    {
        "ID": "external_ids:hifld", "NAME": "name", "ADDRESS": "street", "CITY": "city", "STATE": "state",
        "ZIP": "zip", "TELEPHONE": "phone", "STATUS": "status", "LATITUDE": "lat", "LONGITUDE": "lon",
        "WEBSITE": "website", "ALT_NAME": "other_names",
    },
)  # fmt: skip

PROFILES = KnownFile(
    "business profiles",
    {
        "Store code": "EX-01", "Business name": _HOSPITAL, "Address line 1": "100 Example Street",
        "Address line 2": "Suite 2", "Locality": "Madison", "Administrative area": "WI", "Country / Region": "US",
        "Postal code": "53703", "Latitude": "43.0747", "Longitude": "-89.3838", "Primary phone": "(608) 555-0100",
        "Additional phones": "(608) 555-0101, (608) 555-0102", "Website": "https://www.example.org",
        "Primary category": "Oncologist",
        **{f"{day} hours": "x" if day[0] == "S" else "08:00-17:00" for day in _WEEK}, "Special hours": "",
    },
    {
        "Store code": "external_ids:store-code", "Business name": "name", "Address line 1": "street",
        "Address line 2": "unit", "Locality": "city", "Administrative area": "state", "Postal code": "zip",
        "Latitude": "lat", "Longitude": "lon", "Primary phone": "phone", "Website": "website",
        **{f"{day} hours": f"hours:{day[:2]}" for day in _WEEK},
    },
)  # fmt: skip

YEXT = KnownFile(
    "Yext",
    {
        "Entity ID": "loc-1", "Name": _HOSPITAL, "Address > Line 1": "100 Example Street", "Address > Line 2": "",
        "Address > City": "Madison", "Address > Region": "WI", "Address > Postal Code": "53703",
        "Main Phone > Phone Number": "+16085550100", "Website URL > URL": "https://www.example.org",
        "Yext Display Lat/Long > Latitude": "43.1", "Yext Display Lat/Long > Longitude": "-89.4",
        "Display Lat/Long > Latitude": "43.0747", "Display Lat/Long > Longitude": "-89.3838",
        **{f"Hours > {day}": "Closed" if day[0] == "S" else "8:00 AM - 5:00 PM" for day in _WEEK},
    },
    {
        "Entity ID": "external_ids:entity-id", "Name": "name", "Address > Line 1": "street",
        "Address > Line 2": "unit", "Address > City": "city", "Address > Region": "state",
        "Address > Postal Code": "zip", "Main Phone > Phone Number": "phone", "Website URL > URL": "website",
        "Display Lat/Long > Latitude": "lat", "Display Lat/Long > Longitude": "lon",
        **{f"Hours > {day}": f"hours:{day[:2]}" for day in _WEEK},
    },
)  # fmt: skip

SALESFORCE = KnownFile(
    "Salesforce accounts (shipping address)",
    {
        "Id": "001000000000001AAA", "Name": _HOSPITAL, "BillingStreet": "1 Head Office Plaza",
        "BillingCity": "Milwaukee", "BillingState": "WI", "BillingPostalCode": "53202",
        "ShippingStreet": "100 Example Street", "ShippingCity": "Madison", "ShippingState": "WI",
        "ShippingPostalCode": "53703", "ShippingLatitude": "43.0747", "ShippingLongitude": "-89.3838",
        "Phone": "(608) 555-0100", "Fax": "", "Website": "www.example.org", "Industry": "Healthcare",
    },
    {
        "Id": "external_ids:salesforce-id", "Name": "name", "ShippingStreet": "street", "ShippingCity": "city",
        "ShippingState": "state", "ShippingPostalCode": "zip", "ShippingLatitude": "lat", "ShippingLongitude": "lon",
        "Phone": "phone", "Fax": "fax", "Website": "website",
    },
)  # fmt: skip

BILLING = KnownFile(
    "Salesforce accounts (billing address)",
    {
        "Account ID": "001000000000001AAA", "Account Name": _HOSPITAL, "Billing Street": "100 Example Street",
        "Billing City": "Madison", "Billing State/Province": "WI", "Billing Zip/Postal Code": "53703",
        "BillingLatitude": "43.0747", "BillingLongitude": "-89.3838", "Phone": "(608) 555-0100",
    },
    {
        "Account ID": "external_ids:salesforce-id", "Account Name": "name", "Billing Street": "street",
        "Billing City": "city", "Billing State/Province": "state", "Billing Zip/Postal Code": "zip",
        "BillingLatitude": "lat", "BillingLongitude": "lon", "Phone": "phone",
    },
)  # fmt: skip

_MAIL, _SITE = "Provider Business Mailing Address", "Provider Business Practice Location Address"
NPPES = KnownFile(
    "NPPES",
    {
        "NPI": "1234567893", "Entity Type Code": "2",
        "Provider Organization Name (Legal Business Name)": _HOSPITAL,
        "Provider First Line Business Mailing Address": "1 HEAD OFFICE PLAZA", f"{_MAIL} City Name": "MILWAUKEE",
        f"{_MAIL} State Name": "WI", f"{_MAIL} Postal Code": "532020000", f"{_MAIL} Telephone Number": "4145550199",
        "Provider First Line Business Practice Location Address": "100 EXAMPLE ST",
        "Provider Second Line Business Practice Location Address": "", f"{_SITE} City Name": "MADISON",
        f"{_SITE} State Name": "WI", f"{_SITE} Postal Code": "537031234",
        f"{_SITE} Country Code (If outside U.S.)": "US",
        f"{_SITE} Telephone Number": "6085550100", f"{_SITE} Fax Number": "6085550101",
        "Last Update Date": "01/02/2024",
    },
    {
        "NPI": "external_ids:npi", "Provider Organization Name (Legal Business Name)": "name",
        "Provider First Line Business Practice Location Address": "street",
        "Provider Second Line Business Practice Location Address": "unit", f"{_SITE} City Name": "city",
        f"{_SITE} State Name": "state", f"{_SITE} Postal Code": "zip", f"{_SITE} Telephone Number": "phone",
        f"{_SITE} Fax Number": "fax",
    },
)  # fmt: skip

HSDS = KnownFile(
    "HSDS",
    {
        "organization_id": "o1", "organization_name": "Example Health", "location_id": "l1",
        "location_name": _HOSPITAL, "description": "Care.", "address_1": "100 Example Street", "address_2": "Suite 2",
        "city": "Madison", "region": "", "state_province": "WI", "postal_code": "53703", "country": "US",
        "latitude": "43.0747", "longitude": "-89.3838", "phone_number": "608-555-0100", "url": "https://www.example.org",
    },
    {
        "organization_name": "organization", "location_id": "external_ids:location-id", "location_name": "name",
        "address_1": "street", "address_2": "unit", "city": "city", "state_province": "state", "postal_code": "zip",
        "latitude": "lat", "longitude": "lon", "phone_number": "phone", "url": "website",
    },
)  # fmt: skip

WPSL = KnownFile(
    "WP Store Locator",
    {
        "wpsl_id": "17", "name": _HOSPITAL, "status": "publish", "permalink": "example", "description": "<p>Care</p>",
        "address": "100 Example Street", "address2": "", "city": "Madison", "state": "WI", "zip": "53703",
        "country": "United States", "lat": "43.0747", "lng": "-89.3838", "phone": "608-555-0100", "fax": "",
        "email": "front.desk@example.org", "url": "https://www.example.org", "category": "Clinics",
    },
    {
        "wpsl_id": "external_ids:wpsl-id", "name": "name", "address": "street", "address2": "unit", "city": "city",
        "state": "state", "zip": "zip", "lat": "lat", "lng": "lon", "phone": "phone", "fax": "fax", "url": "website",
    },
)  # fmt: skip

SLP = KnownFile(
    "Store Locator Plus",
    {
        "sl_id": "4", "sl_store": _HOSPITAL, "sl_address": "100 Example Street", "sl_address2": "",
        "sl_city": "Madison", "sl_state": "WI", "sl_zip": "53703", "sl_country": "USA", "sl_latitude": "43.0747",
        "sl_longitude": "-89.3838", "sl_tags": "care", "sl_description": "", "sl_email": "front.desk@example.org",
        "sl_url": "https://www.example.org", "sl_hours": "Mon-Fri 8am-5pm", "sl_phone": "608-555-0100", "sl_fax": "",
    },
    {
        "sl_id": "external_ids:sl-id", "sl_store": "name", "sl_address": "street", "sl_address2": "unit",
        "sl_city": "city", "sl_state": "state", "sl_zip": "zip", "sl_latitude": "lat", "sl_longitude": "lon",
        "sl_url": "website", "sl_hours": "hours", "sl_phone": "phone", "sl_fax": "fax",
    },
)  # fmt: skip

WP_MAPS = KnownFile(
    "WP Maps",
    {
        "title": _HOSPITAL, "description": "Care", "marker": "", "logo": "", "city": "Madison",
        "street": "100 Example Street", "state": "WI", "country": "US", "postal_code": "53703", "lat": "43.0747",
        "lng": "-89.3838", "phone": "608-555-0100", "website": "https://www.example.org", "fax": "",
        "open_hours": "Mo-Fr 08:00-17:00",
    },
    {
        "title": "name", "city": "city", "street": "street", "state": "state", "postal_code": "zip", "lat": "lat",
        "lng": "lon", "phone": "phone", "website": "website", "fax": "fax", "open_hours": "hours",
    },
)  # fmt: skip

KNOWN_FILES = (CMS, HRSA, HIFLD, PROFILES, YEXT, SALESFORCE, BILLING, NPPES, HSDS, WPSL, SLP, WP_MAPS)
