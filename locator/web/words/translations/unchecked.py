"""The medical words that no native reader has checked, listed in docs/translations.md."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message

from locator.web.words.translations import TRANSLATED, read_catalog
from locator.web.words.translations.extracting import LOCATOR

PAGE = LOCATOR.parent / "docs" / "translations.md"
SPECIALTIES = LOCATOR.parent / "seed" / "specialties.csv"

BEGIN = "<!-- The list below is written by `make translations`. -->"
_MEDICAL = re.compile(
    r"(?i)cancer|clinical|trial|treatment|oncolog|metasta|tumor|chemo|radiation|surge|palliative|comfort care|symptom"
    r"|second opinion|referral|insurance|medicaid|medicare|specialist|doctor|nurse|pain|genetic|biopsy|hormone"
)
_TITLE = "| English | Spanish | Hmong | where |\n|---|---|---|---|\n"


def write_unchecked(page: Path = PAGE) -> None:
    """Write the list into the page, behind what people wrote."""
    written = page.read_text(encoding="utf-8").partition(BEGIN)[0]
    page.write_text(f"{written}{BEGIN}\n\n{unchecked_words()}", encoding="utf-8")


def unchecked_words() -> str:
    """Give the medical words in each language as Markdown: those of the specialties, then those of the pages."""
    rows = [*_of_specialties(), *_of_messages()]
    return _TITLE + "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in rows)


def _of_specialties() -> Iterator[tuple[str, ...]]:
    with SPECIALTIES.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            code = f"`{line['code']}`"
            yield line["name"], line["name_es"], line["name_hmn"], f"{code}, medical"
            yield line["plain_name"], line["plain_name_es"], line["plain_name_hmn"], f"{code}, plain"


def _of_messages() -> Iterator[tuple[str, ...]]:
    first, *others = (read_catalog(language) for language in TRANSLATED)
    for message in first:
        english = _all_forms(message.id)
        if message.id and _MEDICAL.search(english):
            translated = [other.get(_key(message)) for other in others]
            cells = [_all_forms(each.string) if each else "" for each in (message, *translated)]
            yield english, *cells, "pages"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _all_forms(text: str | list[str] | tuple[str, ...] | None) -> str:
    return text if isinstance(text, str) else " / ".join(text or ())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
