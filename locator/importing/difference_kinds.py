"""What an import may notice when a row is held against the list, the map, and the other rows of its file."""

from locator.importing.findings import Finding, Kind, Severity, shortened

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

DIFFERENCE_KINDS: tuple[Kind, ...] = (
    Kind("missing-for-new", _ERROR, "name, city, state", "A clinic that is not on the list yet needs this.",
         "Write it; or correct the clinic_id, if the clinic is on the list under another."),
    Kind("duplicate-id", _ERROR, "clinic_id", "Two or more rows of the file are about this clinic. None of them is"
         " taken: we cannot know which is right.", "One row for each clinic."),
    Kind("no-geocoder", _ERROR, "lat, lon", "The address has no point, and nobody is set up to look addresses up. The"
         " row is held; a clinic that is listed stays as it is.", "lat and lon of the clinic's door."),
    Kind("not-located", _ERROR, "street, lat, lon", "No geocoder found the address, or none as closely as its street."
         " The row is held; a clinic that is listed stays as it is.",
         "Correct the address, or give lat and lon of the clinic's door."),
    Kind("no-street", _ERROR, "street, lat, lon", "The row gives no point, and without a street there is no address to"
         " look up. The row is held; a clinic that is listed stays as it is.",
         "Number and street, or lat and lon of the clinic's door."),
    Kind("point-of-old-address", _WARNING, "lat, lon", "The address is another, and the point is the one that the list"
         " has for the old address. It is kept as it is.", "If the clinic moved: its new point, or (clear) in lat and"
         " lon to have the address looked up. If only the spelling is another: nothing."),
    Kind("same-clinic", _ERROR, "clinic_id", "Somebody decided that this is a clinic that is on the list, or in the"
         " file, under another id. The row is held.", "Use that clinic's id, or decide anew that they are two."),
    Kind("likely-duplicate", _WARNING, "clinic_id", "Another clinic has the same phone, or a similar name within 150"
         " meters.", "Decide whether they are the same or different; the decision is remembered."),
    Kind("listed-again", _INFO, "clinic_id", "The clinic was retired; publishing puts it back on the list.",
         "Nothing, if it is meant so."),
    Kind("verified-earlier", _WARNING, "verified_on", "The list knows of a later day on which the clinic was verified.",
         "The later day, or an empty cell."),
    Kind("located-by-geocoder", _INFO, "lat, lon", "The point was looked up from the address.",
         "Nothing, if the point is right."),
    Kind("full-list-incomplete", _WARNING, "clinic_id", "A row of a full list was refused and does not tell which"
         " clinic it is about, so nobody can know which clinics are absent: none is retired.",
         "Correct the row, and bring in the file again."),
)  # fmt: skip

_KIND_BY_CODE = {kind.code: kind for kind in DIFFERENCE_KINDS}


def compared(
    code: str,
    *,
    row: int | None,
    column: str | None = None,
    found: str | None = None,
    expected: str | None = None,
) -> Finding:
    """Give a finding of one of DIFFERENCE_KINDS; without `expected` it says the kind's own remedy."""
    kind = _KIND_BY_CODE[code]
    shown = None if found is None else shortened(found)
    return Finding(kind.severity, code, row, column, shown, expected or kind.remedy)
