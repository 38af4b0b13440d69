"""Languages by their ISO 639 codes, as a search asks for them, and by the names people write."""

import re
from functools import lru_cache

from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of
from locator.text.folding import key_of

_SEPARATORS = ";,|\n/"
_AND = re.compile(r"(?i)\s+(?:and|y|as well as)\s+|\s*[&+]\s*")

# ISO 639-1, complete (183 codes); a language without one has three letters.
_TWO_LETTERS = frozenset([
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi", "bm", "bn",
    "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz", "ee", "el",
    "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv",
    "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it",
    "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky",
    "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt",
    "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa",
    "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl",
    "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn",
    "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo",
    "za", "zh", "zu",
])  # fmt: skip

# The code we keep, and after it whatever else means the same: English names, the language's own, other ISO codes. Those
# most spoken at home in Wisconsin and in its hospitals' lists of interpreters.
_NAMES: dict[str, tuple[str, ...]] = {
    "am": ("Amharic", "አማርኛ", "amh"),
    "ar": ("Arabic", "العربية", "ara"),
    "ase": ("ASL", "American Sign Language", "Sign Language"),
    "bn": ("Bengali", "Bangla", "বাংলা", "ben"),
    "bs": ("Bosnian", "Bosanski", "bos"),
    "cmn": ("Mandarin", "Mandarin Chinese", "Chinese (Mandarin)", "普通话", "國語"),
    "de": ("German", "Deutsch", "deu", "ger"),
    "en": ("English", "eng"),
    "es": ("Spanish", "Español", "Castellano", "spa"),
    "fa": ("Farsi", "Persian", "فارسی", "fas", "per"),
    "fr": ("French", "Français", "fra", "fre"),
    "gu": ("Gujarati", "ગુજરાતી", "guj"),
    "hi": ("Hindi", "हिन्दी", "hin"),
    "hmn": ("Hmong", "Hmoob", "White Hmong", "Green Hmong", "Hmong Daw", "Hmong Njua", "mww", "hnj"),
    "hr": ("Croatian", "Hrvatski", "hrv"),
    "ht": ("Haitian Creole", "Haitian", "Kreyòl", "Kreyòl Ayisyen", "hat"),
    "it": ("Italian", "Italiano", "ita"),
    "ja": ("Japanese", "日本語", "jpn"),
    "kar": ("Karen", "S'gaw Karen", "ksw"),
    "km": ("Khmer", "Cambodian", "ភាសាខ្មែរ", "khm"),
    "ko": ("Korean", "한국어", "kor"),
    "lo": ("Lao", "Laotian", "ລາວ"),
    "mez": ("Menominee",),
    "my": ("Burmese", "မြန်မာဘာသာ", "mya", "bur"),
    "nb": ("Norwegian", "Norsk", "nob", "nor"),
    "ne": ("Nepali", "नेपाली", "nep"),
    "oj": ("Ojibwe", "Ojibwa", "Chippewa", "Anishinaabemowin", "oji"),
    "one": ("Oneida",),
    "pa": ("Punjabi", "Panjabi", "ਪੰਜਾਬੀ", "pan"),
    "pl": ("Polish", "Polski", "pol"),
    "prs": ("Dari",),
    "ps": ("Pashto", "پښتو", "pus"),
    "pt": ("Portuguese", "Português", "por"),
    "rhg": ("Rohingya",),
    "ru": ("Russian", "Русский", "rus"),
    "rw": ("Kinyarwanda", "kin"),
    "so": ("Somali", "Soomaali", "som"),
    "sr": ("Serbian", "Српски", "Srpski", "srp"),
    "sw": ("Swahili", "Kiswahili", "swa"),
    "ta": ("Tamil", "தமிழ்", "tam"),
    "te": ("Telugu", "తెలుగు", "tel"),
    "th": ("Thai", "ไทย", "tha"),
    "ti": ("Tigrinya", "ትግርኛ", "tir"),
    "tl": ("Tagalog", "Filipino", "tgl", "fil"),
    "uk": ("Ukrainian", "Українська", "ukr"),
    "ur": ("Urdu", "اردو", "urd"),
    "vi": ("Vietnamese", "Tiếng Việt", "vie"),
    "win": ("Ho-Chunk", "Hoocąk", "Winnebago"),
    "yue": ("Cantonese", "Cantonese Chinese", "Chinese (Cantonese)", "廣東話"),
    "zh": ("Chinese", "中文", "zho", "chi"),
}  # fmt: skip
# Codes of languages that are answers in most spreadsheets. "Norwegian" is kept as Bokmål, "nb".
_ANSWERS = frozenset({"no", "na", "yes", "any", "all", "non", "tbd"})
_NOT_A_LANGUAGE = "Names or codes of languages; an empty cell where none is known. For Norwegian, nb."
_CODES = {key_of(name): code for code, names in _NAMES.items() for name in (code, *names)}


@lru_cache(maxsize=4096)
def read_languages(text: str) -> Reading:
    """Return the codes of the languages named in a cell, in its order, each once."""
    codes: list[str] = []
    wrong: list[Remark] = []
    doubtful: list[Remark] = []
    for part in _names_in(text):
        name = part.lower()
        if known := _CODES.get(key_of(part)):
            codes.append(known)
        elif name in _ANSWERS:
            wrong.append(Remark("unknown-language", _NOT_A_LANGUAGE, part))
        elif name in _TWO_LETTERS:
            codes.append(name)
        elif len(name) == 3 and name.isascii() and name.isalpha():
            codes.append(name)
            doubtful.append(Remark("unfamiliar-language", found=part))
        else:
            wrong.append(Remark("unknown-language", found=part))
    if wrong or not codes:
        raise BadCell(*(wrong or [Remark("unknown-language")]), *doubtful)
    return Reading(tuple(dict.fromkeys(codes)), tuple(doubtful))


def _names_in(text: str) -> list[str]:
    """Return the languages named in a cell; "and" stands between two of them if both are known."""
    names: list[str] = []
    for part in parts_of(text, separators=_SEPARATORS):
        pieces = [piece for piece in _AND.split(part) if piece]
        bare = re.sub(r"(?i)^and\s+", "", part)  # "English, Spanish, and Hmong"
        if len(pieces) > 1 and all(key_of(piece) in _CODES for piece in pieces):
            names += pieces
        else:
            names.append(bare if key_of(bare) in _CODES else part)
    return list(dict.fromkeys(names))
