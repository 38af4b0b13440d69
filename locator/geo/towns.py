"""Which town a name means: an exact match first, then a similar spelling.

If several towns fit equally well, they are offered as choices; none is guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from locator.geo.area import Area
from locator.geo.distance import meters_between, miles
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.gazetteer import MOST_EDITS, CountyPlace, Gazetteer, SpelledTown, TownPlace, ZipPlace
from locator.geo.reading.town_names import TownNames
from locator.geo.reading.where import Town
from locator.geo.states import HOME_STATE, NEIGHBOR_STATES, STATE_NAMES, state_code
from locator.text.folding import key_of
from locator.text.sentence import Sentence

_MUNICIPAL = ("city", "village")
# People mean the largest town of a name if it is at least this many times as large as the next.
_CLEARLY_LARGER = 2
# Places of one name this close together (City and Village of Pewaukee) are one place for a search.
_SAME_PLACE_MILES = 5.0
# A town farther than this from the ZIP's point does not belong to the ZIP, unless it is its post-office name. No ZIP
# of Wisconsin reaches farther than 22.9 miles (seed/README.md).
_BESIDE_A_ZIP_MILES = 25.0
# If a town in another state has fewer ZIPs than this, people more likely misspelled a town of Wisconsin.
_WELL_KNOWN_ZIPS = 3
_FEW, _MANY = 3, 8
# In a shorter name, one wrong letter makes another name: "home" is not Rome.
_SHORTEST_MISSPELLED = 5
_SHORTEST_ABBREVIATED = 4
_LONG_ENOUGH_FOR_TWO = 8


@dataclass(frozen=True, slots=True)
class FoundTown:
    """The town that is meant, others it could be, and whether its name was spelled differently."""

    town: TownPlace
    others: tuple[TownPlace | CountyPlace, ...] = ()
    respelled: bool = False


@dataclass(frozen=True, slots=True)
class FoundCounty:
    """The county that is meant by a bare name, and towns it could be instead."""

    county: CountyPlace
    others: tuple[TownPlace, ...]


class TownFinder:
    """Finds the town a person named."""

    def __init__(self, gazetteer: Gazetteer, area: Callable[[], Area]):
        self._gazetteer = gazetteer
        self._area = area

    @cached_property
    def names(self) -> TownNames:
        """The names of Wisconsin's towns."""
        return TownNames.of(self._gazetteer.town_names())

    def find(self, where: Town) -> FoundTown:
        """Return the town that is meant. Raises UnknownPlace, or AmbiguousPlace if several fit equally well."""
        exact = self.towns_named(where)
        if exact and (where.state or exact[0].state == HOME_STATE):
            return _clear_winner(exact)
        similar = self._spelled_like(where)
        if exact and (not similar or self._is_well_known(exact[0])):
            return _clear_winner(exact, similar or self._gazetteer.towns_like(where.name, count=_FEW))
        if not similar:
            raise self._unknown(where)
        found = _clear_winner(similar)
        return FoundTown(found.town, (*found.others, *exact[:_MANY]), respelled=True)

    def find_or_county(self, where: Town, county: CountyPlace) -> FoundTown | FoundCounty:
        """Return what a name means that is also the bare name of a Wisconsin county: a town, or the county.

        A city or village of Wisconsin comes before the county. So does a smaller place inside the county, because a
        search from there is right for both. A smaller place outside it ("Washington" in Door County) does not, nor
        does a town of another state ("Lincoln").
        """
        exact = self.towns_named(where)
        if any(_comes_before(county, town) for town in exact):
            return _clear_winner(exact, [county])
        similar = self._gazetteer.towns_like(where.name, count=_FEW)
        return FoundCounty(county, tuple(dict.fromkeys((*similar, *_in_order(exact)[:_MANY]))))

    def towns_named(self, where: Town) -> list[TownPlace]:
        """Return the towns of exactly this name whose state, county and kind agree; only Wisconsin's if it has any."""
        # "Lake Wisconsin", "Port Washington": what looks like a state at the end can be part of the town's name.
        if where.state and "," not in where.whole:
            whole = [town for town in self._gazetteer.towns(where.whole) if town.state == HOME_STATE]
            if whole:
                return whole
        # In some states, a town's post-office name has "Township" in it.
        towns = self._gazetteer.towns(f"{where.name} Township") if where.kind == "town" else []
        towns = towns or self._gazetteer.towns(where.name)
        if where.state in (None, HOME_STATE) and all(town.state != HOME_STATE for town in towns):
            # "LaCrosse", "Wis Rapids", "W Bend": run together or abbreviated, but still exact.
            meant = self.names.key_meant(where.name)
            towns = self._gazetteer.towns(meant) if meant else towns
        if where.state:
            towns = [town for town in towns if town.state == where.state]
        elif where.kind == "town" or any(town.state == HOME_STATE for town in towns):
            # "Town of ..." is what Wisconsin calls its townships.
            towns = [town for town in towns if town.state == HOME_STATE]
        return _as_described(towns, where)

    def belongs(self, where: Town, place: ZipPlace) -> bool:
        """Return whether a town fits the ZIP it was typed with: as its post-office name, or as a town near it.

        The bare name of the ZIP's county fits too, if that is in Wisconsin.
        """
        own = [place.city, place.county] if place.state == HOME_STATE else [place.city]
        if key_of(where.name) in map(key_of, own) and where.state in (None, place.state):
            return True
        within = max(place.reach_miles or 0.0, _BESIDE_A_ZIP_MILES)
        return any(miles(meters_between(town.point, place.point)) <= within for town in self.towns_named(where))

    def _spelled_like(self, where: Town) -> list[TownPlace]:
        if where.state not in (None, HOME_STATE):
            return []
        spelled = self._gazetteer.towns_spelled_like(where.name)
        return _as_described(towns_meant(where.name, spelled), where)

    def _is_well_known(self, town: TownPlace) -> bool:
        return town.zip_count >= _WELL_KNOWN_ZIPS or self._area().is_near(town.point)

    def _unknown(self, where: Town) -> UnknownPlace:
        if state_code(where.name):
            sentence = Sentence("A whole state is too large to search from. Please enter a ZIP code or a town.")
            return UnknownPlace(sentence)
        similar = self._gazetteer.towns_like(where.name, count=_FEW)
        names = list(dict.fromkeys(town.name for town in similar))
        return UnknownPlace(_no_such_town(where.state, names), [town.suggestion() for town in similar])


