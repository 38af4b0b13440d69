"""Which place a name means: the one rule for names. docs/decisions.md tells it under "Places".

1. Exactly this name in Wisconsin: a city, a village or another place; a county; a local name; a township.
2. Exactly this name within 100 miles of Wisconsin.
3. A similar spelling of a name in Wisconsin, or else within 60 miles of it.
4. Exactly this name farther away, which is only ever offered.

If several places fit equally well, they are offered as choices; none is guessed. How large a distant town is changes
neither what is taken nor what is offered. Names of clinics are recognized in locator/finding/named_places.py.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from locator.geo.distance import meters_between, miles
from locator.geo.errors import AmbiguousPlace, UnknownPlace, UnreadablePlace
from locator.geo.gazetteer import CountyPlace, Gazetteer, LocalName, Named, TownPlace, ZipPlace
from locator.geo.point import Suggestion
from locator.geo.reading.streets import names_a_street
from locator.geo.reading.town_names import TownNames, in_long_form
from locator.geo.reading.where import County, Town, Zip, read_where
from locator.geo.respelling import towns_meant
from locator.geo.states import HOME_COUNTIES, HOME_STATE, NEIGHBOR_STATES, STATE_NAMES, whole_state
from locator.text.folding import key_of
from locator.text.sentence import Sentence

_MUNICIPAL = ("city", "village")
# A town farther from Wisconsin than this is only ever offered.
_NEAR_MILES = 100.0
# A town of another state within this distance is offered beside a place of its name in Wisconsin.
_BESIDE_MILES = 60.0
# People mean the largest town of a name if it is at least this many times as large as the next.
_CLEARLY_LARGER = 2
# Places of one name this close together (City and Village of Pewaukee) are one place for a search.
_SAME_PLACE_MILES = 5.0
# A town farther than this from the ZIP's point does not belong to the ZIP, unless it is its post-office name. No ZIP
# of Wisconsin reaches farther than 22.9 miles (seed/README.md).
_BESIDE_A_ZIP_MILES = 25.0
# The same for a township, whose point is only the middle of its county.
_COUNTY_BESIDE_A_ZIP_MILES = 45.0
_FEW, _MANY = 3, 8
# By difflib: "Outagamy County", and without the word, which may be anything, "Waushra".
_ALIKE, _ALIKE_WITHOUT_COUNTY = 0.72, 0.85
_MOST_WORDS = 6
_BETWEEN_PLACES = re.compile(r"\s+(?:and|or|y|o|to|vs|thiab|lossis)\s+|\s*[/&+;]\s*|\s*,\s*|\s*-\s*", re.IGNORECASE)
_BEFORE_PLACES = re.compile(r"(?:between|either|both|entre)\s+", re.IGNORECASE)


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
    others: tuple[TownPlace, ...] = ()
    respelled: bool = False


@dataclass(frozen=True, slots=True)
class FoundLocalName:
    """What a local name means, and towns of that name beyond the border."""

    name: LocalName
    place: ZipPlace | TownPlace | CountyPlace
    others: tuple[TownPlace, ...] = ()


Found = FoundTown | FoundCounty | FoundLocalName


@dataclass(frozen=True, slots=True)
class _Exact:
    """The places of exactly one name. `settled` and `townships` are in Wisconsin; `far` is nearest first."""

    settled: tuple[TownPlace, ...] = ()
    townships: tuple[TownPlace, ...] = ()
    local_names: tuple[LocalName, ...] = ()
    near: tuple[TownPlace, ...] = ()
    far: tuple[TownPlace, ...] = ()

    @property
    def is_in_wisconsin(self) -> bool:
        return bool(self.settled or self.townships or self.local_names)

    @property
    def beside(self) -> tuple[TownPlace, ...]:
        return tuple(town for town in self.near if town.miles_away <= _BESIDE_MILES)


class TownFinder:
    """Finds the place that a person named."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer

    @cached_property
    def names(self) -> TownNames:
        """The names of Wisconsin's cities, villages and other places."""
        return TownNames.of(self._gazetteer.town_names())

    def find(self, where: Town, *, counties: bool = True) -> Found:
        """Return the place that is meant; with `counties`, a bare name may be that of a county.

        Raises UnknownPlace, or AmbiguousPlace if several fit equally well or all that fit are far away.
        """
        exact = self._exact(where)
        if where.state not in (None, HOME_STATE) and not exact.is_in_wisconsin:
            return self._in_another_state(where, exact)
        county = self._county_called(where) if counties else None
        return (
            self._in_wisconsin(where, exact, county)
            or self._near(where, exact)
            or self._respelled(where, exact)
            or self._none(where, exact)
        )

    def is_known(self, where: Town) -> bool:
        """Return whether there is a place with exactly this name in Wisconsin, or one near it."""
        exact = self._exact(where)
        return exact.is_in_wisconsin or bool(exact.near)

    def belongs(self, where: Town, place: ZipPlace) -> bool:
        """Return whether a town fits the ZIP it was typed with; words that are no town we know fit any ZIP.

        A town fits as the ZIP's post-office name, or if it is near it. The bare name of the ZIP's county fits too, if
        that is in Wisconsin.
        """
        own = [place.city, place.county] if place.state == HOME_STATE else [place.city]
        if key_of(where.name) in map(key_of, own) and where.state in (None, place.state):
            return True
        exact = self._exact(where)
        towns = [*exact.settled, *exact.near, *(exact.far if where.state else ())]
        if not (towns or exact.townships or exact.local_names):
            return True
        meanings = [self._meaning(meaning) for name in exact.local_names for meaning in name.meanings]
        within = max(place.reach_miles or 0.0, _BESIDE_A_ZIP_MILES)
        return (
            any(_miles_apart(town, place) <= within for town in (*towns, *meanings))
            or any(town.county == place.county for town in exact.townships)
            or any(_miles_apart(town, place) <= _COUNTY_BESIDE_A_ZIP_MILES for town in exact.townships)
        )

    def is_beside(self, where: Town, place: ZipPlace | TownPlace) -> bool:
        """Return whether a town we know by exactly this name is near a place."""
        exact = self._exact(where)
        towns = (*exact.settled, *exact.near)
        return any(_miles_apart(town, place) <= _BESIDE_A_ZIP_MILES for town in towns)

    def suggestions_named(self, text: str) -> list[Suggestion]:
        """Return the places of a text that names more than one ("Madison, Milwaukee"); [] if it does not.

        Each part has to be exactly the name of a place in or near Wisconsin.
        """
        parts = [part for part in _BETWEEN_PLACES.split(_BEFORE_PLACES.sub("", text, count=1)) if part]
        if not 1 < len(parts) <= _MANY or any(character.isdigit() for character in text):
            return []
        found = [self._suggestions_named(part) for part in parts]
        return list(dict.fromkeys(each for part in found for each in part)) if all(found) else []

    def meaning_of(self, name: LocalName) -> ZipPlace | TownPlace | CountyPlace:
        """Return the first place that a local name means."""
        return self._meaning(name.meanings[0])

    # Exactly this name

    def _exact(self, where: Town) -> _Exact:
        """Return the places of exactly this name whose state, county and kind agree."""
        # "Lake Wisconsin", "Port Washington": what looks like a state at the end can be part of the name.
        if where.state and "," not in where.whole:
            whole = _sorted_out(self._gazetteer.named(where.whole), replace(where, state=None))
            if whole.is_in_wisconsin:
                return replace(whole, near=(), far=())
        if where.kind == "town" and where.state not in (None, HOME_STATE):
            # In some states, a town's post-office name has "Township" in it.
            exact = _sorted_out(self._gazetteer.named(f"{where.name} Township"), where)
            if exact != _Exact():
                return exact
        exact = _sorted_out(self._gazetteer.named(where.name), where)
        if where.state and exact.local_names:  # "Hermantown, MN", but not "Red Cliff, Colorado"
            exact = replace(exact, local_names=tuple(filter(partial(self._is_in, where.state), exact.local_names)))
        if where.state in (None, HOME_STATE) and not exact.is_in_wisconsin:
            # "LaCrosse", "Wis Rapids", "W Bend": run together or abbreviated, but still exact.
            meant = self.names.key_meant(where.name)
            if meant is None and not exact.near:
                meant = in_long_form(where.name)  # "S Beloit"
            if meant:
                other = _sorted_out(self._gazetteer.named(meant), where)
                if other.is_in_wisconsin or (other.near and not exact.near):
                    return other
        return exact

    def _is_in(self, state: str, name: LocalName) -> bool:
        place = self.meaning_of(name)
        return state == (HOME_STATE if isinstance(place, CountyPlace) else place.state)

    def _in_wisconsin(self, where: Town, exact: _Exact, county: CountyPlace | None) -> Found | None:
        if where.kind == "town" and exact.townships:
            return self._only_one([*exact.settled, *exact.townships], where, exact)
        beside = (*exact.townships, *exact.beside) if where.state is None else exact.townships
        if exact.settled and county is None:
            return _clear_winner(exact.settled, beside)
        if county is not None:
            return self._town_or_county(where, exact, county, beside)
        if exact.local_names:
            return self._local_name(exact.local_names[0], where, exact)
        if not exact.townships:
            return None
        # A township and a town beyond the border: neither is clearly meant.
        candidates = [*exact.townships, *(exact.beside if where.state is None else ())]
        return self._only_one(candidates, where, exact)

    def _town_or_county(
        self, where: Town, exact: _Exact, county: CountyPlace, beside: Sequence[TownPlace]
    ) -> FoundTown | FoundCounty:
        """Return what a name means that is also the bare name of a Wisconsin county: a town, or the county.

        A city or village of Wisconsin comes before the county. So does a smaller place inside the county, because a
        search from there is right for both. A smaller place outside it ("Washington" in Door County) does not, nor
        does a township, nor a town of another state ("Lincoln").
        """
        if any(_comes_before(county, town) for town in exact.settled):
            return _clear_winner(exact.settled, [county, *beside])
        similar = self._gazetteer.towns_like(where.name, count=_FEW)
        far = exact.far[:_MANY] if where.state is None else ()
        others = (*similar, *exact.settled, *beside, *_in_order(exact.near), *far)
        return FoundCounty(county, tuple(dict.fromkeys(others)))

    def _only_one(self, candidates: Sequence[TownPlace], where: Town, exact: _Exact) -> FoundTown:
        """Return the only candidate. Raises AmbiguousPlace if there are more, or if it has the name of a state."""
        others = (*exact.near, *exact.far[:_MANY]) if where.state is None and where.kind is None else ()
        state = where.state is None and where.kind is None and whole_state(where.name)
        if len(candidates) == 1 and not state:
            return FoundTown(candidates[0], tuple(town for town in others if town not in candidates))
        raise self._choice(where, list(dict.fromkeys((*candidates, *others))), is_state=bool(state))

    def _local_name(self, name: LocalName, where: Town, exact: _Exact) -> FoundLocalName:
        places = list(map(self._meaning, name.meanings))
        if where.county and all(key_of(_county_of(place)) != key_of(where.county) for place in places):
            raise self._unknown(where)
        if len(places) > 1:
            sentence = Sentence("This may be {names}. Please choose one.", names=_one_of([p.label for p in places]))
            raise AmbiguousPlace(sentence, [place.suggestion() for place in places])
        return FoundLocalName(name, places[0], exact.beside if where.state is None else ())

    def _meaning(self, text: str) -> ZipPlace | TownPlace | CountyPlace:
        where = read_where(text)
        place: ZipPlace | TownPlace | CountyPlace | None = None
        match where:
            case Zip():
                place = self._gazetteer.zip(where.digits)
            case County():
                place = self._gazetteer.county(where.name)
            case Town():
                found = self.find(where)
                place = found.town if isinstance(found, FoundTown) else None
        if place is None:
            raise UnknownPlace(Sentence("We could not find a town with that name. You can also enter a ZIP code."))
        return place

    def _near(self, where: Town, exact: _Exact) -> FoundTown | None:
        if not exact.near:
            return None
        if whole_state(where.name):
            raise self._choice(where, list(exact.near), is_state=True)
        beside = [town for town in exact.near if town.miles_away <= _BESIDE_MILES]
        others = [town for town in exact.near if town.miles_away > _BESIDE_MILES]
        if not beside and len(exact.near) + len(exact.far) > 1:
            # None is so near that it must be meant: Denver is in Iowa, too.
            raise self._choice(where, [*exact.near, *exact.far[:_MANY]], is_state=False)
        # A similar spelling is offered beside the exact name.
        similar = self._spelled_like(where)
        return _clear_winner(beside or others, (*similar, *(others if beside else ()), *exact.far[:_MANY]))

    def _in_another_state(self, where: Town, exact: _Exact) -> FoundTown:
        if named := (*exact.near, *exact.far):
            return _clear_winner(named, ())
        spelled = [each for each in self._gazetteer.others_spelled_like(where.name) if each.town.state == where.state]
        if similar := towns_meant(where.name, spelled):
            return replace(_clear_winner(similar, ()), respelled=True)
        if places := self.suggestions_named(where.whole):  # "Eau Claire or Rochester, MN"
            raise several(places)
        raise self._unknown(where)

    # No place in or near Wisconsin has exactly this name

    def _respelled(self, where: Town, exact: _Exact) -> FoundTown | FoundCounty | None:
        if whole_state(where.name):
            return None
        similar = self._spelled_like(where)
        if not similar:
            spelled = self._gazetteer.others_spelled_like(where.name)
            if where.state:
                spelled = [each for each in spelled if each.town.state == where.state]
            similar = _as_described(towns_meant(where.name, spelled), where)
        if similar:
            found = _clear_winner(similar, ())
            return FoundTown(found.town, (*found.others, *exact.far[:_MANY]), respelled=True)
        is_bare = not where.county and not where.kind
        county = self.county_spelled_like(where.name, alike=_ALIKE_WITHOUT_COUNTY) if is_bare else None
        return FoundCounty(county, exact.far[:_MANY], respelled=True) if county else None

    def county_spelled_like(self, name: str, *, alike: float = _ALIKE) -> CountyPlace | None:
        """Return the county of Wisconsin whose name was misspelled; None if none or more than one is alike."""
        close = difflib.get_close_matches(key_of(name), HOME_COUNTIES, n=2, cutoff=alike)
        return self._gazetteer.county(close[0]) if len(close) == 1 else None

    def _spelled_like(self, where: Town) -> list[TownPlace]:
        spelled = self._gazetteer.towns_spelled_like(where.name)
        return _as_described(towns_meant(where.name, spelled), where)

    def _none(self, where: Town, exact: _Exact) -> Found:
        """Raise what there is to say about a name that no place in or near Wisconsin has."""
        if whole_state(where.name):
            raise self._unknown(where)
        if exact.far:
            raise self._choice(where, list(exact.far), is_state=False)
        places = self.suggestions_named(where.whole) or self._without_anything_between(where.name)
        if places:
            raise several(places)
        raise self._unknown(where)

    def _without_anything_between(self, name: str) -> list[Suggestion]:
        """Return the places of "Madison Milwaukee": two names of Wisconsin and nothing between them."""
        words = name.split()
        for at in range(1, len(words) if len(words) <= _MOST_WORDS else 0):
            first, second = " ".join(words[:at]), " ".join(words[at:])
            if self.names.knows(first) and self.names.knows(second):
                return [*self._suggestions_named(first), *self._suggestions_named(second)]
        return []

    def _suggestions_named(self, text: str) -> list[Suggestion]:
        """Return the place in or near Wisconsin that exactly has a name, each of them if they are townships."""
        try:
            where = read_where(text)
        except UnreadablePlace:
            return []
        if names_a_street(text) or not isinstance(where, Town | County):
            return []
        if isinstance(where, County):
            place = self._gazetteer.county(where.name) if where.state in (None, HOME_STATE) else None
            return [place.suggestion()] if place else []
        exact, county = self._exact(where), self._county_called(where)
        if county and not any(_comes_before(county, town) for town in exact.settled):
            return [county.suggestion()]
        if exact.local_names and not exact.settled:
            return [self.meaning_of(exact.local_names[0]).suggestion()]
        if exact.settled or not exact.townships:
            return [max(named, key=_size).suggestion()] if (named := exact.settled or exact.near) else []
        return [town.suggestion() for town in exact.townships]

    def _county_called(self, where: Town) -> CountyPlace | None:
        """Return the Wisconsin county of this bare name; None if another state, a county or a kind was typed too."""
        is_bare = where.state in (None, HOME_STATE) and not where.county and not where.kind
        return self._gazetteer.county(where.name) if is_bare and key_of(where.name) in HOME_COUNTIES else None

    # What to say

    def _choice(self, where: Town, towns: list[TownPlace], *, is_state: bool) -> UnknownPlace | AmbiguousPlace:
        """Return the question which of some towns of one name is meant; first come longer names in Wisconsin."""
        if is_state:
            sentence = Sentence(
                "A whole state is too large to search from. Please choose one of these, or enter a ZIP code."
            )
            return UnknownPlace(sentence, [town.suggestion() for town in towns])
        similar = [] if where.kind else self._gazetteer.towns_like(where.name, count=_FEW)
        longer = [place for place in similar if f" {key_of(where.name)}" in f" {key_of(place.name)}"]
        if len(towns) == 1 and not longer:
            sentence = Sentence(
                "The only {name} that we know is far from Wisconsin: {place}. Please choose it, or enter a ZIP code.",
                name=towns[0].name,
                place=towns[0].label,
            )
            return AmbiguousPlace(sentence, [towns[0].suggestion()])
        return _question([*longer, *towns])

    def _unknown(self, where: Town) -> UnknownPlace:
        if whole_state(where.name) and where.state is None:
            sentence = Sentence("A whole state is too large to search from. Please enter a ZIP code or a town.")
            return UnknownPlace(sentence)
        similar = self._gazetteer.towns_like(where.name, count=_FEW)
        names = list(dict.fromkeys(town.name for town in similar))
        return UnknownPlace(_no_such_town(where.state, names), [town.suggestion() for town in similar])


