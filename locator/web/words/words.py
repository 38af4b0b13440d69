"""All text of the pages in one language: `Words("es").t("Find clinics")`."""

import datetime
import math
from collections.abc import Sequence

from babel.numbers import format_decimal
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from locator.clinic.clinic import Specialty
from locator.text.sentence import Sentence
from locator.web.words.dates import at_clock_in, clock_in, date_in, month_and_day_in, weekday_in
from locator.web.words.translations import read_catalog

LANGUAGES = {"en": "English", "es": "Español", "hmn": "Hmoob"}
ENGLISH = "en"

# A browser may ask for Hmong as a whole, White Hmong, or other kinds of Hmong; all of them get White Hmong.
_TAGS = {"en": "en", "es": "es", "hmn": "hmn", "mww": "hmn", "hmv": "hmn", "hnj": "hmn"}
# Numbers are written as in the United States, 1,234.5, in every language; Babel's data has no Hmong.
_NUMBER_LOCALES = {"en": "en_US", "es": "es_US", "hmn": "en_US"}

_WHOLE_MILES_FROM = 10
_LEAST_MILES = 0.1


def chosen_language(lang_parameter: str | None, accept_language: str | None) -> str:
    """Return the language of a page: the one that the link asks for, else the one the browser prefers, else English."""
    if lang_parameter and (chosen := known_language(lang_parameter)):
        return chosen
    accepted = parse_accept_header(accept_language, LanguageAccept)
    preferred = sorted(accepted, key=lambda pair: pair[1], reverse=True)
    return next((found for tag, quality in preferred if quality > 0 and (found := known_language(tag))), ENGLISH)


def known_language(tag: str) -> str | None:
    """Return the language of the pages that a tag such as "es-MX" names, None if it names none of them."""
    return _TAGS.get(tag.strip().lower().replace("_", "-").partition("-")[0])


class Words:
    """Writes everything that a page says in one of LANGUAGES."""

    def __init__(self, language: str):
        if language not in LANGUAGES:
            raise ValueError(f"the pages have no language {language[:20]!r}")
        self.language = language
        self._catalog = None if language == ENGLISH else read_catalog(language)

    def t(self, message: str, /, **facts: object) -> str:
        """Return a message in this language with its facts filled in; in English if it has no translation.

        Numbers are grouped, and a fact that is a Sentence is translated too. If a fact is Markup (a link inside a
        sentence), so is the result, and the other facts are escaped.
        """
        return self._filled(self._forms(message)[0], facts)

    def n(self, one: str, many: str, count: float, /, **facts: object) -> str:
        """Return the form of a message for a count, which is a fact too: n("{count} clinic", "{count} clinics", 3)."""
        forms = self._forms(one, many)
        return self._filled(forms[min(int(count != 1), len(forms) - 1)], {"count": count, **facts})

    def translated(self, text: str) -> str:
        """Return a Sentence in this language; any other text stays as it is."""
        return self.t(text.template, **text.facts) if isinstance(text, Sentence) else text

    def date(self, day: datetime.date) -> str:
        """Return a date with its year: "November 3, 2026", "3 de noviembre de 2026"."""
        return date_in(self.language, day)

    def month_and_day(self, day: datetime.date) -> str:
        """Return a date without its year: "November 3", "3 de noviembre"."""
        return month_and_day_in(self.language, day)

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
        """Return a number as it is written in the United States: 1,234 or 61.3."""
        return format_decimal(value, locale=_NUMBER_LOCALES[self.language])

    def miles(self, distance: float, *, beyond: float | None = None) -> str:
        """Return how far away something is: with one decimal under ten miles, in whole miles above.

        What is farther than `beyond` is not rounded down to it: 50.2 miles are not 50 miles there.
        """
        if distance < _LEAST_MILES / 2:
            return self.t("Less than {miles} miles", miles=_LEAST_MILES)
        shown = round(distance, 1)
        if shown >= _WHOLE_MILES_FROM:
            shown = round(distance)
        if beyond is not None and shown <= beyond:
            shown = math.ceil(distance * 10) / 10
        return self.n("{count} mile", "{count} miles", shown)

    def rough_miles(self, distance: float, *, beyond: float | None = None) -> str:
        """Return how far away the middle of a clinic's town is, if we do not know where in the town the clinic is."""
        shown = max(1, round(distance))
        if beyond is not None and shown <= beyond:
            shown = math.ceil(distance)
        return self.n("About {count} mile", "About {count} miles", shown)

    def specialty(self, specialty: Specialty) -> str:
        """Return what patients call a kind of care."""
        return specialty.plain_names.get(self.language) or specialty.plain_name

    def specialty_medical(self, specialty: Specialty) -> str:
        """Return what doctors call a kind of care."""
        return specialty.names.get(self.language) or specialty.name

    def joined(self, items: Sequence[str]) -> str:
        """Return the items with commas and a last "and"."""
        if len(items) < 2:
            return "".join(items)
        return self.t("{others} and {last}", others=", ".join(items[:-1]), last=items[-1])

    def _forms(self, one: str, many: str | None = None) -> tuple[str, ...]:
        """Return the forms of a message in this language: one, or one for each plural."""
        english = (one,) if many is None else (one, many)
        message = self._catalog.get(one) if self._catalog else None
        if message is None or not message.string or message.fuzzy:
            return english
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        return forms if all(forms) else english

    def _filled(self, template: str, facts: dict[str, object]) -> str:
        texts = {name: self._fact(fact) for name, fact in facts.items()}
        if any(isinstance(text, Markup) for text in texts.values()):
            template = Markup(template)  # noqa: S704 - our own constant; format escapes every other fact
        return template.format(**texts)

    def _fact(self, fact: object) -> str:
        match fact:
            case Sentence():
                return self.translated(fact)
            case str():
                return fact
            case bool():
                return str(fact)
            case int() | float():
                return self.number(fact)
            case _:
                return str(fact)
