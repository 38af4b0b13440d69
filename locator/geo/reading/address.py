"""Reads a street address into its parts, as people in Wisconsin write it.

We read it by rules of our own, because Wisconsin has grid numbers, lettered county roads and towns without a comma.
usaddress, a parser trained on addresses of the whole country, decides only what the rules cannot. Nothing is refused
here: whatever cannot be read stays in the street.
"""

import re
from dataclasses import dataclass

import usaddress

from locator.geo.reading.lead_ins import without_noise
from locator.geo.reading.streets import (
    BOX_ALONE,
    CORNER,
    FLAT,
    PO_BOX,
    ROAD,
    RURAL_ROUTE,
    RURAL_ROUTE_ALONE,
    UNIT,
    ends_in_a_street,
    ends_in_county_road,
    is_direction,
    is_street_type,
    name_on_the_sign,
    names_a_street,
    number_after_a_name,
    number_at_the_start,
    road_at_the_start,
    word_of,
)
from locator.geo.reading.town_names import TownNames
from locator.geo.reading.where import LONGEST_WHERE, StreetAddress
from locator.geo.states import HOME_COUNTIES, HOME_STATE, STATE_NAMES, state_code
from locator.text.folding import key_of

_MOST_PIECES = 12
_MOST_UNITS = 3
_NEARLY_A_ZIP = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9OoIl]{5}")
_ZIP_OF_ANOTHER_LENGTH = re.compile(r"^(?P<town>[^0-9]+) (?:[0-9]{4}|[0-9]{6})$")
_KIND_OF_TOWN = re.compile(r"(?:the\s+)?(?:city|village|township|town|twp\.?)\s+of\s+(?=\S)", re.IGNORECASE)
_KIND_OF_TOWN_AT_THE_END = re.compile(r"\s+(?:city|village|township|town|twp\.?)\s+of$", re.IGNORECASE)
_TOWNSHIP = re.compile(r"\s+(?:township|twp\.?)$", re.IGNORECASE)
_ROAD_THEN_NUMBER = re.compile(r"\s*[#,]?\s*(?P<number>[0-9]{2,6}[a-z]?)(?=$|\s)", re.IGNORECASE)
_BARE_UNIT = re.compile(r"[a-z]?-?[0-9]{1,4}[a-z]?(?:/[0-9]{1,4})?", re.IGNORECASE)
_HOME_ZIP_PREFIXES = ("53", "54")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressParts:
    """The parts of an address; a part that was not given is None.

    `number` is upper case, the rest is as typed. `state` is also WI if only a town of Wisconsin was given.
    `is_po_box`: there is a box at a post office or on a rural route and no street, so no house that a geocoder could
    find; the box is then in `street`. `is_rural_route`: it is on a rural route. `text` is the whole address without the
    words around it.
    """

    number: str | None
    street: str | None
    unit: str | None
    town: str | None
    state: str | None
    zip: str | None
    county: str | None
    is_po_box: bool
    text: str
    is_rural_route: bool = False

    @property
    def one_line(self) -> str:
        """The text for a geocoder, without the unit or a box; "" if a geocoder could find nothing by it."""
        street = None if self.is_po_box else _joined(" ", self.number, self.street)
        return _joined(", ", street, self.town, _joined(" ", self.state, self.zip))


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    number: str | None = None
    street: str | None = None
    box: str | None = None
    is_rural_route: bool = False
    town: str | None = None
    state: str | None = None
    county: str | None = None
    units: tuple[str, ...] = ()
    numbered_unit: bool = False  # the unit was only "#123", which can be a house number


def read_address(where: StreetAddress, towns: TownNames) -> AddressParts:
    """Read an address into its parts. It never fails, and is fast for any text."""
    reading = _Reading(state=where.state)
    pieces = _pieces_of(where, towns, reading)
    at = _street_at(pieces)
    if at is None:
        _read_town(pieces, reading, towns)
    else:
        _read_town(pieces[at + 1 :], reading, towns)
        if reading.town is None and at > 0:  # "Madison, 600 Highland Ave"
            reading.town = next((piece for piece in pieces[:at] if towns.knows(piece)), None)
        _read_street(pieces[at], reading, towns, has_zip=where.zip is not None)
    if reading.number is None and reading.numbered_unit and reading.street:  # "calle Main #123"
        reading.number, reading.units = reading.units[0].lstrip("# "), ()
    return _parts(reading, where, towns)


def _parts(reading: _Reading, where: StreetAddress, towns: TownNames) -> AddressParts:
    zip_code = where.zip.digits if where.zip else None
    state = reading.state
    if state is None and reading.town and towns.knows(reading.town):
        state = HOME_STATE if zip_code is None or zip_code.startswith(_HOME_ZIP_PREFIXES) else None
    number = reading.number.upper() if reading.number else None
    street, is_po_box = reading.street, False
    if reading.box and not street:  # a number before a box or a route is no house number
        number, street, is_po_box = None, _joined(" ", number, reading.box), True
    unit = " ".join(reading.units) or None
    house = _joined(" ", number, street, unit)
    text = _joined(", ", house, reading.town, _joined(" ", state, zip_code))
    return AddressParts(
        number=number,
        street=street,
        unit=unit,
        town=reading.town,
        state=state,
        zip=zip_code,
        county=reading.county,
        is_po_box=is_po_box,
        text=text,
        is_rural_route=is_po_box and reading.is_rural_route,
    )