def several(places: Sequence[Suggestion]) -> AmbiguousPlace:
    """Return the question which of several places is meant that were named together."""
    sentence = Sentence(
        "You named more than one place: {names}. Please choose one.", names=_one_of([place.label for place in places])
    )
    return AmbiguousPlace(sentence, places)


def _sorted_out(named: Named, where: Town) -> _Exact:
    """Return the places of one name that agree with the state, county and kind that were typed with it."""
    towns, townships, local_names = list(named.towns), list(named.townships), named.local_names
    if where.state:
        towns = [town for town in towns if town.state == where.state]
    elif where.kind == "town":
        # "Town of ..." is what Wisconsin calls its townships.
        towns = [town for town in towns if town.state == HOME_STATE]
    if where.state not in (None, HOME_STATE):
        townships = []
    if where.kind:
        local_names = ()
    towns, townships = _as_described(towns, where), _as_described(townships, where)
    settled = [town for town in towns if town.state == HOME_STATE]
    # "Town of Madison" is beside the city: the city's point is nearer to it than the middle of the county.
    with_a_namesake = {town.county for town in settled}
    if where.kind == "town" and townships:
        own = {town.county for town in townships}
        settled = [max((t for t in settled if t.county == c), key=_size) for c in sorted(with_a_namesake & own)]
    elif where.kind in _MUNICIPAL and settled:
        townships = []
    near = [town for town in towns if town.state != HOME_STATE and town.miles_away <= _NEAR_MILES]
    far = [town for town in towns if town.miles_away > _NEAR_MILES]
    return _Exact(
        settled=tuple(settled),
        townships=tuple(town for town in townships if town.county not in with_a_namesake),
        local_names=local_names,
        near=tuple(near),
        far=tuple(sorted(far, key=lambda town: (town.miles_away, town.state, town.name))),
    )


