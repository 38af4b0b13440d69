"""Reads a point in degrees as people, telephones, maps and GPS receivers write it.

"43.0731,-89.4012", "43.0731° N, 89.4012° W", "N 43 04.4 W 89 24.1", "43°04'23.1\" N, 89°24'04\" W",
"lat 43.07 lon -89.40", a link to a map. North comes first, then east, unless letters or labels say otherwise.
"""

import re
from dataclasses import dataclass, field

from locator.geo.errors import UnreadablePlace
from locator.geo.point import Point
from locator.text.sentence import Sentence

_MOST_NORTH, _SIXTY = 90, 60
_MOST_NUMBERS = 3  # of one coordinate: degrees, minutes, seconds
_NUMBER = r"[-+]?[0-9]{1,20}(?:\.[0-9]{0,20})?"
_NOT_A_NUMBER = re.compile(r"(?i)[-+]?(nan|inf|infinity|[0-9.]+e[-+]?[0-9]+)")
_ZOOM = re.compile(r"(?i)(?<=[0-9]),\s*[0-9]{1,2}(?:\.[0-9]{1,3})?z$")
_DECIMAL_COMMAS = re.compile(r"([-+]?[0-9]{1,2}),([0-9]{4,20})(?:\s*,\s*|\s+)([-+]?[0-9]{1,3}),([0-9]{4,20})")
_ON_A_MAP = re.compile(
    r"(?i)(?:/@|[?&](?:q|ll|sll|query|center|destination|daddr|saddr|mlat)=(?:loc:)?|^geo:|!3d)"
    r"(?P<lat>-?[0-9]{1,2}\.[0-9]{1,20})(?:,|%2c|!4d|&mlon=)\s*(?P<lon>-?[0-9]{1,3}\.[0-9]{1,20})"
)
_WELL_KNOWN_TEXT = re.compile(rf"(?i)point\s*\(\s*(?P<lon>{_NUMBER})\s+(?P<lat>{_NUMBER})\s*\)?")
_LABEL = re.compile(r"(?i)[\"']?\b(?P<label>lat(?:itude?|itud)?|lon(?:g|gitude?|gitud)?|lng)\b[\"']?\.?\s*[:=]?\s*")
_WORDS = re.compile(r"(?i)\b(?:north|norte|south|sur|east|este|west|oeste)\b")
_LETTER_OF = {"north": "N", "norte": "N", "south": "S", "sur": "S", "east": "E", "este": "E", "west": "W", "oeste": "W"}
# One sign for each of the many that are typed. Normalizing (NFKC) has turned º into o, ″ into two ′, and ˚ into U+030A.
_MARKS = (
    (re.compile(r"(?i)(?<=[0-9.])\s*(?:°|\u030a|degrees?\b|deg\b\.?|grados?\b|o(?=\s*[0-9'NSEW,]|\s*$))"), "°"),
    (re.compile(r"(?i)(?<=[0-9.])\s*(?:\"|''|\u2032\u2032|seconds?\b|segundos?\b|sec\b\.?)"), '"'),
    (re.compile(r"(?i)(?<=[0-9.])\s*(?:'|\u2032|minutes?\b|minutos?\b|min\b\.?)"), "'"),
)
_TOKEN = re.compile(rf"(?i)\s*(?:(?P<number>{_NUMBER})|(?P<letter>[NSEW])|(?P<mark>[°'\"])|(?P<comma>,)|[:/&])\s*")
# A hyphen after whole degrees or minutes is no minus: "43-04-23N". After a decimal it is one: "43.0731-89.4012".
_HYPHENS = re.compile(r"(?<![.0-9])([0-9]{1,3})-(?=[0-9]{1,2}(?:$|[^0-9]))")
_LONG_WORD = re.compile(r"[A-Za-z]{3,}")
_POINT_WORD = re.compile(
    r"(?i)lat|lon|lng|north|norte|south|sur|east|este|west|oeste|deg|grado|min|sec|seg|point|geo:|http|www|goo|nan|inf"
)
_D_M_S = re.compile(r"(?i)([0-9]{1,3})\s?d\s*([0-9.]{1,12})\s?m(?:\s*([0-9.]{1,12})\s?s)?(?=$|[\s,NSEW])")

# Where somebody is who forgot the minus of the west: around Wisconsin and its neighbors, in degrees.
_HOME_NORTH, _HOME_WEST = (40.0, 50.0), (84.0, 97.0)
# The contiguous states.
_NORTH, _WEST = (24.0, 50.0), (66.0, 125.0)


@dataclass(slots=True)
class _Coordinate:
    """Degrees, or degrees with minutes and seconds; `letter` says which way they count."""

    numbers: list[str] = field(default_factory=list)
    letter: str = ""

    def degrees(self) -> float | None:
        """Return the degrees, None if the numbers are none."""
        if not 1 <= len(self.numbers) <= _MOST_NUMBERS or any("." in number for number in self.numbers[:-1]):
            return None
        first, *parts = self.numbers
        if any(number[0] in "+-" or float(number) >= _SIXTY for number in parts):
            return None
        size = abs(float(first))
        for power, number in enumerate(parts, start=1):
            size += float(number) / float(_SIXTY**power)
        # "-89.4 W" says west twice.
        return -size if first.startswith("-") or self.letter in ("S", "W") else size


