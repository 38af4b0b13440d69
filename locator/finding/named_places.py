"""NAMED PLACES: what a person typed as a place may be the name of a clinic, which is never taken for a town."""

import difflib
import re
from collections.abc import Iterable, Sequence

from locator.clinic.clinic import Clinic
from locator.clinic.named import GENERIC, NameQuestion, Word, plain_word, typed_words
from locator.errors import LocatorError
from locator.geo.errors import AmbiguousPlace, GeocoderUnavailable, UnknownPlace
from locator.geo.origins import Origin
from locator.geo.places import Places
from locator.geo.point import Point, Suggestion
from locator.geo.reading.streets import names_a_street
from locator.geo.reading.where import StreetAddress, Town, Where
from locator.geo.states import HOME_STATE, NEIGHBOR_STATES, STATE_NAMES
from locator.store.database import Database
from locator.store.stores import Stores
from locator.text.folding import key_of, words_of
from locator.text.sentence import Sentence

_MOST_NAMED = 10  # clinics that one answer names
_LOOKED_AT = 30
_FEWEST_LETTERS = 3  # of what is suggested for, unless it is a word of its own, such as UW
_FEWEST_BEGUN = 5  # letters of a word that is only begun, for a name
_FEWEST_BEGUN_BESIDE = 4  # the same beside another word: "St. Luke" for St. Luke's
_STATES = frozenset(key_of(name) for name in STATE_NAMES.values())
_SHORT_FOR_WISCONSIN = frozenset(["wi", "wis", "wisc"])
_BESIDE_A_TOWN = re.compile(r"(?i)^town of |(?: county)?(?:,.*| \(.*)?$")  # "Town of Anderson, Iron County, WI"
_DIRECTIONS = frozenset(["north", "south", "east", "west", "upper", "lower", "downtown", "side", "area", "near"])


class ClinicNamed(LocatorError):
    """What was typed as a place is the name of a clinic, or of an organization; `clinics` are those it names.

    `organization` is set if it is the organization's name; `total` counts the clinics, of which ten are named.
    `suggestions` are the places in Wisconsin and its neighbors that have this name too, if it is none's alone.
    """

    suggestions: tuple[Suggestion, ...] = ()

    def __init__(self, clinics: Sequence[Clinic], total: int, organization: str | None = None):
        self.name = organization or clinics[0].name
        super().__init__(_sentence(self.name, total, organization))
        self.clinics = tuple(clinics)
        self.total = total
        self.organization = organization


def _sentence(name: str, total: int, organization: str | None) -> Sentence:
    if organization is None and total > 1:
        return Sentence(
            "You typed a clinic's name: {name}, or another one. To find clinics near you, type a ZIP code or a town.",
            name=name,
        )
    return Sentence(
        "You typed a clinic's name: {name}. To find clinics near you, type a ZIP code or a town.", name=name
    )


def _spelled(stores: Stores, name: str) -> list[Word]:
    return stores.names.spellings(typed_words(name))


def locate_place(where: Where, *, asked: str, places: Places, database: Database) -> Origin:
    """Return the origin for what a person typed, unless that is the name of a clinic or an organization.

    A town in or near Wisconsin of exactly this name comes first. Then come the names on the list: none is respelled
    into a town, taken for one far away, or sent to a geocoder. A misspelled one is recognized if no town is found, or
    only one that is spelled less like it.
    Raises ClinicNamed, and all that `Places.locate` raises.
    """
    match where:
        case StreetAddress() if not any(character.isdigit() for character in asked):
            if where.state in (None, HOME_STATE) and where.zip is None:
                return _without_digits(where, asked, places, database)
            return places.locate(where, asked=asked)
        case Town() if where.zip is None and not (where.county or where.kind):
            if where.state in (None, HOME_STATE):  # "Cancer Center of Western Wisconsin", "Mayo Clinic, WI"
                return _town(where, _without_short_state(where), asked, places, database)
            if "," not in where.whole:  # "Milwaukee VA" is a hospital, and not in Virginia
                return _town(where, [where.whole], asked, places, database)
            return places.locate(where, asked=asked)
        case _:
            return places.locate(where, asked=asked)


def _without_digits(where: StreetAddress, asked: str, places: Places, database: Database) -> Origin:
    """Locate what may be a street and may be a name: "Froedtert Hospital, Milwaukee", "St. Vincent", "Mayfair Road".

    A clinic's name does not leave the building. If it may be a street, only a whole name comes before that.
    """
    names = [" ".join(where.parts)]
    is_street = any(names_a_street(part.replace("&", " ")) for part in where.parts)
    _refuse_name(names, database, is_exact=True, is_whole=is_street)
    try:
        return places.locate(where, asked=asked)
    except (UnknownPlace, AmbiguousPlace, GeocoderUnavailable):
        _refuse_name(names, database, is_exact=True)
        raise