def _as_described(towns: list[TownPlace], where: Town) -> list[TownPlace]:
    """Return only the towns of the county that was typed, and of the kind that was typed if there are any."""
    if where.county:
        towns = [town for town in towns if key_of(town.county) == key_of(where.county)]
    if where.kind in _MUNICIPAL:
        towns = [town for town in towns if town.kind == where.kind] or towns
    return towns


def _clear_winner(towns: Sequence[TownPlace], beside: Sequence[TownPlace | CountyPlace]) -> FoundTown:
    """Return the town that people mean by a shared name, with the others and then `beside` as what else it could be.

    Raises AmbiguousPlace if none stands out.
    """
    first, *others = sorted(towns, key=_size, reverse=True)
    if not all(_is_meant(first, other) for other in others):
        raise _question([*_in_order(towns), *(town for town in beside if isinstance(town, TownPlace))])
    return FoundTown(first, tuple(dict.fromkeys((*_in_order(others)[:_MANY], *beside))))


def _question(listed: Sequence[TownPlace]) -> AmbiguousPlace:
    listed = list(dict.fromkeys(listed))
    names = list(dict.fromkeys(town.name for town in listed))
    if len({key_of(name) for name in names}) > 1:
        sentence = Sentence("This may be {names}. Please choose one.", names=_one_of(names))
    else:
        sentence = Sentence(
            "There are {count} places called {name}. Please choose one.", count=len(listed), name=names[0]
        )
    return AmbiguousPlace(sentence, [town.suggestion() for town in listed])


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


