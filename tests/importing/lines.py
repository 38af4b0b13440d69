"""Lines to check: `a_line` fills in what the sentence does not need."""

from locator.importing.checks import Checked
from locator.importing.files.layout import Line
from locator.records.findings import Finding

A_CLINIC = {"clinic_id": "lakeside", "name": "Lakeside Cancer Center", "city": "Madison", "state": "WI", "zip": "53703"}


def a_line(**cells: str) -> Line:
    """Return a line about a clinic in Madison with these cells."""
    return just(**{**A_CLINIC, **cells})


def just(**cells: str) -> Line:
    """Return a line with these cells and no others, the second row of its file."""
    return Line(2, cells, tuple(cells.values()), ())


def codes(checked: Checked) -> list[str]:
    """Return the codes of the findings, in their order."""
    return [finding.code for finding in checked.findings]


def the_finding(checked: Checked, code: str) -> Finding:
    """Return the one finding of this code."""
    [finding] = [finding for finding in checked.findings if finding.code == code]
    return finding
