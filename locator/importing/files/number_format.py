"""Whole numbers as a workbook's cell shows them: 10001 in the format 000000 is 010001."""

import re
from functools import lru_cache

_PIECES = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|([0#?])|([-()+/ :]|\u2013)|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]{1,15}(?:\.[0-9]{1,9})?)")
_PLACES = "0#?"
_MOST_PLACES = 40


def shown_whole_number(value: int, code: str) -> str | None:
    """Return how a format shows a whole number if it only adds zeros and signs; None to leave it as it is.

    Decimals, thousands, percents and exponents would lose digits or make the number unreadable for us.
    """
    section = _section_for(value, code)
    pieces = _pieces(section) if section is not None else None
    if not pieces:
        return None
    digits = str(abs(value))
    shown: list[str] = []
    left = sum(kind in _PLACES for kind, _ in pieces)
    for kind, text in pieces:
        if kind not in _PLACES:
            shown.append(text)
            continue
        # The first place takes all digits that the others leave.
        taken = digits[: max(0, len(digits) - left + 1)]
        digits = digits[len(taken) :]
        left -= 1
        shown.append(taken or {"0": "0", "#": "", "?": " "}[kind])
    is_signed = value < 0 and ";" not in code
    return ("-" if is_signed else "") + "".join(shown).strip()


def _section_for(value: int, code: str) -> str | None:
    sections = _sections(code)
    if any(_condition_of(section) for section in sections):
        for section in sections[:2]:
            condition = _condition_of(section)
            if condition is None or _meets(value, *condition):
                return section
        return sections[min(2, len(sections) - 1)]
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    """Return the parts of a format between the semicolons that are not quoted."""
    sections = [""]
    for found in _PIECES.finditer(code):
        if found[0] == ";":
            sections.append("")
        else:
            sections[-1] += found[0]
    return tuple(sections)


def _condition_of(section: str) -> tuple[str, float] | None:
    for found in _PIECES.finditer(section):
        if found[3] and (condition := _CONDITION.fullmatch(found[3])):
            return condition[1], float(condition[2])
    return None


def _meets(value: int, sign: str, limit: float) -> bool:
    return {
        "<": value < limit, ">": value > limit, "=": value == limit,
        "<=": value <= limit, ">=": value >= limit, "<>": value != limit,
    }[sign]  # fmt: skip


@lru_cache(maxsize=256)
def _pieces(section: str) -> tuple[tuple[str, str], ...] | None:
    """Return the places and the text of a section, in order; None if it has anything else."""
    pieces: list[tuple[str, str]] = []
    for found in _PIECES.finditer(section):
        quoted, escaped, bracketed, place, sign, other = found.groups()
        if other:
            return None
        if place:
            pieces.append((place, ""))
        elif bracketed is None and (text := quoted or escaped or sign):
            pieces.append(("text", text))
    places = sum(kind in _PLACES for kind, _ in pieces)
    return tuple(pieces) if 0 < places <= _MOST_PLACES else None
