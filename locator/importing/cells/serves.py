"""Whom a clinic treats: everyone, only veterans or only children, in the words people write."""

from functools import lru_cache

from locator.clinic.clinic import Serves
from locator.importing.cells.cells import BadCell, Reading, Remark
from locator.text.folding import key_of

# "Adults" and "women" are left out: neither is one of the three, and to read them as "everyone" would be a guess.
_WORDS: dict[Serves | None, tuple[str, ...]] = {
    Serves.EVERYONE: ("everyone", "everybody", "all", "all patients", "all ages", "general", "general public", "public",
                      "anyone", "adults and children", "children and adults"),
    Serves.VETERANS: ("veterans", "veteran", "veterans only", "only veterans", "va", "va only", "military veterans",
                      "us veterans"),
    Serves.CHILDREN: ("children", "child", "children only", "only children", "kids", "kids only", "pediatric",
                      "pediatrics", "pediatric only", "pediatrics only", "pediatric patients"),
    None: ("unknown", "not known"),
}  # fmt: skip
_MEANT = {key_of(word): serves for serves, words in _WORDS.items() for word in words}


@lru_cache(maxsize=1024)
def read_serves(text: str) -> Reading:
    """Return the Serves that a cell means, or None for "unknown"."""
    try:
        return Reading(_MEANT[key_of(text)])
    except KeyError:
        raise BadCell(Remark("unknown-serves")) from None
