"""Nothing a person reads is left in English: every message has its translations, and every text is a message."""

import ast
import csv
import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from locator.config.settings import PROJECT_FOLDER
from locator.web.words.translations import TRANSLATED, catalog_path, read_catalog
from locator.web.words.translations.__main__ import extract_messages, is_translated, updated
from locator.web.words.translations.unchecked import BEGIN, PAGE, unchecked_words
from locator.web.words.words import LANGUAGES
from tests.web.words.messages import extracted, forms_of, key_of

LOCATOR = PROJECT_FOLDER / "locator"
TEMPLATES = sorted((LOCATOR / "web" / "templates").rglob("*.html"))
_MARKERS = {"t": 1, "n": 2, "Sentence": 1}


def facts_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_is_english_or_has_a_catalog() -> None:
    assert list(LANGUAGES) == ["en", *TRANSLATED]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    catalog = read_catalog(language)
    translated = {key_of(message): message for message in catalog if message.id and is_translated(message)}

    missing = [key_of(message) for message in extracted() if key_of(message) not in translated]
    assert missing == [], f"translate these for {language}; `make translations` puts them into the catalog"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalog_holds_what_no_page_says(language: str) -> None:
    used = {key_of(message) for message in extracted()}

    assert [key_of(message) for message in read_catalog(language) if message.id and key_of(message) not in used] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_facts(language: str) -> None:
    catalog = read_catalog(language)
    differing = []
    for message in extracted():
        translation = catalog.get(key_of(message))
        if translation is None:
            continue
        facts = set().union(*map(facts_in, forms_of(message.id)))
        # A form for one may say "one" for {count}; what the others hold has to be there.
        differing += [form for form in forms_of(translation.string) if facts_in(form) - {"count"} != facts - {"count"}]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_is_written_as_make_translations_writes_it(language: str) -> None:
    text = catalog_path(language).read_text(encoding="utf-8")

    assert updated(text, extract_messages()) == (text, [])


def test_facts_are_plain_names() -> None:
    """str.format could reach into objects ("{clinic.name}"); a message names its facts and nothing more."""
    texts = [form for message in extracted() for form in forms_of(message.id)]
    texts += [form for each in TRANSLATED for message in read_catalog(each) for form in forms_of(message.string)]

    odd = [
        text
        for text in texts
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None and (not re.fullmatch(r"[a-z_]+", name) or form or conversion)
    ]
    assert odd == []


def calls_in_code() -> Iterator[tuple[str, ast.Call, int]]:
    for path in sorted(LOCATOR.rglob("*.py")):
        if path.name in ("words.py", "sentence.py"):  # they are who says it
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            if name in _MARKERS:
                yield f"{path.relative_to(LOCATOR)}:{node.lineno}", node, _MARKERS[name]


def test_every_message_in_the_code_is_a_literal() -> None:
    """What is put together when the page is made cannot be found, and is in no catalog."""
    calls = list(calls_in_code())

    assert len(calls) > 50
    assert [
        place
        for place, call, count in calls
        if not all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in call.args[:count])
        or len(call.args) < count
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_message_in_a_template_is_a_literal(path: Path) -> None:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    calls = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "name", None) in _MARKERS]
    hidden = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "attr", None) in _MARKERS]

    assert [
        call.lineno
        for call in calls
        if not all(isinstance(each, nodes.Const) for each in call.args[: _MARKERS[call.node.name]])  # type: ignore[attr-defined]
    ] == []
    # Babel finds {{ t("...") }}, not {{ words.t("...") }}.
    assert [call.lineno for call in hidden] == []


class _Texts(HTMLParser):
    """Collects what a person would read or hear of a page."""

    _READ = ("alt", "aria-label", "aria-description", "placeholder", "title", "label")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value or "" for name, value in attrs if name in self._READ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    reader = _Texts()
    reader.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))

    assert [text.strip() for text in reader.texts if re.search(r"[^\W\d_]{2}", text)] == []


def test_every_kind_of_care_has_its_names_in_each_language() -> None:
    with (PROJECT_FOLDER / "seed" / "specialties.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))

    assert len(lines) > 10
    assert [
        (line["code"], column)
        for line in lines
        for column in [f"{name}_{language}" for name in ("name", "plain_name") for language in TRANSLATED]
        if not line[column].strip()
    ] == []


def test_the_list_of_words_that_nobody_has_checked_is_up_to_date() -> None:
    listed = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].strip()

    assert listed == unchecked_words().strip(), "`make translations` writes it"
    for word in ("Clinical trials", "Ensayos clínicos", "Kev tshawb fawb sim kho mob", "second opinion"):
        assert word in listed
