"""The medical words that no native reader has checked, listed in docs/translations.md."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from locator.web.words.translations import TRANSLATED, read_catalog

_PROJECT = Path(__file__).resolve().parents[4]
PAGE = _PROJECT / "docs" / "translations.md"
SPECIALTIES = _PROJECT / "seed" / "specialties.csv"

BEGIN = "<!-- The list below is written by `make translations`. -->"
_MEDICAL = re.compile(
    r"(?i)cancer|clinical|trial|treatment|oncolog|metasta|tumor|chemo|radiation|surge|palliative|comfort care|symptom"
    r"|second opinion|referral|insurance|medicaid|medicare|specialist|doctor|nurse|pain|genetic|biopsy|hormone"
)
_TITLE = "| English | Spanish | Hmong | where |\n|---|---|---|---|\n"


def write_unchecked(page: Path = PAGE) -> None:
    """Write the list at the end of the page, after what people wrote."""
    written = page.read_text(encoding="utf-8").partition(BEGIN)[0]
    page.write_text(f"{written}{BEGIN}\n\n{unchecked_words()}", encoding="utf-8")


def unchecked_words() -> str:
    """Return the medical words in each language as a Markdown table: the specialties, then the pages' messages."""
    rows = [*_specialty_rows(), *_message_rows()]
    return _TITLE + "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)


def _specialty_rows() -> Iterator[tuple[str, ...]]:
    with SPECIALTIES.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for column, kind in (("name", "medical"), ("plain_name", "plain")):
                names = (line[column], *(line[f"{column}_{language}"] for language in TRANSLATED))
                yield *names, f"`{line['code']}`, {kind}"


def _message_rows() -> Iterator[tuple[str, ...]]:
    catalogs = [read_catalog(language) for language in TRANSLATED]
    for message in catalogs[0]:
        english = _all_forms(message.id)
        if _MEDICAL.search(english):
            key = message.id if isinstance(message.id, str) else message.id[0]
            translated = (catalog.get(key) for catalog in catalogs)
            yield english, *(_all_forms(each.string) if each else "" for each in translated), "pages"


def _all_forms(text: str | Sequence[str] | None) -> str:
    return text if isinstance(text, str) else " / ".join(text or ())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
