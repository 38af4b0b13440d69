"""Words people type around a place, in English, Spanish and Hmong: "I live in ...", "vivo en ...", "kuv nyob ...".

They tell nothing about where the place is. Each pattern is anchored and tries a short list of words, so it is fast.
"""

import re

_I = re.IGNORECASE
_IS = r"(?:\s+(?:is|es|yog|esta|está)\b)?"
_NEAR = (
    r"(?:in|on|at|by|from|around|(?:right\s+|very\s+|just\s+)?(?:(?:north|south|east|west)\s+of|near(?:\s+to)?"
    r"|nearby|outside(?:\s+of)?)|nearest(?:\s+to)?|(?:close|closest|next)\s+to|somewhere\s+(?:in|near|around)|over\s+(?:in|by))"
)
_EN_CERCA = r"(?:en|por|de|desde|cerca\s+del?|al\s+lado\s+de|junto\s+a|afuera\s+de|fuera\s+de|aqu[ií]\s+en|a)"
_PLACED = r"(?:\s+(?:in|near|at|on|en|cerca\s+de))?"
_WHOSE = r"(?:my|our|the|his|her|their|home|mailing|current|mi|nuestr[ao]|su|la|el|kuv\s+lub|lub)"
_WHO = r"(?:i'?m|we'?re|i|we|he|she|they|my\s+(?:mom|mother|wife|husband|dad|father|sister|daughter|son))"
_WHAT = (
    r"(?:zip\s*-?\s*codes?|zip|postal\s+codes?|(?:home\s+|mailing\s+|street\s+)?address|location|c[oó]digo\s+postal"
    r"|direcci[oó]n|domicilio|zip\s+code|chaw\s+nyob)"
)
_CARE = (
    r"(?:(?:breast\s+)?(?:cancer\s+)?(?:clinic|doctor|hospital|oncologist|specialist|center|care|treatment)|oncology|chemo"
    r"(?:therapy)?|radiation|mammogram|cl[ií]nica|hospital(?:es)?|doctor(?:a|es)?|onc[oó]log[oa])"
)
_WANT = (
    r"(?:(?:i|we)\s+(?:need|want)|(?:i'?m\s+|we'?re\s+)?looking\s+for|find(?:\s+me)?|show(?:\s+me)?|where\s+(?:is|are)|busco"
    r"|necesito)\s+(?:an?\s+|the\s+|una?\s+|some\s+)?"
)
_PHRASES = (
    r"(?:hi(?!\s+hat)|hello|hey|hola|please|buen[oa]s\s+(?:d[ií]as|tardes|noches)|nyob\s+zoo|yes|s[ií](?=,))\b[,!.]*",
    rf"{_WHO}\s+(?:am\s+|are\s+|is\s+|currently\s+)?(?:lives?|living|stays?|staying|resides?|works?|located)\s+{_NEAR}\b",
    rf"(?:i'?m|i\s+am|we'?re|we\s+are|it'?s|it\s+is|this\s+is)\b(?:\s+{_NEAR}\b)?",
    rf"(?:yo\s+)?(?:vivo|vivimos|vive|estoy|estamos|resido|radico|soy|somos|me\s+encuentro|ando)\s+{_EN_CERCA}\b",
    rf"(?:{_WHOSE}\s+){{1,2}}{_WHAT}\b{_IS}\s*[:=#]?",
    rf"(?:{_WHOSE}\s+)?[^\W\d_]{{2,20}}'s\s+{_WHAT}\b{_IS}\s*[:=#]?",
    rf"(?:my|our|mi|nuestra)\s+(?:city|town|home\s*town|house|home|place|ciudad|pueblo|casa)\s+(?:is|es|est[aá])\b{_PLACED}",
    rf"{_WHAT}\b\s*(?:[:=#-]|\bis\b|\bes\b|\byog\b)\s*",
    r"(?:zip\s*-?\s*code|zip|postal\s+code|c[oó]digo\s+postal|c\.?\s?p\.?)\s*[:=#]?\s*(?=[0-9])",
    r"(?:address|direcci[oó]n)\s+(?=[0-9])",
    r"(?:address|addr|home|work|location|city|town|village|place|where|near|ciudad|pueblo|lugar|calle)\s*[:=]",
    rf"(?:{_WANT})?(?:the\s+)?(?:closest\s+|nearest\s+)?{_CARE}s?\s+(?:close\s+to|to|near|in|around|cerca\s+del?|en)\b",
    rf"{_NEAR}\b(?=[\s:])",
    r"(?:en|por|desde|cerca\s+del?|al\s+lado\s+de|junto\s+a)\b",
    r"(?:(?:la|el)\s+)?(?:ciudad|pueblo|municipio|poblado)\s+de\b",
    r"(?:the|la|el)\s+(?=(?:city|village|town|township|county|condado|corner|intersection|esquina|calle|avenida|area\s+of|[aá]rea\s+de)\b)",
    r"(?:area\s+of|[aá]rea\s+de)\b",
    r"kuv\s+nyob\b(?:\s+(?:hauv|ntawm|ze|rau|nram|tim|pem)\b)*",
    r"(?:nyob\s+)?(?:hauv|ntawm|ze)\b(?=\s)",
    r"the\s+(?=.*\sarea$)",
    r"(?:the\s+)?(?:downtown|(?:north|south|east|west)\s*side)\b(?:\s+of)?(?=\s)",
    r"@",
)  # fmt: skip
_LEAD_IN = re.compile(rf"(?:{'|'.join(_PHRASES)})[\s:,]*", _I)
_TRAILING = re.compile(
    r"[\s,.]+(?:please|pls|thanks|thank\s+you|por\s+favor|gracias|ua\s+tsaug|zip(?:\s+code)?|and\s+nearby|or\s+nearby"
    r"|(?:metro\s+|metropolitan\s+)?area|downtown|(?:north|south|east|west)\s*side)[.!]*",
    _I,
)
_BEFORE_A_ZIP = re.compile(
    r"[\s,]+(?:zip\s*-?\s*code|zip|postal\s+code|c[oó]digo\s+postal|c\.?\s?p\.?)\s*[:=#]?\s*(?=[0-9]{5}(?:\s?-?\s?[0-9]{4})?$)",
    _I,
)
_COUNTRY = re.compile(
    r"(?:,\s*|\s+|^)(?:united\s+states(?:\s+of\s+america)?|u\.?\s?s\.?\s?a\.?|u\.s\.?|us|estados\s+unidos|ee\.?\s?uu\.?)$",
    _I,
)
_MOST = 6


def without_noise(text: str) -> str:
    """Return the text without the words around the place and without the country; "" if there is nothing else."""
    for _ in range(_MOST):
        shorter = _shorter(text)
        if shorter == text:
            break
        text = shorter
    return text


def _shorter(text: str) -> str:
    text = _bare(text)
    if found := _LEAD_IN.match(text):
        return text[found.end() :]
    for pattern in (_TRAILING, _COUNTRY):
        # Searching only the last words keeps a long run of spaces or commas from being tried at every position.
        start = max(0, len(text) - 30)
        if found := next((f for f in pattern.finditer(text, start) if f.end() == len(text)), None):
            return text[: found.start()]
    return _BEFORE_A_ZIP.sub(" ", text, count=1)


def _bare(text: str) -> str:
    """Strip punctuation from around a text: quotes, exclamation marks, the period after a ZIP."""
    text = text.strip(" ,;:!?\"'*<>=|").lstrip(".#)")
    if text.endswith(")") and "(" not in text:
        text = text[:-1]
    if text.startswith("(") and (text.endswith(")") or ")" not in text):
        text = text[1:].rstrip(")")
    if text.endswith(".") and text[-2:-1].isdigit():
        text = text[:-1]
    return text
