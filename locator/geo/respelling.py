"""Which towns a misspelled or shortened name stands for."""

from locator.geo.gazetteer import MOST_EDITS, SpelledTown, TownPlace
from locator.text.folding import key_of

# In a shorter name, one wrong letter makes another name: "home" is not Rome.
_SHORTEST_MISSPELLED = 5
_SHORTEST_ABBREVIATED = 4
_LONG_ENOUGH_FOR_TWO = 8


def towns_meant(typed: str, spelled: list[SpelledTown]) -> list[TownPlace]:
    """Return the towns that a misspelled name stands for ("ocanamowok" is Oconomowoc), several if they fit equally.

    Fewer edits fit better. If the name sounds the same, up to a third of its letters may differ. An abbreviation
    ("Milw") stands for the one town that begins with it. The first words of a longer name ("Menomonee") fit as well as
    an exact name, but are never enough alone.
    """
    key = key_of(typed)
    letters = len(key.replace(" ", ""))
    fitting = [(edits, each) for each in spelled if (edits := _effective_edits(each, letters)) is not None]
    if not fitting:
        return []
    fewest = min(edits for edits, _ in fitting)
    best = [each for edits, each in fitting if edits == fewest]
    if all(_is_longer_name(each, key) for each in best):
        return []
    return [each.town for each in best]


def _effective_edits(each: SpelledTown, letters: int) -> int | None:
    """Return the number of edits, 1 for an abbreviation; None if there are too many for a name of this length."""
    if each.edits == 0:
        return 0
    if each.begins and letters >= _SHORTEST_ABBREVIATED:
        return 1
    if letters < _SHORTEST_MISSPELLED or each.edits > MOST_EDITS:
        return None
    allowed = 2 if letters >= _LONG_ENOUGH_FOR_TWO else 1
    if each.sounds_alike:
        allowed = max(allowed, letters // 3)
    return each.edits if each.edits <= allowed else None


def _is_longer_name(each: SpelledTown, key: str) -> bool:
    return each.begins and key_of(each.town.name).startswith(f"{key} ")
