"""Every kind of finding an import may have, and the page that lists them: docs/import-findings.md.

`python -m locator.importing.catalogue > docs/import-findings.md` writes the page anew.
"""

import sys
from collections.abc import Iterable

from locator.importing.difference_kinds import DIFFERENCE_KINDS
from locator.importing.files.file_kinds import FILE_KINDS, FILE_REFUSALS
from locator.importing.findings import KINDS, Kind

ALL_KINDS: tuple[Kind, ...] = (*FILE_KINDS, *KINDS, *DIFFERENCE_KINDS)

_BEGINNING = """# What an import may find

Made from the code by `python -m locator.importing.catalogue > docs/import-findings.md`; do not edit it here.

A finding has a severity, a code, a row (as a spreadsheet counts: the header is row 1), a column, what was found and
what to write instead. Codes are a promise to programs; the sentences may improve.

- **error**: the row is refused, or held until its address is located. A clinic that is listed stays as it is.
- **warning**: the row is taken; look at it.
- **info**: how we read it. Nothing needs to be done if the reading is right.
"""


def findings_page() -> str:
    """Give docs/import-findings.md: Markdown, each kind in a table of its section, in the order they are checked."""
    refusals = _table(
        ("Code", "Meaning", "What to do"),
        ((_as_code(code), meaning, remedy) for code, (meaning, remedy) in FILE_REFUSALS.items()),
    )
    sections = [
        _BEGINNING,
        f"## The file is refused\n\nNothing of it is read; the problem's `code` says why.\n\n{refusals}",
        f"## The file and how its rows are written\n\n{_kinds_table(FILE_KINDS)}",
        f"## The cells of a row\n\n{_kinds_table(KINDS)}",
        f"## The row beside the list, the map and other rows\n\n{_kinds_table(DIFFERENCE_KINDS)}",
    ]
    return "\n".join(sections)


def _kinds_table(kinds: Iterable[Kind]) -> str:
    return _table(
        ("Code", "Severity", "Columns", "Meaning", "What to write instead"),
        ((_as_code(kind.code), kind.severity, kind.columns, kind.meaning, kind.remedy) for kind in kinds),
    )


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _as_code(text: str) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    sys.stdout.write(findings_page())
