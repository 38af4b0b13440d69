"""How a patient gets an interpreter: by whom, and for which languages if that is known.

A value is a tuple of texts such as "staff:es", "on_site" and "phone:hmn". In a cell the parts are separated by ";" or a
line break, and a part names the way, and after a colon its languages: "Staff: Spanish, Hmong; by phone".
"""

import re
from functools import lru_cache

from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of
from locator.importing.cells.languages import read_languages
from locator.text.folding import key_of

_SEPARATORS = ";|\n"
_NAMES: dict[str, tuple[str, ...]] = {
    "staff": ("staff", "bilingual staff", "staff interpreter", "staff interpreters", "our staff", "in house",
              "employed interpreters"),
    "on_site": ("on site", "onsite", "in person", "in person interpreter", "in person interpreters",
                "on site interpreter", "on site interpreters"),
    "phone": ("phone", "by phone", "telephone", "by telephone", "over the phone", "phone interpreter", "language line",
              "phone interpreters", "telephonic", "telephone interpreter", "telephone interpreters"),
    "video": ("video", "by video", "video remote", "video interpreter", "video interpreters",
              "video remote interpreting", "vri"),
}  # fmt: skip
WAYS = tuple(_NAMES)
_MEANT = {key_of(name): way for way, names in _NAMES.items() for name in names}
_IN_BRACKETS = re.compile(r"([^()]{1,100})\(([^()]{1,300})\)")
_ANY_LANGUAGE = {key_of(name) for name in ("any", "any language", "all", "all languages", "many languages")}


@lru_cache(maxsize=1024)
def read_interpreters(text: str) -> Reading:
    """Return the ways in a cell in its order, each once, with a text for each language."""
    ways: list[str] = []
    wrong: list[Remark] = []
    doubtful: list[Remark] = []
    for part in parts_of(text, separators=_SEPARATORS):
        name, languages = _split(part)
        way = _MEANT.get(key_of(name.replace("_", " ")))
        if way is None:
            wrong.append(Remark("unreadable-interpreter", found=part))
        elif not languages or key_of(languages) in _ANY_LANGUAGE:
            ways.append(way)
        else:
            try:
                codes, remarks = read_languages(languages.replace(" and ", ", "))
            except BadCell as refused:
                wrong += refused.remarks
                continue
            ways += [f"{way}:{code}" for code in codes] if isinstance(codes, tuple) else []
            doubtful += remarks
    if wrong or not ways:
        raise BadCell(*(wrong or [Remark("unreadable-interpreter")]), *doubtful)
    return Reading(tuple(dict.fromkeys(ways)), tuple(doubtful))


def _split(part: str) -> tuple[str, str]:
    """Return the way and the languages of "phone: es, hmn" or "phone (es, hmn)"."""
    if found := _IN_BRACKETS.fullmatch(part):
        return found[1].strip(), found[2].strip()
    name, _, languages = part.partition(":")
    return name.strip(), languages.strip()
