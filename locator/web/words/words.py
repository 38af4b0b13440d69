"""The words of a page in one language: `Words("es").t("Find clinics")`."""

import datetime
from collections.abc import Sequence

from babel.numbers import format_decimal
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from locator.clinic.clinic import Specialty
from locator.text.sentence import Sentence
from locator.web.words.dates import at_clock_in, clock_in, date_in, weekday_in
from locator.web.words.translations import read_catalog

LANGUAGES = {"en": "English", "es": "Español", "hmn": "Hmoob"}
ENGLISH = "en"

# Hmong as a whole, White Hmong, and the others that a browser may name: who reads any of them reads White Hmong best.
_TAGS = {"en": "en", "es": "es", "hmn": "hmn", "mww": "hmn", "hmv": "hmn", "hnj": "hmn"}
# 1,234.5 as in the United States, whatever the language; Babel's data has no Hmong.
_NUMBER_LOCALES = {"en": "en_US", "es": "es_US", "hmn": "en_US"}

_WHOLE_MILES_FROM = 10
_LEAST_MILES = 0.1


def chosen_language(lang_parameter: str | None, accept_language: str | None) -> str:
    """Give the language of a page: the one a link asks for, else the one a browser likes best, else English."""
    if lang_parameter and (asked := _language_of(lang_parameter)):
        return asked
    accepted = parse_accept_header(accept_language, LanguageAccept)
    liked = sorted(accepted, key=lambda pair: pair[1], reverse=True)
    return next((found for tag, quality in liked if quality > 0 and (found := _language_of(tag))), ENGLISH)


def _language_of(tag: str) -> str | None:
    return _TAGS.get(tag.strip().lower().replace("_", "-").partition("-")[0])


class Words:
    """Says everything that a page says, in one of LANGUAGES."""

    def __init__(self, language: str):
        if language not in LANGUAGES:
            raise ValueError(f"no language of ours: {language[:20]}")
        self.language = language
        self._catalog = None if language == ENGLISH else read_catalog(language)

    @property
    def html_lang(self) -> str:
        return self.language

    def t(self, message: str, /, **facts: object) -> str:
        """Say a message in this language, with its facts; English where the catalog lacks it.

        Numbers are grouped, and a fact that is a Sentence is said in this language too. With Markup among the facts
        (a link inside a sentence) the whole is Markup, and the other facts are escaped.
        """
        return self._filled(self._forms(message)[0], facts)

    def n(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """Say one of two messages by a count, which is a fact too: n("{count} clinic", "{count} clinics", 3)."""
        forms = self._forms(one, many)
        return self._filled(forms[min(int(count != 1), len(forms) - 1)], {"count": count, **facts})

    def say(self, text: str) -> str:
        """Say a Sentence in this language; any other text stays as it is."""
        return self.t(text.template, **text.facts) if isinstance(text, Sentence) else text

    def date(self, day: datetime.date) -> str:
        """Return a date with its year: "November 3, 2026", "3 de noviembre de 2026"."""
        return date_in(self.language, day)

    def weekday(self, day: datetime.date) -> str:
        """Return the day of the week: "Monday", "lunes"."""
        return weekday_in(self.language, day)

    def clock(self, moment: datetime.time) -> str:
        """Return a time of day: "5 pm", "8:30 am", "noon"."""
        return clock_in(self.language, moment)

    def at(self, moment: datetime.time) -> str:
        """Return a time of day as it follows a verb: (closes) "5 pm", (cierra) "a las 5 p. m."."""
        return at_clock_in(self.language, moment)

    def number(self, value: float) -> str:
        """Write a number as it is read in the United States: 1,234 or 61.3."""
        return format_decimal(value, locale=_NUMBER_LOCALES[self.language])

    def miles(self, distance: float) -> str:
        """Say how far away something is: one decimal under ten miles, whole miles above."""
        if distance < _LEAST_MILES / 2:
            return self.t("less than {miles} miles away", miles=_LEAST_MILES)
        shown = round(distance, 1)
        if shown >= _WHOLE_MILES_FROM:
            shown = round(distance)
        return self.t("1 mile away") if shown == 1 else self.t("{miles} miles away", miles=shown)

    def rough_miles(self, distance: float) -> str:
        """Say how far away the middle of a clinic's town is, where we know no more of where the clinic is."""
        shown = max(1, round(distance))
        return self.t("about 1 mile away") if shown == 1 else self.t("about {miles} miles away", miles=shown)

    def specialty(self, specialty: Specialty) -> str:
        """Give what a patient calls a kind of care."""
        return specialty.plain_names.get(self.language) or specialty.plain_name

    def specialty_medical(self, specialty: Specialty) -> str:
        """Give what doctors call a kind of care."""
        return specialty.names.get(self.language) or specialty.name

    def listed(self, items: Sequence[str]) -> str:
        """Join with commas and a last "and"."""
        if len(items) < 2:
            return "".join(items)
        return self.t("{others} and {last}", others=", ".join(items[:-1]), last=items[-1])

    def _forms(self, one: str, many: str | None = None) -> tuple[str, ...]:
        """Give the forms of a message in this language: one, or one for each plural."""
        english = (one,) if many is None else (one, many)
        message = self._catalog.get(one) if self._catalog else None
        if message is None or not message.string or message.fuzzy:
            return english
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        return forms if all(forms) else english

    def _filled(self, template: str, facts: dict[str, object]) -> str:
        written = {name: self._fact(fact) for name, fact in facts.items()}
        if any(isinstance(fact, Markup) for fact in written.values()):
            template = Markup(template)  # noqa: S704 - our own constant; format escapes every other fact
        return template.format(**written)

    def _fact(self, fact: object) -> str:
        match fact:
            case Sentence():
                return self.say(fact)
            case str():
                return fact
            case bool():
                return str(fact)
            case int() | float():
                return self.number(fact)
            case _:
                return str(fact)
