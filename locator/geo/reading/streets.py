"""Streets, roads, house numbers, units and PO boxes, as people in Wisconsin write them.

The patterns are made for texts of at most 200 characters. None needs a house number: `County Road NN` is a street.
"""

import re

# Types that are in no town name of Wisconsin. "Falls", "Point", "Lake", "Green" and "Park" are in many.
STREET_TYPES = frozenset([
    "street", "st", "str", "avenue", "ave", "av", "avn", "road", "rd", "drive", "dr", "drv", "lane", "ln",
    "boulevard", "blvd", "boul", "court", "ct", "circle", "cir", "parkway", "pkwy", "pky", "highway", "hwy",
    "hiway", "hway", "terrace", "ter", "terr", "place", "pl", "way", "trail", "trl", "tr", "alley", "aly",
    "expressway", "expy", "turnpike", "tpke", "freeway", "fwy", "broadway", "esplanade", "causeway", "cwy", "cth",
    "sth", "ush", "run", "loop", "row", "path", "plaza", "plz", "square", "sq", "pass", "crossing", "xing",
])  # fmt: skip
# Those that mark a street even without a house number; the others are in town names of other states.
_SURE_TYPES = STREET_TYPES - {
    "str", "tr", "run", "loop", "row", "path", "plaza", "plz", "square", "sq", "pass", "crossing", "xing", "broadway",
    "esplanade", "causeway",
}  # fmt: skip
_BEGINS_A_ROAD = frozenset([
    "highway", "hwy", "hiway", "hway", "cth", "sth", "ush", "calle", "avenida", "carretera", "interstate",
])  # fmt: skip
_SAINTS = frozenset([
    "albans", "anthony", "augustine", "bonifacius", "charles", "clair", "cloud", "croix", "francis", "george",
    "germain", "helens", "ignace", "james", "joe", "john", "johns", "joseph", "louis", "lucie", "martin", "mary",
    "marys", "michael", "nazianz", "paul", "peter", "petersburg",
])  # fmt: skip
DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west", "so": "south", "no": "north"}
_DIRECTION_WORDS = frozenset([
    "n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "northeast", "northwest",
    "southeast", "southwest",
])  # fmt: skip

# How people abbreviate the words of town names ("Menomonee Fls", "Stevens Pt", "Wis Rapids").
TOWN_WORDS = {
    "fls": "falls", "pt": "point", "lk": "lake", "rpds": "rapids", "spgs": "springs", "spg": "spring", "hts": "heights",
    "jct": "junction", "ctr": "center", "wis": "wisconsin", "wisc": "wisconsin", "wi": "wisconsin", "pr": "prairie",
    "cy": "city", "mtn": "mountain", "riv": "river", "rvr": "river", "hbr": "harbor", "gr": "green", "ck": "creek",
    "grv": "grove",
}  # fmt: skip

_I = re.IGNORECASE
_COUNTY_ROAD = (
    r"(?:(?:county\s*|(?:cnty|cty|co)(?:\.\s*|\s+))(?:trunk\s*)?(?:highway|hwy|hw|road|rd|trunk|tr)\b\.?"
    r"|c\.?t\.?h\b\.?|cr\b\.?)"
)
_OF_A_STATE = r"(?:(?:old|business|bus|us|u\.s\.|u\.\s?s\.|wi|wis|wisconsin|state|st|federal)\b\.?[\s-]*)"
_STATE_ROAD = (
    rf"(?:{_OF_A_STATE}{{1,3}}(?:road|rd)|{_OF_A_STATE}{{0,3}}(?:highway|hwy|hiway|hway|trunk|route|rte|rt|sth|ush"
    r"|interstate|i|us|wi|wis))\b\.?[\s-]*#?\s*[0-9]{1,3}[a-z]{0,2}\b"
)
# "County Rd NN", "CTH K", "Cty Hwy X", "County K"; "STH 67", "US Hwy 12", "State Road 35", "Hwy 51 N", "I-94".
ROAD = re.compile(
    rf"(?P<road>(?:{_COUNTY_ROAD}|county|cnty\b\.?|cty\b\.?)\s*#?\s*(?:[a-z]{{1,3}}|[0-9]{{1,3}})\b|{_STATE_ROAD})"
    r"(?:\s+(?P<side>[nsew]|[ns][ew]|north|south|east|west)\b\.?)?",
    _I,
)
COUNTY_ROAD_BEFORE = re.compile(rf"(?:^|.*\s){_COUNTY_ROAD}", _I)
# Short words after "county" that are not the letters of a road: "County Line Rd", "county of Dane".
_NO_ROAD_LETTERS = frozenset(["of", "la", "de", "del", "en", "line", "the", "and", "st", "rd", "ave", "dr", "ln", "ct"])