# Pieces: the texts between commas, without units, boxes, states and counties


def _pieces_of(where: StreetAddress, towns: TownNames, reading: _Reading) -> list[str]:
    reading.county = _county_in(where.text)
    pieces = [" ".join(part[:LONGEST_WHERE].split()) for part in where.parts[:_MOST_PIECES]]
    pieces[:1] = [without_noise(piece) for piece in pieces[:1]]
    pieces = _with_state_in_town_name(pieces, where, towns, reading)
    for at in range(len(pieces) - 1, 0, -1):
        if RURAL_ROUTE_ALONE.fullmatch(pieces[at - 1]) and BOX_ALONE.match(pieces[at]):  # "RR 3, Box 9"
            pieces[at - 1 : at + 1] = [f"{pieces[at - 1]} {pieces[at]}"]
    kept: list[str] = []
    for piece in pieces:
        if state_code(piece) and len(pieces) > 1 and not towns.knows(piece):
            reading.state = reading.state or state_code(piece)
            continue
        for rest in _without_units(piece, reading):
            kept += _without_boxes(rest, reading)
    if kept and _NEARLY_A_ZIP.fullmatch(kept[-1].rpartition(" ")[2]):  # "Madison 537O3"
        kept[-1] = kept[-1].rpartition(" ")[0]
    elif len(kept) > 1 and (found := _ZIP_OF_ANOTHER_LENGTH.search(kept[-1])) and towns.knows(found["town"]):
        kept[-1] = found["town"]
    kept = [bare for piece in kept if (bare := piece.strip(" ,;:.-()\"'"))]
    if len(kept) > 1 and number_at_the_start(kept[0]) == (kept[0], ""):  # "1234, Main St"
        kept[:2] = [f"{kept[0]} {kept[1]}"]
    return kept


def _county_in(text: str) -> str | None:
    """Return the county that was named, as in "Madison, Dane County, WI"."""
    words = text[:LONGEST_WHERE].replace(",", " , ").split()
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ","
        ends = following == "," or state_code(following) or following[:5].isdigit()
        if word_of(word) in ("county", "co") and ends:
            for count in (3, 2, 1):
                name = " ".join(words[max(0, at - count) : at])
                if "," not in name and key_of(name) in HOME_COUNTIES:
                    return name
    return None


def _with_state_in_town_name(pieces: list[str], where: StreetAddress, towns: TownNames, reading: _Reading) -> list[str]:
    """Return a state's name to a town that has it in its own name: "Port Washington", or "Oregon" after a street."""
    state = STATE_NAMES.get(where.state or "", "")
    if not pieces or not state or not re.search(rf"\b{state}\b", where.text, re.IGNORECASE):
        return pieces
    words, words_of_state = pieces[-1].split(), state.split()
    named = towns.words_at_the_end([*words, *words_of_state])
    if named > len(words_of_state) and named - len(words_of_state) > towns.words_at_the_end(words):
        reading.state = None
        return [*pieces[:-1], f"{pieces[-1]} {state}"]
    if named == len(words_of_state) and where.state != HOME_STATE and len(pieces) == 1 and ends_in_a_street(words):
        reading.state = None
        return [*pieces, state]
    return pieces


def _without_units(piece: str, reading: _Reading) -> list[str]:
    """Move units to `reading`. The text after one becomes a piece of its own, as if a comma came before it."""
    done: list[str] = []
    start = 0
    while len(reading.units) < _MOST_UNITS and (found := UNIT.search(piece, start)):
        before = piece[: found.start()].rstrip(" ,")
        is_road_number = found["sign"] and (ROAD.match(f"{before} {found['id']}") or ends_in_county_road(before))
        if is_road_number or (found["id"] and word_of(found["id"]) in ("n", "s", "e", "w") and found["sign"]):
            start = found.end()
            continue
        reading.numbered_unit = bool(found["sign"]) and not reading.units and found["id"].isdigit()
        reading.units += (" ".join(found[0].split()),)
        done.append(before)
        piece, start = piece[found.end() :].lstrip(" ,."), 0
    return [*done, piece]


def _without_boxes(piece: str, reading: _Reading) -> list[str]:
    for pattern in (PO_BOX, RURAL_ROUTE):
        if found := pattern.search(piece):
            if reading.box is None:
                reading.box, reading.is_rural_route = " ".join(found[0].split()), pattern is RURAL_ROUTE
            return [piece[: found.start()].rstrip(" ,"), piece[found.end() :].lstrip(" ,.")]
    return [piece]


# Which piece is the street, and which is the town


