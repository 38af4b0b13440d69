"""Where the house number is in a line, and what it is: "N56W39043", "123 1/2", and none in "5th St"."""

from locator.geo.reading.street_words import (
    GRID_NUMBER,
    HOUSE_NUMBER,
    INTERSECTION,
    ORDINAL,
    ROAD,
    is_side,
    is_street_type,
    road_at_the_start,
    word_of,
)


def number_at_the_start(text: str) -> tuple[str, str]:
    """Give the house number that begins the text, and the rest; an empty number where there is none."""
    if found := GRID_NUMBER.match(text):
        rest = text[found.end() :].lstrip(" ,")
        # "N 5th", "W 12 Mile Rd" have a direction and no number; a grid number is one or two words, or longer.
        if found["second"] or text[1:2] != " " or sum(c.isdigit() for c in found["a"]) > 2:
            number = f"{found['first']}{found['a']}"
            if found["second"]:
                gap = found["gap"] if found["gap"].strip() or not found["gap"] else " "
                number += f"{gap}{found['second']}{found['b']}"
            return number, rest
    if (found := HOUSE_NUMBER.match(text)) and not ORDINAL.match(text):
        number, rest = found["number"], text[found.end() :].lstrip(" ,")
        is_apart = number[-2:-1] == " " or (number[-2:-1] == "-" and is_side(number[-1]))
        if number[-1].isalpha() and is_apart:  # "1234 N Main St", "1234 A St"
            number, rest = number[:-2], f"{number[-1]} {rest}"
        if INTERSECTION.match(f" {rest}") or rest[:5].lower() == "mile ":  # "16 y Greenfield", "4 Mile Rd"
            return "", text
        return number, rest
    words = text.split(maxsplit=1)
    if len(words) > 1 and words[0].lower() == "one":  # "One Hospital Drive"
        return "1", words[1]
    return "", text


def number_behind_a_name(text: str) -> int | None:
    """Give where the house number begins behind the name of a place: "UW Hospital 600 Highland Ave"."""
    words = text.split()
    start = 0
    for at, word in enumerate(words[:-2]):
        if at and number_at_the_start(word)[0] == word and not (at == 1 and is_side(words[0])):  # "W 12 Mile Rd"
            follows = any(is_street_type(words, later) for later in range(at + 2, min(at + 8, len(words))))
            if follows or road_at_the_start(" ".join(words[at + 1 :])):
                return start
        if ROAD.match(" ".join(words[at:])) or word_of(word) in ("calle", "avenida", "old"):
            return None
        start += len(word) + 1
    return None