PO_BOX = re.compile(
    r"(?:^|(?<=[\s,]))(?:p\s?[./]?\s?o\.?\s*(?:box|bx|b\b)|post\s+office\s+box|postal\s+box|apartado(?:\s+postal)?|pob)\b\.?"
    r"\s*(?:#|no\.?|number)?\s*(?P<id>[a-z]?-?[0-9]{1,6}[a-z]?|[a-z])(?=$|[\s,.])",
    _I,
)
_ROUTE_BOX = r"\s*,?\s*(?:box|bx)\.?\s*#?\s*[0-9]{1,5}[a-z]?"
_RURAL_ROUTE_ALONE = (
    r"(?:r\.?\s?r\.?|rural\s+(?:route|rte?\.?)|ruta\s+rural|r\.?\s?f\.?\s?d\.?|star\s+(?:route|rte?\.?))"
    r"\s*(?:#|no\.?)?\s*[0-9]{1,3}[a-z]?"
)
RURAL_ROUTE_ALONE = re.compile(rf"(?:{_RURAL_ROUTE_ALONE}|(?:hc|r|rt|rte|route)\.?\s*#?\s*[0-9]{{1,3}})", _I)
BOX_ALONE = re.compile(r"(?:box|bx)\.?\s*#?\s*[0-9]{1,5}[a-z]?(?=$|\s)", _I)
RURAL_ROUTE = re.compile(
    rf"(?:^|(?<=[\s,]))(?:{_RURAL_ROUTE_ALONE}(?:{_ROUTE_BOX})?|(?:hc|r|rt|rte|route|highway\s+contract)\.?\s*#?\s*"
    rf"[0-9]{{1,3}}{_ROUTE_BOX}|(?:box|bx)\.?\s*#?\s*[0-9]{{1,5}}[a-z]?\s*,?\s*{_RURAL_ROUTE_ALONE})(?=$|[\s,.])",
    _I,
)
_UNIT_WORDS = (
    "apartment|apartamento|apto|appt|apt|departamento|depto|suite|ste|unidad|unit|lote|lot|room|rm|cuarto|trailer|trlr"
    "|building|bldg|space|spc|floor|fl|piso"
)
_UNIT_ID = r"(?P<id>[0-9][0-9a-z/-]{0,7}|[a-z](?:-?[0-9]{1,5})?)"
UNIT = re.compile(
    rf"(?:^|(?<=[\s,]))(?:(?:(?:{_UNIT_WORDS})\b\.?\s*(?:#|no\.)?\s*|(?P<sign>\#)\s*){_UNIT_ID}(?=$|[\s,.])"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)\s+(?:floor|fl)\b\.?)",
    _I,
)
# The flats of Milwaukee's houses. They count only after a street's type, because Front St and Upper Rd are streets.
FLAT = re.compile(r"(?P<flat>upper|lower|upstairs|downstairs|rear|front|upr|lwr)\b\.?(?=$|\s)", _I)

# House numbers. Grid numbers are kept whole ("N56W39043", "N56 W39043", "W3985"); "123-125", "123A", "123 1/2".
GRID_NUMBER = re.compile(
    r"(?P<first>[nsew])\s?(?P<a>[0-9]{1,6}[a-z]?)(?:(?P<gap>\s*-?\s*)(?P<second>[nsew])\s?(?P<b>[0-9]{2,6}[a-z]?))?(?=$|[\s,])",
    _I,
)
HOUSE_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,6}(?:-[0-9]{1,6})?(?:\s?-?[a-z])?(?:\s[1-3]/[234])?)(?=$|[\s,])", _I)
ORDINAL = re.compile(r"[0-9]{1,3}(?:st|nd|rd|th)", _I)
INTERSECTION = re.compile(r"\s*(?:&|@|\s/\s|\+|\s(?:and|y|at|con)\s)\s*", _I)
CORNER = re.compile(
    r"(?:(?:the|la|en)\s+)?(?:(?:corner|intersection)(?:\s+of)?|(?:esquina|cruce)(?:\s+(?:de|con))?)\s+(?:(?:la|calle)\s+){0,2}",
    _I,
)
_CALLE = re.compile(r"(?P<kind>calle|avenida)\s+(?P<name>.+)", re.IGNORECASE)


def word_of(text: str) -> str:
    """Return a word in the form in which words are compared: lower case, without punctuation around it."""
    return text.strip(".,;:()\"'").lower()


def is_street_type(words: list[str], at: int) -> bool:
    """Return whether the word at this position is a street type; "St" before a saint's name is not."""
    word = word_of(words[at])
    if word not in STREET_TYPES:
        return False
    following = word_of(words[at + 1]) if at + 1 < len(words) else ""
    if word == "st" and following in _SAINTS:
        # In "State St St Croix Falls", the second is the saint. Nobody writes "Main St Francis".
        return False
    return at > 0 or word in _BEGINS_A_ROAD


def is_direction(word: str) -> bool:
    return word_of(word) in _DIRECTION_WORDS