def _no_such_town(state: str | None, similar: list[str]) -> Sentence:
    state_name = STATE_NAMES[state] if state else ""
    match bool(state), bool(similar):
        case False, False:
            return Sentence("We could not find a town with that name. You can also enter a ZIP code.")
        case True, False:
            return Sentence(
                "We could not find a town with that name in {state}. You can also enter a ZIP code.", state=state_name
            )
        case False, _:
            return Sentence(
                "We could not find a town with that name. Did you mean {names}? You can also enter a ZIP code.",
                names=_one_of(similar),
            )
        case _:
            return Sentence(
                "We could not find a town with that name in {state}. Did you mean {names}?"
                " You can also enter a ZIP code.",
                state=state_name,
                names=_one_of(similar),
            )


def _as_described(towns: list[TownPlace], where: Town) -> list[TownPlace]:
    """Return only the towns of the county that was typed, and of the kind that was typed if there are any."""
    if where.county:
        towns = [town for town in towns if key_of(town.county) == key_of(where.county)]
    if where.kind in _MUNICIPAL:
        towns = [town for town in towns if town.kind == where.kind] or towns
    return towns


def _clear_winner(towns: list[TownPlace], similar: Sequence[TownPlace | CountyPlace] = ()) -> FoundTown:
    """Return the town that people mean by a shared name. Raises AmbiguousPlace if none stands out.

    If one does, `similar` are listed after the other towns of its name. If none does, those of `similar` that contain
    the name ("East Troy", "Union Grove") are listed first, because they are in Wisconsin.
    """
    first, *others = sorted(towns, key=_size, reverse=True)
    if all(_is_meant(first, other) for other in others):
        return FoundTown(first, (*_in_order(others)[:_MANY], *similar))
    fitting = _in_order(towns)
    if len({key_of(town.name) for town in towns}) > 1:
        fitting = fitting[:_MANY]  # towns of one name are all listed, because the sentence counts them
    listed = [*(place for place in similar if f" {key_of(first.name)}" in f" {key_of(place.name)}"), *fitting]
    names = list(dict.fromkeys(place.name for place in listed))
    if len(names) > 1:
        sentence = Sentence("This may be {names}. Please choose one.", names=_one_of(names))
    else:
        sentence = Sentence(
            "There are {count} places called {name}. Please choose one.", count=len(listed), name=first.name
        )
    raise AmbiguousPlace(sentence, [place.suggestion() for place in listed])


def _in_order(towns: list[TownPlace]) -> list[TownPlace]:
    """Sort towns as they are listed: Wisconsin, its neighbor states, then others, each with the largest first."""
    near = (HOME_STATE, *NEIGHBOR_STATES)
    return sorted(towns, key=lambda town: (town.state == HOME_STATE, town.state in near, _size(town)), reverse=True)


def _size(town: TownPlace) -> tuple[int, int, bool]:
    return town.population or 0, town.zip_count, town.kind == "city"


def _comes_before(county: CountyPlace, town: TownPlace) -> bool:
    lies_there = key_of(town.county) == key_of(county.name)
    return town.state == HOME_STATE and (town.kind in _MUNICIPAL or lies_there)


def _is_meant(first: TownPlace, other: TownPlace) -> bool:
    if miles(meters_between(first.point, other.point)) <= _SAME_PLACE_MILES:
        return True
    if key_of(first.name) != key_of(other.name):
        return False  # neither is spelled as typed, so size says nothing about what was meant
    if first.state == HOME_STATE:
        clearly_larger = (first.population or 0) >= _CLEARLY_LARGER * max(other.population or 0, 1)
        return clearly_larger or (first.kind in _MUNICIPAL and other.kind not in _MUNICIPAL)
    return first.zip_count >= _CLEARLY_LARGER * other.zip_count


def _one_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else Sentence("{others} or {last}", others=", ".join(names[:-1]), last=names[-1])


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
