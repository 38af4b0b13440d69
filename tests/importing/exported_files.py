"""Files that went out, read as a spreadsheet reads them, and as an import does."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from hypothesis import strategies as st

from locator.importing.checks import Checked, RowChecker
from locator.importing.files.reader import ClinicFile, open_clinic_file
from locator.store.database import Database

TODAY = date(2026, 11, 23)

# Texts as no clinic should have them: formulas, quotes, delimiters and line breaks among them.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
awkward = st.builds("".join, st.lists(st.sampled_from([*"=+-@'\",;", "\r\n", "\t", "\n", " "]) | texts, max_size=5))


def rows_in(file: Iterable[bytes]) -> list[list[str]]:
    """Return the cells of a file as a spreadsheet reads them, the header first."""
    text = b"".join(file).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def clinics_in(file: Iterable[bytes]) -> list[dict[str, str]]:
    header, *rows = rows_in(file)
    return [dict(zip(header, row, strict=True)) for row in rows]


def ids_in(file: Iterable[bytes]) -> list[str]:
    return [clinic["clinic_id"] for clinic in clinics_in(file)]


def opened(file: Iterable[bytes]) -> ClinicFile:
    return open_clinic_file(io.BytesIO(b"".join(file)), name="clinics.csv")


def checked(database: Database, file: ClinicFile) -> list[Checked]:
    with database.transaction() as stores:
        checker = RowChecker(
            specialties=stores.specialties.all(), zip_of=stores.places.zip, area=stores.places.area(), today=TODAY
        )
        return [checker.check(line) for line in file.lines()]


def errors_of(row: Checked) -> list[tuple[str | None, str]]:
    return [(finding.column, finding.code) for finding in row.findings if finding.severity == "error"]