def ends_in_county_road(text: str) -> bool:
    """Return whether the letters of a county road come next: in "W3985 County Road MN", MN is not a state."""
    return COUNTY_ROAD_BEFORE.fullmatch(text) is not None


def names_a_street(text: str, *, state_elsewhere: bool = False) -> bool:
    """Return whether words without a digit name a street, a PO box or a crossing rather than a town.

    `state_elsewhere`: another state was named, where town names can end in a street type (Federal Way, Grand Terrace).
    """
    words = text.split()
    if CORNER.match(text) or "&" in text or "@" in text or PO_BOX.match(text):
        return True
    if road_at_the_start(text):
        return True
    last = len(words) - 1
    return any(
        word_of(word) in _SURE_TYPES and is_street_type(words, at) and not (state_elsewhere and at == last)
        for at, word in enumerate(words)
    ) and not (len(words) > 1 and word_of(words[-2]) == "court" and word_of(words[-1]) == "house")


def road_at_the_start(text: str) -> re.Match[str] | None:
    """Match the county, state or US road that the text begins with."""
    found = ROAD.match(text)
    if found and word_of(found["road"].split()[-1]) in _NO_ROAD_LETTERS:
        return None
    return found


def ends_in_a_street(words: list[str]) -> bool:
    """Return whether the words end in a street type or a road, with or without a direction."""
    while len(words) > 1 and is_direction(words[-1]):
        words = words[:-1]
    return is_street_type(words, len(words) - 1) or ROAD.search(" ".join(words)) is not None


# House numbers


def number_at_the_start(text: str) -> tuple[str, str]:
    """Return the house number that the text begins with ("" if it does not), and the rest."""
    if found := GRID_NUMBER.match(text):
        rest = text[found.end() :].lstrip(" ,")
        # "N 5th", "W 12 Mile Rd": a direction. A grid number is long, has two parts, or no space after its letter.
        if found["second"] or text[1:2] != " " or sum(c.isdigit() for c in found["a"]) > 2:
            number = f"{found['first']}{found['a']}"
            if found["second"]:
                gap = found["gap"] if found["gap"].strip() or not found["gap"] else " "
                number += f"{gap}{found['second']}{found['b']}"
            return number, rest
    if (found := HOUSE_NUMBER.match(text)) and not ORDINAL.match(text):
        number, rest = found["number"], text[found.end() :].lstrip(" ,")
        is_apart = number[-2:-1] == " " or (number[-2:-1] == "-" and is_direction(number[-1]))
        if number[-1].isalpha() and is_apart:  # "1234 N Main St", "1234 A St"
            number, rest = number[:-2], f"{number[-1]} {rest}"
        if INTERSECTION.match(f" {rest}") or rest[:5].lower() == "mile ":  # "16 y Greenfield", "4 Mile Rd"
            return "", text
        return number, rest
    words = text.split(maxsplit=1)
    if len(words) > 1 and words[0].lower() == "one":  # "One Hospital Drive"
        return "1", words[1]
    return "", text


def number_after_a_name(text: str) -> int | None:
    """Return where the house number begins after the name of a place: "UW Hospital 600 Highland Ave"."""
    words = text.split()
    start = 0
    for at, word in enumerate(words[:-2]):
        if at and number_at_the_start(word)[0] == word and not (at == 1 and is_direction(words[0])):  # "W 12 Mile Rd"
            follows = any(is_street_type(words, later) for later in range(at + 2, min(at + 8, len(words))))
            if follows or road_at_the_start(" ".join(words[at + 1 :])):
                return start
        if ROAD.match(" ".join(words[at:])) or word_of(word) in ("calle", "avenida", "old"):
            return None
        start += len(word) + 1
    return None


# Names on street signs


def name_on_the_sign(text: str, *, has_number: bool) -> tuple[str, str | None]:
    """Return the street as its sign has it, and a house number that comes after it ("calle Main 123").

    Crossings get an "&", and "calle" and "avenida" become "St" and "Ave". With `has_number`, a house number was before
    the street, so there is none after it.
    """
    sides = [side for side in INTERSECTION.split(text, maxsplit=2) if side]
    if not has_number and len(sides) == 2:
        return " & ".join(_ordinal(side) if side.isdigit() else _sign(side) for side in sides), None
    found = _CALLE.fullmatch(text)
    if found and not has_number:
        *name, last = found["name"].split()
        if name and last.isdigit():
            return _sign(f"{found['kind']} {' '.join(name)}"), last
    return _sign(text), None


def _sign(text: str) -> str:
    found = _CALLE.fullmatch(text)
    if not found:
        return text
    name = found["name"]
    if name.isdigit() and len(name) <= 3:
        name = _ordinal(name)
        return f"{name} St" if found["kind"].lower() == "calle" else f"{name} Ave"
    return f"{name} Ave" if found["kind"].lower() == "avenida" and not ends_in_a_street(name.split()) else name


def _ordinal(digits: str) -> str:
    number = int(digits[:6])
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
