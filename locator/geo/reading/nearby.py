"""Texts that ask for the place where somebody is, in English, Spanish and Hmong: "near me", "cerca de mí", "ze kuv".

We do not know where that is: a browser tells its location only if the person lets it.
"""

import re

_I = re.IGNORECASE
_PLACE = (
    r"(?:location|position|area|neighborhood|place|home|house|city|town|county|zip(?:\s*code)?|address|work|job|gps)"
)
_LUGAR = (
    r"(?:ubicaci[oó]n|posici[oó]n|[aá]rea|zona|barrio|colonia|ciudad|pueblo|casa|trabajo|direcci[oó]n"
    r"|c[oó]digo\s+postal)"
)
# These say "near me" wherever they are in a text.
_SURELY = (
    r"(?:near(?:est)?|close(?:st)?|next|around|by|beside)\s*(?:to\s+|by\s+)?(?:me|us(?!\s+(?:hwy|highway|route|rte?|[0-9])))|(?:around|near)\s+here"
    rf"|(?:near(?:est)?|close(?:st)?|around|by|in)\s+(?:to\s+)?(?:my|our)\s+(?:current\s+|own\s+)?{_PLACE}|where\s+(?:i|we)\s+(?:am|are|live|live\s+now)"
    r"|cerca\s+de\s+(?:m[ií]|nosotros|aqu[ií]|ac[aá])|cerca\s+(?:de\s+)?donde\s+(?:estoy|vivo)|m[aá]s\s+cercan[oa]s?\s+a\s+m[ií]|cercan[oa]s?\s+a\s+m[ií]"
    rf"|cerca\s+de\s+mi\s+{_LUGAR}|por\s+aqu[ií](?:\s+cerca)?|aqu[ií]\s+cerca|ze\s+(?:ntawm\s+)?kuv(?:\s+lub\s+tsev)?|ze\s+ntawm\s+no"
)
# These say it only if they are all that was typed.
_ALONE = (
    rf"me|here|right\s+here|nearby|near\s*by|close\s?by|near|local(?:ly)?|nearest|closest|home|gps|(?:use\s+)?(?:my|our|the|this)\s+(?:current\s+)?{_PLACE}"
    rf"|(?:use\s+)?(?:current|present|my)\s+{_PLACE}|location|anywhere|mí|aqu[ií]|ac[aá]|cerca|cercano|cercanas?|mi\s+{_LUGAR}(?:\s+actual)?"
    rf"|{_LUGAR}\s+actual|(?:usar\s+)?mi\s+ubicaci[oó]n|donde\s+(?:estoy|vivo)|ntawm\s+no|kuv|(?:siv\s+)?qhov\s+chaw\s+kuv\s+nyob|kuv\s+qhov\s+chaw"
)
_IS_NEARBY = re.compile(rf"(?:in\s+|at\s+|en\s+|de\s+)?(?:{_SURELY}|{_ALONE})", _I)
_AT_THE_START = re.compile(rf"(?:{_SURELY})\b[\s,:]+(?:(?:in|at|en|around)\s+)?(?=\S)", _I)
_AT_THE_END = re.compile(rf"(?:^|.*[\s,])(?:{_SURELY})", _I)
_NEARBY_LAST = re.compile(rf"[\s,]+(?:{_SURELY})$", _I)

# A word that each of them has.
_HINT = re.compile(
    r"(?i)near|close|here|\b(?:me|us|my|our|home|gps|local\w*|location|current|present|donde|kuv|no|mi|mí|aqu[ií]|ac[aá])\b"
    r"|where|anywhere|cerca|actual"
)


def asks_for_nearby(text: str) -> bool:
    """Return whether a text asks for the place where the person is: "near me", "oncologist near me", "aquí"."""
    if not _HINT.search(text):
        return False
    bare = text.strip(" .,;:!?\"'()")
    if bare == "ME" or any(character.isdigit() for character in bare):  # the code of Maine
        return False
    return _IS_NEARBY.fullmatch(bare) is not None or _AT_THE_END.fullmatch(bare) is not None


def without_nearby(text: str) -> str:
    """Return a text without "near me" before a place that it names: "near me 53703", "53703 near me"."""
    if not _HINT.search(text):
        return text
    bare = text.strip(" .,;:!?")
    if found := _AT_THE_START.match(bare):
        bare = text = bare[found.end() :]
    if any(character.isdigit() for character in bare) and (found := _NEARBY_LAST.search(bare)):
        return bare[: found.start()]
    return text
