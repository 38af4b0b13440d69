"""Findings as text: a table in a terminal, a line for each elsewhere."""

import sys
from collections.abc import Sequence

import click
from rich.text import Text

from locator.cli.output import print_table, terminal_width
from locator.importing.findings import meaning_of
from locator.records.findings import Finding, Severity

_NARROW = 100  # columns; a narrower terminal gets two cells above each other
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings, as a table in a terminal and as lines elsewhere."""
    if not sys.stdout.isatty():
        for finding in findings:
            click.echo(finding_line(finding))
        return
    is_narrow = terminal_width() < _NARROW
    headings = ("Column, found", "Write instead, code") if is_narrow else ("Column", "Found", "Write instead", "Code")
    rows = (_cells(finding, is_narrow=is_narrow) for finding in findings)
    print_table(("", "Row", *headings), rows, whole=("", "Row"), right=("Row",))


def finding_line(finding: Finding, *, with_row: bool = True) -> str:
    """Write a finding as a line: error row 4 zip: “501”: All five digits. (zip-lost-zeros).

    If there is no cell to repeat, the line has the meaning of the code.
    """
    where = [
        *([f"row {finding.row}"] if with_row and finding.row is not None else []),
        *([finding.column] if finding.column else []),
        *(["file"] if finding.row is None and not finding.column else []),
    ]
    found = f"“{finding.found}”: " if finding.found else f"{meaning_of(finding.code)} Instead: "
    return f"{' '.join([finding.severity, *where])}: {found}{finding.expected} ({finding.code})"


def _cells(finding: Finding, *, is_narrow: bool) -> list[str | Text]:
    column, expected, code = finding.column or "", finding.expected, finding.code
    found = finding.found or meaning_of(code)
    cells = [f"{column}\n{found}".strip(), f"{expected}\n{code}"] if is_narrow else [column, found, expected, code]
    row = "" if finding.row is None else str(finding.row)
    return [Text(finding.severity, style=_STYLES[finding.severity]), row, *cells]
