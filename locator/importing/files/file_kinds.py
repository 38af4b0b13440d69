"""What may be noticed in a file as a whole or in how a row is written, and why a file may be refused altogether."""

from collections.abc import Sequence

from locator.errors import Fault
from locator.importing.files.errors import UnreadableFile
from locator.importing.findings import Finding, Kind, Severity, shortened

FILE_KINDS: tuple[Kind, ...] = (
    Kind(
        "read-as-windows-1252", Severity.WARNING, "(file)",
        "The file is not valid UTF-8, so it was read as Windows-1252, the old encoding of Excel on Windows.",
        "Look at names with accents. If they are wrong, save the file as “CSV UTF-8” and send it again.",
    ),
    Kind(
        "xlsx-named-otherwise", Severity.WARNING, "(file)",
        "The file is an Excel workbook though its name does not end in .xlsx. It was read as a workbook.",
        "Nothing needs to be done; naming it .xlsx avoids surprises.",
    ),
    Kind(
        "more-sheets", Severity.WARNING, "(file)",
        "The workbook has further sheets that hold something. Only the first sheet is read.",
        "Put all clinics on the first sheet, or send each sheet as a file of its own.",
    ),
    Kind(
        "unknown-column", Severity.WARNING, "(header)",
        "The column is none that we know, so it was not read.",
        "Rename it if it holds something we know, else leave it.",
    ),
    Kind(
        "read-as-column", Severity.INFO, "(header)",
        "The header is another common name for one of our columns, and was read as that column.",
        "Nothing needs to be done.",
    ),
    Kind(
        "unclosed-quote", Severity.ERROR, "(row)",
        "The row has a quotation mark that is opened and not closed where its cell ends. The row is not read.",
        "Put quotation marks around the whole cell, and write those inside it twice.",
    ),
    Kind(
        "too-many-cells", Severity.ERROR, "(row)",
        "The row has more cells than the header, so it is not clear which cell belongs to which column.",
        "Put a cell that holds the delimiter in quotation marks, or give the extra cell a header.",
    ),
    Kind(
        "too-few-cells", Severity.WARNING, "(row)",
        "The row ends before the last column of the header. The cells it lacks were read as empty.",
        "See that no cell in the middle of the row is missing.",
    ),
    Kind(
        "formula-without-value", Severity.WARNING, "any",
        "The cell holds a formula whose result is not in the file. It was read as empty.",
        "Open the file in Excel, let it calculate, and save it; or write the value itself.",
    ),
)  # fmt: skip

_SEND_INSTEAD = "Save the list as CSV or as an Excel workbook (.xlsx), and send that."

# Refusals of a whole file: code -> (meaning, remedy).
FILE_REFUSALS: dict[str, tuple[str, str]] = {
    "empty-file": ("The file is empty.", "Send a file with a header and at least one clinic."),
    "no-rows": ("The file has a header, but no clinic below it.", "Send a file with at least one clinic."),
    "header": (
        "The first row is not a header we can read.",
        "Start with a row of column names, clinic_id among them, as in GET /api/v1/imports/template.csv.",
    ),
    "encoding": (
        "The text is in no encoding we read, or in two at once.",
        "Save the file as “CSV UTF-8” and send it again.",
    ),
    "unclosed-quote": (
        "A quotation mark is opened and not closed, in the header or in so many rows that the rest cannot be trusted.",
        "Put quotation marks around whole cells, write those inside a cell twice, and send the file again.",
    ),
    "password-protected": (
        "The workbook is locked with a password.",
        "Remove the password (in Excel: File, Info, Protect Workbook), save it and send it again.",
    ),
    "damaged-workbook": (
        "The workbook is damaged, cut short or not written the way workbooks are.",
        "Open it in Excel, save it anew as .xlsx, and send that.",
    ),
    "unsafe-workbook": (
        "The workbook holds what no workbook needs: archives, links or paths that lead out of it, or a document type.",
        "Copy the list into a new workbook, save it as .xlsx, and send that.",
    ),
    "old-excel": ("This is an old Excel or Office file (such as .xls).", "Save it as .xlsx or CSV, and send that."),
    "other-spreadsheet": (
        "This is a spreadsheet of a kind we do not read (such as .xlsb, .ods or .numbers).",
        _SEND_INSTEAD,
    ),
    "zip": ("This is a ZIP archive, or another document packed as one.", _SEND_INSTEAD),
    "compressed": ("This is a compressed file.", "Unpack it, and send the CSV or the .xlsx that is in it."),
    "pdf": ("This is a PDF.", _SEND_INSTEAD),
    "image": ("This is a picture.", _SEND_INSTEAD),
    "document": ("This is a text document (RTF).", _SEND_INSTEAD),
    "html": ("This is a web page.", _SEND_INSTEAD),
    "xml": ("This is an XML file.", _SEND_INSTEAD),
    "json": ("This is a JSON file.", _SEND_INSTEAD),
    "binary": ("This is no text and no file we know.", _SEND_INSTEAD),
}

_KINDS = {kind.code: kind for kind in FILE_KINDS}


def noticed(
    code: str, expected: str, *, row: int | None = None, column: str | None = None, found: str | None = None
) -> Finding:
    """Give a finding of one of FILE_KINDS, with its severity; `found` is shortened."""
    return Finding(
        severity=_KINDS[code].severity,
        code=code,
        row=row,
        column=column,
        found=None if found is None else shortened(found),
        expected=expected,
    )


def refused(
    code: str, what: str | None = None, *, remedy: str | None = None, faults: Sequence[Fault] = ()
) -> UnreadableFile:
    """Give the error for a file that cannot be read; what is not given is told in the words of FILE_REFUSALS."""
    meaning, known_remedy = FILE_REFUSALS[code]
    return UnreadableFile(code, f"{what or meaning} {remedy or known_remedy}", faults)
