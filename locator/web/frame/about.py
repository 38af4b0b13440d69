"""What a page says of itself to search engines and to programs that show a link: its address, languages and summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from locator.web.words.words import ENGLISH, LANGUAGES, Words

# The list of all towns, which every page may link to; below it are the pages of the towns.
TOWNS_PATH = "/near"
# As Open Graph names the languages. Hmong has no country there.
_LOCALES = {"en": "en_US", "es": "es_US", "hmn": "hmn_US"}


@dataclass(frozen=True, slots=True)
class PageAbout:
    """`canonical` is the one address of this page in its language; `alternates` are the same page in each language."""

    title: str
    description: str
    canonical: str
    alternates: Mapping[str, str]
    locale: str

    @property
    def default(self) -> str:
        """The address that answers in the language of the reader's browser."""
        return self.alternates[ENGLISH]


def about_page(path: str, words: Words, *, origin: str, title: str, description: str) -> PageAbout:
    """Describe the page at `path` (without a query) in the language of `words`; `origin` begins its address."""
    alternates = {language: origin + path_in(path, language) for language in LANGUAGES}
    return PageAbout(title, description, alternates[words.language], alternates, _LOCALES[words.language])


def path_in(path: str, language: str) -> str:
    """Return the address of a page in a language, as search engines know it; English is at the one without."""
    return path if language == ENGLISH else path_keeping(path, language)


def path_keeping(path: str, language: str | None) -> str:
    """Return the address of a page for a reader who chose a language; None if they chose none."""
    return f"{path}?{urlencode({'lang': language})}" if language else path
