"""Why a clinic file cannot be read."""

from collections.abc import Sequence

from locator.errors import MOST_FAULTS, Fault, LocatorError


class UnreadableFile(LocatorError):
    """A clinic file cannot be read at all; `code` is stable, and `faults` lists every wrong column header."""

    def __init__(self, code: str, sentence: str, faults: Sequence[Fault] = ()):
        super().__init__(sentence)
        self.code = code
        self.faults = tuple(faults[:MOST_FAULTS])


class FileTooLarge(LocatorError):
    """A clinic file is too large, packed or unpacked."""


_SEND_INSTEAD = "Save the list as CSV or as an Excel workbook (.xlsx), and send that."

# Refusals of a whole file: code -> (meaning, remedy).
FILE_REFUSALS: dict[str, tuple[str, str]] = {
    "empty-file": ("The file is empty.", "Send a file with a header and at least one clinic."),
    "no-rows": ("The file has a header, but no clinic below it.", "Send a file with at least one clinic."),
    "header": (
        "The first row is not a header we can read.",
        "Start with a row of column names that includes clinic_id, as the template of a clinic file has them.",
    ),
    "several-lists": (
        "Several sheets of the workbook are lists of clinics.",
        "Put all clinics on one sheet, or send each sheet as its own file.",
    ),
    "encoding": (
        "The text is in an encoding we do not read, or in two at once.",
        "Save the file as “CSV UTF-8” and send it again.",
    ),
    "unclosed-quote": (
        "A quotation mark is opened but not closed, in the header or in so many rows that the rest cannot be trusted.",
        "Put quotation marks around whole cells, write those inside a cell twice, and send the file again.",
    ),
    "password-protected": (
        "The workbook is locked with a password.",
        "Remove the password (in Excel: File, Info, Protect Workbook), save it and send it again.",
    ),
    "damaged-workbook": (
        "The workbook is damaged, incomplete or not written the way workbooks are.",
        "Open it in Excel, save it again as .xlsx, and send that.",
    ),
    "unsafe-workbook": (
        "The workbook contains something unsafe: an archive, a link, a path that leads out of it, or a document type.",
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
    "binary": ("This is not text, and not a file type we know.", _SEND_INSTEAD),
}


def refused(
    code: str, what: str | None = None, *, remedy: str | None = None, faults: Sequence[Fault] = ()
) -> UnreadableFile:
    """Return the error for a file that cannot be read; `what` and `remedy` default to those of FILE_REFUSALS."""
    meaning, known_remedy = FILE_REFUSALS[code]
    return UnreadableFile(code, f"{what or meaning} {remedy or known_remedy}", faults)
