"""What people and programs write into a cell about which nothing is known."""

import re

_WORDS = frozenset([
    "nan", "nat", "na", "n/a", "n.a.", "n.a", "n / a", "<na>", "none", "(none)", "null", "(null)", "<null>", "nil",
    "(blank)", "[blank]", "blank", "empty", "(empty)", "tbd", "tba", "tbc", "t.b.d.", "t.b.a.", "to be determined",
    "to be announced", "to come", "unknown", "unk", "not known", "n/k", "not available", "not applicable",
    "not provided", "not listed", "not specified", "not given", "not entered", "not yet known", "none listed",
    "none given", "none provided", "no data", "no value", "no information", "no info", "missing", "undefined",
    "unspecified", "unavailable", "pending", "placeholder", "see above", "same as above", "ditto",
    "do not know", "don't know", "dk", "xx", "xxx", "xxxx",
])  # fmt: skip
LONGEST_PLACEHOLDER = 20
_SIGNS = re.compile(r"0{5,10}|[-–—_.?*/\\~!:;]{1,20}|\"\"|''")


def is_placeholder(text: str) -> bool:
    """Return whether a cell says only that nothing is known: "N/A", "TBD", "-"."""
    if len(text) > LONGEST_PLACEHOLDER:
        return False
    # Nearly all cells begin with a letter or a digit; a sign alone does not.
    if text[:1] != "0" and text[:1].isalnum():
        return text.lower() in _WORDS
    return _SIGNS.fullmatch(text) is not None or text.lower() in _WORDS