def _street_at(pieces: list[str]) -> int | None:
    """Return the index of the street: the first piece with a house number, or else with a road or street type."""
    for at, piece in enumerate(pieces):
        if number_at_the_start(piece)[0] or number_after_a_name(piece):
            return at
    for at, piece in enumerate(pieces):
        if names_a_street(piece) or ROAD.match(piece) or any(c.isdigit() for c in piece):
            return at
    return 0 if len(pieces) > 1 and not pieces[0].isdigit() else None


def _read_town(pieces: list[str], reading: _Reading, towns: TownNames) -> None:
    """Read the town from the pieces after the street: the last known one, or else the last that could be one."""
    names = [_TOWNSHIP.sub("", _KIND_OF_TOWN.sub("", piece)) for piece in pieces]
    known = [name for name in names if towns.knows(name)]
    if known:
        reading.town = known[-1]
        return
    for name in reversed(names):
        words = name.split()
        if count := towns.words_at_the_end(words):
            reading.town = " ".join(words[-count:])
            return
    possible = [name for name in names if not any(c.isdigit() for c in name)]
    reading.town = possible[-1] if possible else None


def _read_street(piece: str, reading: _Reading, towns: TownNames, *, has_zip: bool) -> None:
    number, rest = number_at_the_start(piece)
    if not number and (start := number_after_a_name(piece)):
        number, rest = number_at_the_start(piece[start:])
    reading.number = number or None
    rest = CORNER.sub("", rest, count=1) if CORNER.match(rest) else rest
    if reading.town is None:
        rest, reading.town = _split_town(rest, towns, reading, has_zip=has_zip)
    if road := road_at_the_start(rest):
        rest, more = rest[: road.end()], rest[road.end() :]
        if reading.number is None and (found := _ROAD_THEN_NUMBER.match(more)):  # "CTH K 1525"
            reading.number, more = found["number"], more[found.end() :]
        rest = f"{rest}{more}"
    rest = _without_flat(rest, reading)
    street, number_after = name_on_the_sign(rest, has_number=reading.number is not None)
    reading.number = reading.number or number_after
    reading.street = street.strip(" ,.-") or None


def _split_town(text: str, towns: TownNames, reading: _Reading, *, has_zip: bool) -> tuple[str, str | None]:
    """Split the town off a street without a comma: the longest known name at the end, or what follows the type."""
    words = text.split()
    if not words:
        return text, None
    count = towns.words_at_the_end(words)
    if count and len(words) > count and _belongs_to_the_street(words, len(words) - count, towns):
        count -= 1
    # In "1234 Monroe, 53711" the ZIP says where it is, so Monroe is the street.
    if count == len(words) and has_zip and reading.number:
        return text, None
    if count:
        street = _KIND_OF_TOWN_AT_THE_END.sub("", " ".join(words[:-count]))
        return street, " ".join(words[-count:])
    street_words = _words_of_the_street(words)
    if street_words is None:
        street_words = _by_usaddress(f"{reading.number or ''} {text}".strip(), len(words))
    town = _KIND_OF_TOWN.sub("", " ".join(words[street_words:]))
    if not town or any(c.isdigit() for c in town):
        return text, None
    return " ".join(words[:street_words]), town


def _belongs_to_the_street(words: list[str], at: int, towns: TownNames) -> bool:
    """Return whether the town's apparent first word is the street's last: "County Road E Troy", "Main St Lawrence"."""
    if len(word_of(words[at])) <= 2 and ends_in_county_road(" ".join(words[:at])):
        return True
    is_saint = word_of(words[at]) == "st" and not any(is_street_type(words, before) for before in range(at))
    return is_saint and towns.knows(" ".join(words[at + 1 :]))


def _words_of_the_street(words: list[str]) -> int | None:
    """Count the words up to a road, or a street type and its direction; None if there is neither."""
    if road := road_at_the_start(" ".join(words)):
        return len(road[0].split())
    types = [at for at in range(len(words)) if is_street_type(words, at)]
    if not types:
        return None
    end = types[-1] + 1
    while end < len(words) and is_direction(words[end]):
        end += 1
    if end < len(words) and FLAT.fullmatch(words[end]):
        end += 1
    return end


def _by_usaddress(text: str, count: int) -> int:
    """Return how many of the last `count` words usaddress takes for the street; the rest are the town."""
    labels = [label for _, label in usaddress.parse(text.encode(errors="ignore").decode())]
    town = 0
    while town < min(len(labels), count - 1) and labels[-1 - town] == "PlaceName":
        town += 1
    return count - town


def _without_flat(text: str, reading: _Reading) -> str:
    """Move a flat after the street to `reading`: "Booth St upper", "Main St 201"."""
    words = text.split()
    is_flat = len(words) > 2 and (
        (FLAT.fullmatch(words[-1]) and ends_in_a_street(words[:-1]))
        or (reading.number and _BARE_UNIT.fullmatch(words[-1]) and is_street_type(words, len(words) - 2))
    )
    if is_flat and not road_at_the_start(text):
        reading.units = (*reading.units, words[-1])
        return " ".join(words[:-1])
    return text


def _joined(between: str, *pieces: str | None) -> str:
    return between.join(piece for piece in pieces if piece)