def _without_short_state(where: Town) -> list[str]:
    """Return what may be the name: "Aspirus, WI" is no clinic's, but "Medical College of Wisconsin" is."""
    *_, last = key_of(where.whole).split() or [""]
    if where.state and ("," in where.whole or last in _SHORT_FOR_WISCONSIN):
        return [where.name]
    return list(dict.fromkeys((where.whole, where.name)))


def _town(where: Town, names: Sequence[str], asked: str, places: Places, database: Database) -> Origin:
    try:
        origin = places.locate(where, asked=asked)
    except (UnknownPlace, AmbiguousPlace, GeocoderUnavailable) as error:
        is_exact = isinstance(error, AmbiguousPlace) or where.state not in (None, HOME_STATE)
        beside = error.suggestions if isinstance(error, AmbiguousPlace) else ()
        _refuse_name(names, database, is_exact=is_exact, places=beside)
        raise
    if any(notice.code == "respelled" for notice in origin.notices):
        _refuse_name(names, database, is_exact=True, respelled=[origin.geocode.label])
    elif not origin.in_area:
        _refuse_name(names, database, is_exact=True, unless_near=origin.geocode.point)
    return origin


def _refuse_name(
    names: Sequence[str],
    database: Database,
    *,
    is_exact: bool,
    is_whole: bool = False,
    unless_near: Point | None = None,
    respelled: Sequence[str] = (),
    places: Sequence[Suggestion] = (),
) -> None:
    """Raise ClinicNamed if a text is the name of a clinic; not if the place that it is, too, is near Wisconsin.

    `is_exact`: only if every word is spelled as on the list, or closer to that than to the places that it may be
    instead, which are the `places` or were `respelled`. `is_whole`: only if it is a whole name.
    """
    instead = [_BESIDE_A_TOWN.sub("", label) for label in (*respelled, *(place.label for place in places))]
    with database.transaction() as stores:
        if unless_near is not None and stores.places.area().is_near(unless_near):
            return
        found = [_named(stores, name, is_exact=is_exact, is_whole=is_whole, instead=instead) for name in names]
    if named := next(filter(None, found), None):
        named.suggestions = tuple(place for place in places if _is_called(place, names))
        raise named


def _is_called(place: Suggestion, names: Sequence[str]) -> bool:
    is_near = place.state in (HOME_STATE, *NEIGHBOR_STATES)
    return is_near and key_of(_BESIDE_A_TOWN.sub("", place.label)) in map(key_of, names)


def _is_closer(words: Sequence[Word], towns: Sequence[str]) -> bool:
    """Return whether the words are spelled more like names on the list than like any of the towns, if there are any."""
    typed = " ".join(word.typed for word in words)
    listed = " ".join(map(_closest_spelling, words))
    return bool(towns) and all(_alike(typed, listed) > _alike(typed, key_of(town)) for town in towns)


def _closest_spelling(word: Word) -> str:
    if word.is_known or word.is_begun or not word.spellings:
        return word.typed
    return max(word.spellings, key=lambda each: _alike(word.typed, each))


