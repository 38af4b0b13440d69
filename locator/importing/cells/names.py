"""Lists of names: the former and short names of a clinic."""

from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of

_SEPARATORS = ";|\n"
_LONGEST = 200
_MOST = 20


def read_names(text: str) -> Reading:
    """Return the names in a cell, in its order, each once; commas belong to names."""
    names = parts_of(text, separators=_SEPARATORS)
    if not names or not any(character.isalnum() for character in text):
        raise BadCell(Remark("unreadable-names"))
    if len(names) > _MOST:
        raise BadCell(Remark("unreadable-names", f"At most {_MOST} names; these are {len(names)}."))
    too_long = [Remark("unreadable-names", f"Names of at most {_LONGEST} characters.", each) for each in names
                if len(each) > _LONGEST]  # fmt: skip
    if too_long:
        raise BadCell(*too_long)
    return Reading(tuple(names))
