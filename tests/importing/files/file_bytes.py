"""Clinic files for tests of the reader: bytes in memory, and the little files beside."""

import io
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from locator.importing.files.layout import Line
from locator.importing.files.reader import ClinicFile, open_clinic_file

DATA = Path(__file__).parent / "data"
SHEET = "xl/worksheets/sheet1.xml"


def opened(content: bytes, name: str | None = None) -> ClinicFile:
    """Open a file that is these bytes."""
    return open_clinic_file(io.BytesIO(content), name=name)


def sample(name: str) -> ClinicFile:
    """Open one of the little files."""
    return opened((DATA / name).read_bytes(), name)


def lines_of(content: bytes) -> list[Line]:
    """Return all lines of a file that is these bytes."""
    return list(opened(content).lines())


def codes(of: ClinicFile | Line) -> list[str]:
    """Return the codes of what was noticed."""
    return [finding.code for finding in of.findings]


def a_workbook(rows: Iterable[Iterable[Any]], fill: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """Write a workbook as openpyxl does, its first sheet with these rows; `fill` may add to it."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if fill:
        fill(workbook)
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def repacked(workbook: bytes, parts: dict[str, bytes]) -> bytes:
    """Return a workbook with some of its parts replaced or added."""
    source = zipfile.ZipFile(io.BytesIO(workbook))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys([*source.namelist(), *parts]):
            archive.writestr(name, parts[name] if name in parts else source.read(name))
    return packed.getvalue()


def a_sheet(rows: str) -> bytes:
    """Return a workbook whose sheet holds these rows, written in XML below a header of clinic_id and name."""
    header = '<row r="1"><c t="inlineStr"><is><t>clinic_id</t></is></c><c t="inlineStr"><is><t>name</t></is></c></row>'
    return repacked(_blank_workbook(), {SHEET: as_sheet(f"{header}{rows}").encode()})


@cache
def _blank_workbook() -> bytes:
    return a_workbook([["x"]])


def named(value: object) -> str:
    """Name a test by its words: the bytes of an archive hold the time and differ from process to process."""
    return value if isinstance(value, str) else "bytes"


def as_sheet(rows: str) -> str:
    """Return the XML of a sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
