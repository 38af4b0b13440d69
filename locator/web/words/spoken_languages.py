"""The names of the languages spoken at clinics, in the reader's language."""

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from locator.web.words.words import ENGLISH, Words


def languages_spoken(codes: Iterable[str], words: Words) -> str:
    """Return the names of languages by their ISO 639 codes, in the same order, with commas between them."""
    translated = _translated_names(words)
    return ", ".join(translated.get(code) or _by_babel(code, words.language) or code for code in codes)


def has_name(code: str) -> bool:
    """Return whether an ISO 639 code is that of a language we can name."""
    words = Words(ENGLISH)
    return code in _translated_names(words) or _by_babel(code, words.language) is not None


def _translated_names(words: Words) -> dict[str, str]:
    # The languages spoken most in Wisconsin's clinics, and those that Babel's data lacks in one of our languages.
    return {
        "ar": words.t("Arabic"),
        "ase": words.t("American Sign Language"),
        "cmn": words.t("Mandarin Chinese"),
        "en": words.t("English"),
        "es": words.t("Spanish"),
        "hmn": words.t("Hmong"),
        "kar": words.t("Karen"),
        "lo": words.t("Lao"),
        "prs": words.t("Dari"),
        "rhg": words.t("Rohingya"),
        "ru": words.t("Russian"),
        "so": words.t("Somali"),
        "vi": words.t("Vietnamese"),
    }


@lru_cache(maxsize=512)
def _by_babel(code: str, reader: str) -> str | None:
    try:
        names = Locale.parse(reader).languages
    except (UnknownLocaleError, ValueError):  # Babel has no Hmong; the English name is understood
        names = Locale("en").languages
    name = names.get(code)
    return str(name) if name else None
