"""The catalog of findings: every kind has a stable code, a severity, a meaning and a remedy; and the one maker of them.

Codes are a promise to programs; the sentences may improve. docs/import-findings.md lists them (catalogue.py).
"""

from dataclasses import dataclass

from locator.clinic.columns import COLUMNS, ColumnKind, names_of
from locator.records.findings import Finding, Likeness, Severity, shortened


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding; `columns` names those it can be about."""

    severity: Severity
    code: str
    columns: str
    meaning: str
    remedy: str


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# About the file as a whole, or how a row is written.
FILE_KINDS: tuple[FindingKind, ...] = (
    FindingKind(
        _WARNING, "read-as-windows-1252", "(file)",
        "The file is not valid UTF-8, so it was read as Windows-1252, the old encoding of Excel on Windows.",
        "Check names with accents. If they look wrong, save the file as “CSV UTF-8” and send it again.",
    ),
    FindingKind(
        _WARNING, "xlsx-named-otherwise", "(file)",
        "The file is an Excel workbook, but its name does not end in .xlsx. It was read as a workbook.",
        "Nothing to do; a name that ends in .xlsx avoids surprises.",
    ),
    FindingKind(
        _ERROR, "column-asked", "(file)",
        "It is not sure which of our columns this is. No row is checked before somebody has said.",
        "Say what the column is: locator imports map, or PUT /api/v1/imports/{id}/mapping.",
    ),
    FindingKind(
        _ERROR, "column-missing", "(file)",
        "No column says which clinic a row is about.",
        "Say which column is “name” or “clinic_id”, or has the sender's numbers (“external_ids:...”).",
    ),
    FindingKind(
        _WARNING, "more-sheets", "(file)",
        "The workbook has other sheets with data, which are not lists of clinics. They are not read.",
        "Nothing, if no clinics are on them. Otherwise, give them a row of column names.",
    ),
    FindingKind(
        _WARNING, "hidden-sheets", "(file)",
        "The workbook has hidden sheets with data. They are not read.",
        "Nothing, if no clinics are on them.",
    ),
    FindingKind(
        _INFO, "sheet-chosen", "(file)",
        "The first sheet has no row of column names, so the sheet that has one was read.",
        "Nothing, if it is the right sheet.",
    ),
    FindingKind(
        _INFO, "rows-above-header", "(file)",
        "There are rows above the row of column names. They are not read.",
        "Nothing, if they hold no clinics.",
    ),
    FindingKind(
        _WARNING, "merged-cells", "(file)",
        "The sheet has merged cells. Their value was filled into every row of them.",
        "Check these rows; nothing, if the value belongs to all of them.",
    ),
    FindingKind(
        _WARNING, "hidden-rows", "(file)",
        "Rows are hidden in the sheet, by hand or by a filter. They were read like all others.",
        "Delete the rows if they should not be imported; nothing, if they should.",
    ),
    FindingKind(
        _WARNING, "hidden-columns", "(file)",
        "Columns are hidden in the sheet. They were read like all others.",
        "Delete the columns if they should not be imported; nothing, if they should.",
    ),
    FindingKind(
        _WARNING, "unknown-column", "(header)",
        "We do not know this column, so it was not read.",
        "Rename it if it holds something we know; otherwise leave it.",
    ),
    FindingKind(
        _INFO, "read-as-column", "(header)",
        "The header is another common name for one of our columns, and was read as that column.",
        "Nothing to do.",
    ),
    FindingKind(
        _INFO, "columns-joined", "(header)",
        "Several columns were read as one of ours: a column for each kind of care, or for each day of the week.",
        "Nothing, if we read them right.",
    ),
    FindingKind(
        _INFO, "column-split", "(header)",
        "One column was read as several of ours: latitude and longitude, or the parts of an address.",
        "Nothing, if we read it right.",
    ),
    FindingKind(
        _INFO, "notes-are-public", "notes",
        "What is in notes is shown to patients.",
        "Put remarks that are only for staff into a column named staff_notes.",
    ),
    FindingKind(
        _ERROR, "unclosed-quote", "(row)",
        "The row has a quotation mark that is opened, but not closed at the end of its cell. The row was not read.",
        "Put quotation marks around the whole cell, and write those inside it twice.",
    ),
    FindingKind(
        _ERROR, "too-many-cells", "(row)",
        "The row has more cells than the header, so we cannot tell which cell belongs to which column.",
        "Put quotation marks around a cell that contains the delimiter, or give the extra cell a header.",
    ),
    FindingKind(
        _WARNING, "too-few-cells", "(row)",
        "The row ends before the last column of the header. The missing cells were read as empty.",
        "Check that no cell in the middle of the row is missing.",
    ),
    FindingKind(
        _INFO, "rows-joined", "clinic_id",
        "Several rows have this clinic_id and differ only in a list, such as one row for each kind of care. They were"
        " read as one row.",
        "Nothing, if we read them right.",
    ),
    FindingKind(
        _ERROR, "merged-across", "(row)",
        "A cell is merged over several columns, so we cannot tell which of them its value belongs to.",
        "Unmerge the cells, and write each value into its own column.",
    ),
    FindingKind(
        _ERROR, "struck-through", "any",
        "The cell is crossed out in the sheet, so it is probably no longer true.",
        "Delete the row or the value; or remove the strikethrough, if it is still true.",
    ),
    FindingKind(
        _ERROR, "unreadable-mark", "specialties",
        "A column for a kind of care has something other than a mark.",
        "X if the clinic offers it, or an empty cell.",
    ),
    FindingKind(
        _WARNING, "all-marked-no", "specialties",
        "Every marked column for a kind of care says no. The clinic keeps the kinds of care that it has on the list.",
        "Nothing, if that is right; else write what it does not give into a column named not_offered.",
    ),
    FindingKind(
        _ERROR, "formula-without-value", "any",
        "The cell holds a formula whose result is not in the file. The row was not read.",
        "Open the file in Excel, let it calculate, and save it; or type the value itself.",
    ),
    FindingKind(
        _ERROR, "not-read-to-the-end", "(file)",
        "A large file, which is checked after the upload was answered, could not be read to its end. Nothing of it is"
        " kept, and the import has failed.",
        "Do what the finding says, and send the file again.",
    ),
)  # fmt: skip

_PHONES = ", ".join(names_of(ColumnKind.PHONE))
_URLS = ", ".join(names_of(ColumnKind.URL))
_POINT = ", ".join(names_of(ColumnKind.DEGREES))
_CARE = ", ".join(names_of(ColumnKind.SPECIALTIES, ColumnKind.SPECIALTY_CODES))
_DATED = ", ".join(names_of(ColumnKind.SPECIALTIES, ColumnKind.DATE))
_LANGUAGES = ", ".join(names_of(ColumnKind.LANGUAGES, ColumnKind.INTERPRETERS))
_YES_NO = ", ".join(names_of(ColumnKind.YES_NO))
_NEVER_EMPTY = ", ".join(column.name for column in COLUMNS if not column.can_be_cleared)
_NEEDED = ", ".join(column.name for column in COLUMNS if column.is_needed and column.name != "clinic_id")

_IF_INTENDED = "Nothing, if this is intended."
_IF_READ_RIGHT = "Nothing, if we read it right."
_CHECK_CODE = "Check the code; nothing, if it is right."
_IS_HELD = "The row is held; a clinic on the list stays as it is."
_OR_LOOKED_UP = "or leave both cells empty to have the address looked up."
_ASK_OPERATOR = "ask whoever runs this locator to set LOCATOR_GEOCODERS"

# About the cells of a row, by column.
CELL_KINDS: tuple[FindingKind, ...] = (
    FindingKind(_ERROR, "unsafe-text", "any", "The cell contains a character that nobody types: a control or direction"
                " character, a hidden one, or one that was damaged when the file was saved.", "Type the cell again."),
    FindingKind(_ERROR, "too-long", "any", "The cell is longer than its column allows.", "Shorten the text."),
    FindingKind(_ERROR, "spreadsheet-error", "any", "The cell contains a spreadsheet error instead of a value.",
                "Fix the formula, or type the value itself."),
    FindingKind(_ERROR, "spreadsheet-number", f"street, unit, zip, {_PHONES}, {_POINT}, verified_on", "The"
                " spreadsheet took the cell for another kind of number and rewrote it; digits may be lost.",
                "Format the column as text and type the value again."),
    FindingKind(_ERROR, "placeholder", "any", "The cell says only that nothing is known; patients would see it.",
                "Leave the cell empty."),
    FindingKind(_ERROR, "garbled-text", "any", "Characters were garbled when the file was saved or copied.",
                "Type the cell again; or save the file as “CSV UTF-8”."),
    FindingKind(_ERROR, "internal-note", "notes", "This looks like a remark for staff, and patients would see it.",
                "Move it to the column staff_notes; or write it for patients."),
    FindingKind(_ERROR, "cannot-be-cleared", _NEVER_EMPTY, "A clinic must have this.",
                "Write a value, or leave the cell empty to keep the current one."),
    FindingKind(_INFO, "formula-like", "text columns", "The cell looks like a spreadsheet formula. It is kept as it is,"
                " and made harmless in every file we write.", _IF_INTENDED),
    FindingKind(_ERROR, "missing-clinic-id", "clinic_id", "The row does not say which clinic it is about: it has"
                " neither a clinic_id, nor a name, nor another list's number.", "The clinic_id, or the clinic's name."),
    FindingKind(_ERROR, "malformed-clinic-id", "clinic_id", "An id has only lowercase letters, digits, and single"
                " hyphens between them.", "Lowercase letters, digits and hyphens, such as lakeside-cancer-center."),
    FindingKind(_ERROR, "spreadsheet-clinic-id", "clinic_id", "A spreadsheet took the id for a number or a date, and"
                " changed it.", "Format the column as text, and type the id again as it is on the list."),
    FindingKind(_WARNING, "fragile-clinic-id", "clinic_id", "A spreadsheet will take this id for a number or a date,"
                " and change it when somebody opens and saves the file.",
                "An id with letters, such as lakeside-cancer-center; or keep the column formatted as text."),
    FindingKind(_ERROR, "post-office-box", "street", "Nobody is seen at a post office box.",
                "The street of the clinic's entrance."),
    FindingKind(_ERROR, "address-in-street", "street", "The street has the town, the state or the ZIP code in it.",
                "House number and street only; the rest in its own columns."),
    FindingKind(_ERROR, "city-elsewhere", "city", "The town is far from the ZIP code or the point of the row.",
                "Correct the town, the ZIP code or the point."),
    FindingKind(_WARNING, "city-spelling", "city", "We know no town of this name in the state, but one with nearly"
                " this name has the ZIP code.", "Check the spelling; nothing, if it is right."),
    FindingKind(_ERROR, "unknown-state", "state", "This is not a US state.", "Two letters, such as WI."),
    FindingKind(_ERROR, "malformed-zip", "zip", "This is not a ZIP code.", "Five digits, such as 53703."),
    FindingKind(_ERROR, "zip-lost-zeros", "zip", "The ZIP code has too few digits; spreadsheets drop leading zeros.",
                "All five digits, in a column formatted as text."),
    FindingKind(_INFO, "zip-cut", "zip", "Only the first five digits of a ZIP+4 are kept.", "Nothing."),
    FindingKind(_WARNING, "unknown-zip", "zip", "Our data does not have this ZIP code: it may be new, or mistyped.",
                "Check the ZIP code; nothing, if it is right."),
    FindingKind(_ERROR, "zip-not-in-state", "zip", "The ZIP code is in a different state than the row says.",
                "Correct the ZIP code or the state."),
    FindingKind(_ERROR, "unreadable-phone", _PHONES, "This is not a single phone number.",
                "One number with its area code, such as 608-555-0100 or 608-555-0100 ext. 12."),
    FindingKind(_ERROR, "invalid-phone", _PHONES, "The number has ten digits, but no US phone number starts like this.",
                "Check the area code and the number."),
    FindingKind(_ERROR, "phone-from-abroad", _PHONES, "This phone number is from another country.",
                "A US number, such as 608-555-0100."),
    FindingKind(_INFO, "phone-letters", _PHONES, "The letters were read as the digits on the keys of a phone.",
                _IF_READ_RIGHT),
    FindingKind(_INFO, "phone-label", _PHONES, "A word such as “main” beside the number was left out.", _IF_READ_RIGHT),
    FindingKind(_INFO, "url-completed", _URLS, "The address was completed with https://.", _IF_READ_RIGHT),
    FindingKind(_ERROR, "url-scheme", _URLS, "A web address starts with https:// or http://, and nothing else.",
                "The whole address, such as https://www.example.org."),
    FindingKind(_ERROR, "malformed-url", _URLS, "Not every browser can open this web address: its site has no dot, or"
                " it contains a space, a quotation mark, a user name or a password.",
                "The address as a browser shows it."),
    FindingKind(_ERROR, "unknown-specialty", _CARE, "No specialty has this code, name or synonym.",
                "Codes separated by ;, such as clinical_trials;palliative_care."),
    FindingKind(_ERROR, "negated-specialty", _CARE, "The text says that a kind of care is not offered, or"
                " not here; its code alone would say the opposite.",
                "The codes of what the clinic offers; leave out the rest."),
    FindingKind(_ERROR, "ambiguous-specialty", _CARE, "This fits several specialties.",
                "The codes of those you mean."),
    FindingKind(_ERROR, "unknown-serves", "serves", "We do not know which patients this means.",
                "everyone, veterans, children, or unknown; the last leaves it open."),
    FindingKind(_ERROR, "unreadable-hours", "hours", "We cannot read these opening hours.",
                "For example: Mo-Fr 08:00-17:00; Sa 09:00-12:00; PH off"),
    FindingKind(_ERROR, "hours-two-readings", "hours", "These hours can mean more than one thing.",
                "Days, and times on a 24-hour clock, such as Mo-Fr 08:00-17:00."),
    FindingKind(_ERROR, "hours-too-early", "hours", "The clinic would open in the night, before 5 am.",
                "The afternoon on a 24-hour clock, such as 13:00-17:00."),
    FindingKind(_ERROR, "hours-past-midnight", "hours", "The clinic would be open past midnight; 5:00 means 5 am.",
                "The afternoon on a 24-hour clock, such as 08:00-17:00."),
    FindingKind(_ERROR, "hours-replaced", "hours", "A later rule takes away hours that an earlier one gives for the"
                " same day.", "One rule for each day, such as Mo-Fr 08:00-12:00,13:00-17:00."),
    FindingKind(_ERROR, "hours-without-times", "hours", "There are no times, and the clinic would be shown as open for"
                " 24 hours.", "Days and times, such as Mo-Fr 08:00-17:00; 24/7 if it is always open."),
    FindingKind(_ERROR, "hours-closed-only", "hours", "These hours say only when the clinic is closed.",
                "The hours when it is open; for a clinic that is closed for good, closed in the column status."),
    FindingKind(_WARNING, "hours-overnight", "hours", "The clinic would be open past midnight.", _IF_READ_RIGHT),
    FindingKind(_INFO, "hours-reading", "hours", "How we read the opening hours, in words.", _IF_READ_RIGHT),
    FindingKind(_ERROR, "unknown-status", "status", "A clinic cannot have this status.",
                "open, opening_soon, temporarily_closed or closed."),
    FindingKind(_INFO, "status-read", "status", "The status was read from other words for it.", _IF_READ_RIGHT),
    FindingKind(_INFO, "yes-no-read", _YES_NO, "The mark was read as yes or no.", _IF_READ_RIGHT),
    FindingKind(_INFO, "status-without-note", "status", "The clinic is temporarily closed, and the row does not say why"
                " or for how long.", "A sentence for patients in status_note."),
    FindingKind(_ERROR, "unreadable-yes-no", _YES_NO, "The cell says neither yes nor no.", "yes, no, or unknown."),
    FindingKind(_ERROR, "unknown-language", _LANGUAGES, "We do not know a language with this name or code.",
                "ISO 639 codes separated by ;, such as es;hmn;ase."),
    FindingKind(_WARNING, "unfamiliar-language", _LANGUAGES, "These three letters may be the ISO 639-3 code of a"
                " language; we cannot tell which one.", _CHECK_CODE),
    FindingKind(_ERROR, "unreadable-interpreter", "interpreter", "We cannot tell how a patient gets an interpreter.",
                "staff, on_site, phone or video, with : and languages if known, such as staff:es;phone."),
    FindingKind(_ERROR, "malformed-accreditation", "accreditations", "This is neither the code nor the name of an"
                " accreditation.", "Codes separated by ;, such as nci;coc;napbc."),
    FindingKind(_WARNING, "unknown-accreditation", "accreditations", "We do not know this accreditation; it is kept as"
                " it is.", _CHECK_CODE),
    FindingKind(_ERROR, "unreadable-names", "other_names", "These are not names separated by semicolons, or there are"
                " too many of them.", "At most 20 names, separated by ;"),
    FindingKind(_ERROR, "malformed-external-id", "external_ids", "This is not a number by which another list knows the"
                " clinic.", "The kind and the number, such as npi:1234567893 or store-code:A12, separated by ;"),
    FindingKind(_ERROR, "unreadable-date", _DATED, "This is not a date.",
                "Year, month and day, such as 2026-11-03."),
    FindingKind(_INFO, "date-read", _DATED, "The date was read as month, day and year, the order used in the"
                " US.", _IF_READ_RIGHT),
    FindingKind(_ERROR, "date-in-future", _DATED, "This day is in the future.",
                "The day somebody asked the clinic."),
    FindingKind(_ERROR, "date-too-old", _DATED, "The date is before 2000, and surely mistyped.",
                "The day somebody asked the clinic."),
    FindingKind(_ERROR, "unreadable-number", _POINT, "This is not a plain number of degrees.",
                "A number with a decimal point, such as 43.0731."),
    FindingKind(_ERROR, "half-a-point", _POINT, "Only one of lat and lon is given.",
                "Both, or neither; (clear) in both to have the address looked up again."),
    FindingKind(_ERROR, "point-swapped", _POINT, "Latitude and longitude are swapped.", "North in lat, east in lon."),
    FindingKind(_ERROR, "point-sign", _POINT, "A minus sign is missing, or there is one too many: Wisconsin is in the"
                " west, so its lon is negative.", "For example lat 43.0731, lon -89.4012."),
    FindingKind(_ERROR, "point-too-coarse", _POINT, "The point has too few decimals: 0.1 degrees are seven miles.",
                f"At least four decimals, such as 43.0731; {_OR_LOOKED_UP}"),
    FindingKind(_ERROR, "point-zero", _POINT, "A coordinate is zero, which is an empty cell that became a number.",
                f"The point, {_OR_LOOKED_UP}"),
    FindingKind(_ERROR, "point-outside-area", _POINT, "The point is far from Wisconsin.",
                f"A point in or near Wisconsin, {_OR_LOOKED_UP}"),
    FindingKind(_ERROR, "point-in-lake-michigan", _POINT, "The point is in Lake Michigan or in Green Bay.",
                f"A point on land, {_OR_LOOKED_UP}"),
    FindingKind(_ERROR, "point-not-in-state", _POINT, "The row says Wisconsin, but the point is in no county of"
                " Wisconsin.", "The point of the address, or the state it is in."),
    FindingKind(_ERROR, "point-far-from-zip", _POINT, "The point is farther from the ZIP code than any address in it"
                " can be.", f"Correct the point or the ZIP code, {_OR_LOOKED_UP}"),
)  # fmt: skip

# About a row compared with the list, the map and the other rows of its file.
DIFFERENCE_KINDS: tuple[FindingKind, ...] = (
    FindingKind(_ERROR, "missing-for-new", _NEEDED, "A clinic that is not on the list yet must have this.",
                "Fill it in; or correct the clinic_id, if the clinic is on the list under another id."),
    FindingKind(_ERROR, "duplicate-id", "clinic_id", "Two or more rows of the file have this clinic_id. None of them is"
                " taken: we cannot know which one is right.", "Use one row per clinic."),
    FindingKind(_ERROR, "no-geocoder", _POINT, "The row has no point, and no geocoder is set up to look up its address."
                f" {_IS_HELD}", f"lat and lon of the clinic's entrance in each; or a geocoder: {_ASK_OPERATOR}."),
    FindingKind(_ERROR, "not-located", f"street, {_POINT}", "No geocoder found the address, or none found at least its"
                f" street. {_IS_HELD}", "Correct the address, or give lat and lon of the clinic's entrance."),
    FindingKind(_ERROR, "no-street", f"street, {_POINT}", "The row has no point and no street, so there is no address"
                f" to look up. {_IS_HELD}", "House number and street, or lat and lon of the clinic's entrance."),
    FindingKind(_INFO, "point-kept", f"street, {_POINT}", "Only the spelling of the address changes, so the"
                " clinic keeps the point that the list has.", "Nothing; if the clinic moved, its new point."),
    FindingKind(_WARNING, "point-of-old-address", _POINT, "The address is new, but the point is the one that the list"
                " has for the old address. It is kept as it is.", "If the clinic moved: its new point, or (clear) in"
                " lat and lon to have the address looked up. If only the spelling changed: nothing."),
    FindingKind(_ERROR, "same-clinic", "clinic_id", "Somebody decided that this clinic is on the list, or in the"
                " file, under another id. The row is held.", "Use that clinic's id, or decide again that they are"
                " different."),
    FindingKind(_ERROR, "likely-duplicate", "clinic_id", "The clinic is new by its id, but likely the same as another"
                f" one: two things that tell clinics apart agree. {_IS_HELD}", "Decide whether they are the same or"
                " different; the decision is remembered."),
    FindingKind(_WARNING, "similar-clinic", "clinic_id", "Another clinic has the same phone, or a similar name within"
                " 150 meters, but is likely another site or department.", "Nothing, if they are different. If they are"
                " the same, decide that; the decision is remembered."),
    FindingKind(_ERROR, "offered-and-not-offered", _CARE, "A kind of care is both in specialties and in not_offered,"
                " in the row or on the list. The row is held.",
                "Remove it from one of the two columns; send the other one with it."),
    FindingKind(_INFO, "listed-again", "clinic_id", "The clinic was retired; publishing puts it back on the list.",
                _IF_INTENDED),
    FindingKind(_WARNING, "verified-earlier", _DATED, "The list has a later day on which this was"
                " verified.", "The later day, or none."),
    FindingKind(_INFO, "located-by-geocoder", _POINT, "The point was looked up from the address.",
                "Nothing, if the point is right."),
    FindingKind(_WARNING, "full-list-incomplete", "clinic_id", "A row of the full list was refused or held and does not"
                " say which clinic it is about, so we cannot know which clinics are missing: none is retired.",
                "Correct the row, and import the file again."),
)  # fmt: skip

# About a row without a clinic_id: which clinic it is.
IDENTITY_KINDS: tuple[FindingKind, ...] = (
    FindingKind(_INFO, "matched-clinic", "clinic_id", "The row has no clinic_id. It is about this clinic: it has the"
                " clinic's own number, or its name and address.", _IF_READ_RIGHT),
    FindingKind(_INFO, "decided-clinic", "clinic_id", "The row has no clinic_id. It is about this clinic, as somebody"
                " decided.", _IF_READ_RIGHT),
    FindingKind(_INFO, "new-clinic-id", "clinic_id", "The row has no clinic_id and is like no clinic on the list. The"
                " clinic is new; this id was made from its name and is its own for good.", _IF_READ_RIGHT),
    FindingKind(_ERROR, "proposed-clinic", "clinic_id", "The row has no clinic_id, and is most likely about this clinic"
                f" of the list. {_IS_HELD}", "Agree, choose another clinic, or say that it is a new one; the answer is"
                " remembered."),
    FindingKind(_ERROR, "which-clinic", "clinic_id", "The row has no clinic_id, and may be about one of these clinics"
                f" of the list, or a new one. {_IS_HELD}", "Say which clinic it is, or that it is a new one; the answer"
                " is remembered."),
    FindingKind(_ERROR, "same-row-twice", "name", "Two or more rows without a clinic_id have this name and address."
                " None of them is taken: we cannot tell one from the other.", "Use one row per clinic, or give each its"
                " clinic_id."),
)  # fmt: skip

ALL_KINDS = (*FILE_KINDS, *CELL_KINDS, *DIFFERENCE_KINDS, *IDENTITY_KINDS)
KIND_BY_CODE = {kind.code: kind for kind in ALL_KINDS}
IDENTITY_CODES = frozenset(kind.code for kind in IDENTITY_KINDS)
_CODES_OF_DIFFERENCES = frozenset(kind.code for kind in DIFFERENCE_KINDS)


def new_finding(
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    found: str | None = None,
    expected: str | None = None,
    likeness: Likeness | None = None,
    proposal: str | None = None,
) -> Finding:
    """Return a finding of one of ALL_KINDS; without `expected` it has the remedy of its kind.

    `found` is shortened here. Raises KeyError for a code that is not in the catalog.
    """
    kind = KIND_BY_CODE[code]
    shown = None if found is None else shortened(found)
    return Finding(kind.severity, code, row, column, shown, expected or kind.remedy, likeness, proposal)


def meaning_of(code: str) -> str:
    """Return what a code means, as a sentence; the code itself if an older version of ours made it."""
    kind = KIND_BY_CODE.get(code)
    return kind.meaning if kind else code


def remedy_of(code: str) -> str:
    """Return what to do about findings with a code in general; "" if an older version of ours made it."""
    kind = KIND_BY_CODE.get(code)
    return kind.remedy if kind else ""


def is_of_difference(finding: Finding) -> bool:
    """Return whether a finding came from comparing its row with the list, so that comparing again makes it again."""
    return finding.code in _CODES_OF_DIFFERENCES