def _alike(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _named(
    stores: Stores, asked: str, *, is_exact: bool, is_whole: bool, instead: Sequence[str] = ()
) -> ClinicNamed | None:
    words = _spelled(stores, asked)
    if is_exact and not all(word.is_known or word.is_generic for word in words) and not _is_closer(words, instead):
        return None
    # "me" begins many words, and a state's name is in many names.
    fewest = _FEWEST_BEGUN if len(words) == 1 else _FEWEST_BEGUN_BESIDE
    if any(word.is_begun and len(word.typed) < fewest for word in words) or key_of(asked) in _STATES:
        return None
    question = NameQuestion.of(words)
    if question is None or not any(not word.is_generic for word in words):
        return _of_generic_words(stores, asked, question)
    found = stores.names.find(question, limit=_LOOKED_AT)
    meant = [clinic for clinic in found if _is_meant(words, clinic)]
    if not meant:
        return None
    whole = [clinic for clinic in meant if _has_name(clinic, asked)]
    if whole:
        return ClinicNamed(whole[:_MOST_NAMED], len(whole))
    if is_whole:
        return None
    organization = _organization_of(asked, words, meant)
    meant.sort(key=lambda clinic: clinic.organization != organization)
    is_all = len(meant) == _LOOKED_AT
    total = stores.names.count(question, version=stores.clinics.dataset().version) if is_all else len(meant)
    return ClinicNamed(meant[:_MOST_NAMED], total, organization)


def _of_generic_words(stores: Stores, asked: str, question: NameQuestion | None) -> ClinicNamed | None:
    """Return the clinic whose whole name has only words of many clinics ("The Cancer Center")."""
    if question is None:
        return None
    found = stores.names.find(question, limit=_LOOKED_AT)
    whole = [clinic for clinic in found if _has_name(clinic, asked)]
    return ClinicNamed(whole[:_MOST_NAMED], len(whole)) if whole else None


def _is_meant(words: Sequence[Word], clinic: Clinic) -> bool:
    """Return whether the words name this clinic, and not only the town that it is in.

    Some word must be in a name of the clinic or its organization, and neither in many names nor in its town's; or the
    words of the town stand with one of many names, as in the clinic's own.
    """
    if _has_name(clinic, " ".join(word.typed for word in words)):
        return True
    town = {plain_word(word) for word in words_of(clinic.address.city)}
    named = {plain_word(each) for name in _names_of(clinic) for each in words_of(name)}
    if any(_is_generic(word) for word in words) and all(_is_in(word, named) for word in words):
        return True  # "Medford hospital"
    own = named - town - GENERIC
    return any(
        plain_word(spelling) in own or (word.is_begun and any(each.startswith(spelling) for each in own))
        for word in words
        if not word.is_generic and word.typed not in _DIRECTIONS
        for spelling in word.spellings
    )


def _is_generic(word: Word) -> bool:
    return word.is_generic or (word.is_begun and any(each.startswith(word.typed) for each in GENERIC))


def _is_in(word: Word, named: Iterable[str]) -> bool:
    return plain_word(word.typed) in named or (word.is_begun and any(each.startswith(word.typed) for each in named))


def _names_of(clinic: Clinic) -> tuple[str, ...]:
    return (clinic.name, *clinic.other_names, *([clinic.organization] if clinic.organization else []))


def _has_name(clinic: Clinic, text: str) -> bool:
    """Return whether a text is a whole name of the clinic, or its beginning up to a bracket, a dash or a slash."""
    typed = _plain(text)
    return any(
        typed in (_plain(name), *(_plain(name[:at]) for at, sign in enumerate(name) if sign in "(|-–—/"))
        for name in (clinic.name, *clinic.other_names)
    )


def _plain(name: str) -> tuple[str, ...]:
    return tuple(plain_word(word) for word in typed_words(name))


def _organization_of(asked: str, words: Sequence[Word], clinics: Sequence[Clinic]) -> str | None:
    """Return the organization whose name was typed, whole or in part; in part only if all the clinics share it."""
    names = {clinic.organization for clinic in clinics}
    if whole := [name for name in names if name and _plain(name) == _plain(asked)]:
        return whole[0]
    name = next(iter(names))
    if len(clinics) < 2 or len(names) > 1 or name is None:
        return None
    own = {plain_word(each) for each in words_of(name)}
    return (
        name
        if all(any(plain_word(each) in own for each in word.spellings) or word.is_generic for word in words)
        else None
    )


def suggest_places(text: str, *, count: int, places: Places, database: Database) -> list[Suggestion]:
    """Return up to `count` places that begin with `text`, then clinics by their names, then places spelled like it."""
    found = places.suggest(text, count=count)
    typed = key_of(text)
    if any(character.isdigit() for character in text):
        return found
    begun = [place for place in found if key_of(place.label).removeprefix("town of ").startswith(typed)]
    with database.transaction() as stores:
        words = _spelled(stores, text)
        question = NameQuestion.of(words, is_begun=True)
        if question is None or not all(word.is_known or word.is_begun or word.is_generic for word in words):
            return found
        if len(typed) < _FEWEST_LETTERS and not all(word.is_known for word in words):
            return found
        clinics = stores.names.find(question, limit=2 * count)
    named = list(_suggestions(clinic for clinic in clinics if _is_begun(words, clinic)))
    # Of a long list of towns, a few give way to the clinics.
    room = max(count - len(named), (count + 1) // 2)
    others = [place for place in found if place not in begun]
    return [*begun[:room], *named, *begun[room:], *others][:count]


def _is_begun(words: Sequence[Word], clinic: Clinic) -> bool:
    *_, last = words
    begun = Word(last.typed, last.spellings, last.is_known, is_begun=True)
    return _is_meant([*words[:-1], begun], clinic)


def _suggestions(clinics: Iterable[Clinic]) -> Iterable[Suggestion]:
    """Yield each clinic as a suggestion whose name is recognized when it comes back."""
    for clinic in clinics:
        # A name with a digit may be an address as well, and is not recognized when it comes back.
        if clinic.location is not None and not any(character.isdigit() for character in clinic.name):
            address, name = clinic.address, clinic.name
            yield Suggestion(
                f"{name}, {address.city} (clinic)",
                name,
                "clinic",
                clinic.location.point,
                address.county or "",
                address.state,
                address.zip,
            )
