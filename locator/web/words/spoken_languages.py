"""The names of the languages that clinics speak, in the reader's own."""

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from locator.web.words.words import Words


def languages_spoken(codes: Iterable[str], words: Words) -> str:
    """Name languages by their ISO 639 codes, with commas between; the order stays."""
    ours = _ours(words)
    return ", ".join(ours.get(code) or _by_babel(code, words.html_lang) or code for code in codes)


def _ours(words: Words) -> dict[str, str]:
    # Those most spoken in Wisconsin's clinics, and what Babel's data does not name in every language of ours.
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
    except (UnknownLocaleError, ValueError):  # nothing for Hmong: the English name is understood
        names = Locale("en").languages
    name = names.get(code)
    return str(name) if name else None
