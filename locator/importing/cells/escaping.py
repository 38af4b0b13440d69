"""Makes formulas harmless in the files we write, and restores them when such a file is imported again.

A spreadsheet runs a cell as a formula by the character it begins with. A ' in front makes it text.
"""

import re

# As OWASP's page "CSV Injection" lists them, with the full-width signs; blanks before them may be dropped on the way.
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BREAKS = ("\t", "\r", "\n")

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


def is_formula_like(cell: str) -> bool:
    """Return whether a spreadsheet might treat the cell as a formula."""
    return cell.startswith(_BREAKS) or cell.lstrip().startswith(_SIGNS)


def escaped(cell: str) -> str:
    """Return the cell as we write it into a file: with a ' in front if a spreadsheet might run it.

    Plain numbers (-89.4012) stay numbers. A cell that begins with ' gets another one, so that every text is restored
    exactly.
    """
    return f"'{cell}" if _may_be_escaped(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def unescaped(cell: str) -> str:
    """Undo `escaped`; a ' before anything else belongs to the text."""
    return cell[1:] if cell.startswith("'") and _may_be_escaped(cell[1:]) else cell


def _may_be_escaped(cell: str) -> bool:
    return cell.startswith("'") or is_formula_like(cell)