@dataclass(slots=True)
class _Written:
    """What a text of numbers, letters and marks holds."""

    coordinates: tuple[_Coordinate, _Coordinate]
    has_marks: bool
    has_comma: bool  # or letters behind the numbers, "45N 90W"; before them they may be a grid number

    @property
    def is_point(self) -> bool:
        """Return whether it is surely a point: two bare numbers can be anything else."""
        first, second = self.coordinates
        decimals = ["." in each.numbers[-1] for each in self.coordinates]
        if first.letter and second.letter:
            has_minutes = len(first.numbers) == len(second.numbers) > 1
            return self.has_marks or any(decimals) or self.has_comma or has_minutes
        if len(first.numbers) == len(second.numbers) == 1:
            return self.has_comma or all(decimals) or self.has_marks
        return self.has_marks or all(decimals) or len(first.numbers) == len(second.numbers) == _MOST_NUMBERS


def read_point(asked: str) -> Point | None:
    """Return the point that is all of a text; None if it is none.

    Raises UnreadablePlace for numbers that are no point, that look swapped, or that lack the minus of the west.
    """
    if _LONG_WORD.search(asked) and not _POINT_WORD.search(asked):  # an address, or a town
        return None
    if found := _ON_A_MAP.search(asked) or _WELL_KNOWN_TEXT.fullmatch(asked):
        return _checked(float(found["lat"]), float(found["lon"]))
    pieces = asked.split(",")
    if len(pieces) == 2 and any(_NOT_A_NUMBER.fullmatch(piece.strip()) for piece in pieces):
        raise UnreadablePlace(Sentence("A point is two plain numbers, lat,lon, such as 43.0731,-89.4012."))
    if not any(character.isdigit() for character in asked):
        return None
    text = _DECIMAL_COMMAS.sub(r"\1.\2, \3.\4", _ZOOM.sub("", asked))
    labels = [label["label"][:3].lower() for label in _LABEL.finditer(text)]
    text = _LABEL.sub(" ", text).strip(" {}()[],") if labels else text
    text = _WORDS.sub(lambda word: _LETTER_OF[word[0].lower()], text)
    text = _D_M_S.sub(lambda found: f"{found[1]}°{found[2]}' {found[3] or ''}", text)
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    written = _written(text)
    if written is None or not (labels or written.is_point):
        return None
    first, second = written.coordinates
    lat, lon = first.degrees(), second.degrees()
    if lat is None or lon is None:
        return None
    is_east_first = first.letter in ("E", "W") or second.letter in ("N", "S") or labels[:1] in (["lon"], ["lng"])
    return _checked(lon, lat) if is_east_first else _checked(lat, lon)


def _written(text: str) -> _Written | None:
    """Return the two coordinates of a text, None if there is anything else in it."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    letters = [at for at, (kind, _) in enumerate(tokens) if kind == "letter"]
    commas = [at for at, (kind, _) in enumerate(tokens) if kind == "comma"]
    numbers = [at for at, (kind, _) in enumerate(tokens) if kind == "number"]
    if not 2 <= len(numbers) <= 2 * _MOST_NUMBERS or len(letters) > 2:
        return None
    if len(letters) == 2 and letters[0] == 0:  # "N 43 04.4 W 89 24.1"
        middle = letters[1]
    elif len(letters) == 2 and letters[1] == len(tokens) - 1:  # "43.07 N 89.40 W"
        middle = letters[0] + 1
    elif len(commas) == 1:
        middle = commas[0]
    elif len(numbers) % 2 == 0:
        middle = numbers[len(numbers) // 2]
    else:
        return None
    first, second = _coordinate(tokens[:middle]), _coordinate(tokens[middle:])
    if not first.numbers or not second.numbers:
        return None
    has_marks = any(kind == "mark" for kind, _ in tokens)
    return _Written((first, second), has_marks, has_comma=letters[:1] != [0] and (bool(commas) or len(letters) > 1))


def _tokens(text: str) -> list[tuple[str, str]] | None:
    tokens = []
    at = 0
    text = _HYPHENS.sub(r"\1 ", text)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        if found.lastgroup:
            tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _coordinate(tokens: list[tuple[str, str]]) -> _Coordinate:
    return _Coordinate(
        [text for kind, text in tokens if kind == "number"],
        next((text.upper() for kind, text in tokens if kind == "letter"), ""),
    )


def _checked(lat: float, lon: float) -> Point:
    """Return the point. Raises UnreadablePlace if it is none, or if it was surely meant to be another one."""
    if _is_in(-lat, _WEST) and -lat <= _MOST_NORTH and _is_in(lon, _NORTH):
        raise UnreadablePlace(
            Sentence("A point is lat,lon: north first, then east, such as 43.0731,-89.4012. These look swapped.")
        )
    is_home = _is_in(lat, _HOME_NORTH) and _is_in(lon, _HOME_WEST)
    if is_home or (_is_in(lat, _HOME_WEST) and _is_in(lon, _HOME_NORTH)):
        raise UnreadablePlace(
            Sentence(
                "This point is on the other side of the world. Did you leave out the minus? A point here is lat,-lon,"
                " such as 43.0731,-89.4012."
            )
        )
    try:
        return Point(lat=lat, lon=lon)
    except ValueError:
        if abs(lat) > _MOST_NORTH:
            raise UnreadablePlace(Sentence("A point is lat,lon: lat must be a number from -90 to 90.")) from None
        raise UnreadablePlace(Sentence("A point is lat,lon: lon must be a number from -180 to 180.")) from None


def _is_in(degrees: float, span: tuple[float, float]) -> bool:
    return span[0] <= degrees <= span[1]