def _in_order(towns: Iterable[TownPlace]) -> list[TownPlace]:
    """Sort towns as they are listed: Wisconsin with the largest first, then its neighbors, then others by distance."""
    return sorted(
        towns,
        key=lambda town: (
            town.state != HOME_STATE, town.state not in NEIGHBOR_STATES, -(town.population or 0), town.kind != "city",
            town.miles_away, town.name, town.county,
        ),
    )  # fmt: skip


def _size(town: TownPlace) -> tuple[int, int, bool]:
    return town.population or 0, town.zip_count, town.kind == "city"


def _comes_before(county: CountyPlace, town: TownPlace) -> bool:
    return town.kind in _MUNICIPAL or key_of(town.county) == key_of(county.name)


def _is_meant(first: TownPlace, other: TownPlace) -> bool:
    if _miles_apart(first, other) <= _SAME_PLACE_MILES and not first.is_township:
        return True
    if key_of(first.name) != key_of(other.name):
        return False  # neither is spelled as typed, so size says nothing about what was meant
    if first.state == HOME_STATE:
        clearly_larger = (first.population or 0) >= _CLEARLY_LARGER * max(other.population or 0, 1)
        return clearly_larger or (first.kind in _MUNICIPAL and other.kind not in _MUNICIPAL)
    return first.zip_count >= _CLEARLY_LARGER * other.zip_count


def _miles_apart(first: TownPlace | ZipPlace | CountyPlace, second: TownPlace | ZipPlace | CountyPlace) -> float:
    return miles(meters_between(first.point, second.point))


def _county_of(place: ZipPlace | TownPlace | CountyPlace) -> str:
    return place.name if isinstance(place, CountyPlace) else place.county


def _one_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else Sentence("{others} or {last}", others=", ".join(names[:-1]), last=names[-1])
