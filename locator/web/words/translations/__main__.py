"""`python -m locator.web.words.translations`: bring the catalogs and docs/translations.md up to date with the code."""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from locator.web.words.translations import TRANSLATED, catalog_path
from locator.web.words.translations.extracting import extract_messages
from locator.web.words.translations.unchecked import write_unchecked

_WIDTH = 110
_PLURALS = {"es": "nplurals=2; plural=(n != 1);", "hmn": "nplurals=1; plural=0;"}
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def main() -> int:
    """Add new messages, drop those no longer used, and say which wait for a translation. Ends with 1 where any does."""
    messages = extract_messages()
    waiting = 0
    for language in TRANSLATED:
        path = catalog_path(language)
        catalog = updated(path, language, messages)
        path.write_text(as_po(catalog, language), encoding="utf-8")
        missing = [message for message in catalog if message.id and not is_translated(message)]
        waiting += len(missing)
        for message in missing:
            sys.stdout.write(f"{language}: not translated: {message.id}\n")
    write_unchecked()
    return 1 if waiting else 0


def updated(path: Path, language: str, messages: Catalog) -> Catalog:
    """Give the catalog at `path` with exactly these messages, translated where it has them already."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    # A translation of a sentence that only looks alike would be shown as if somebody had meant it.
    catalog.update(messages, no_fuzzy_matching=True)
    for message in catalog:
        if message.pluralizable:
            # A new message comes with as many empty forms as English has.
            message.string = (tuple(message.string or ()) + ("",) * catalog.num_plurals)[: catalog.num_plurals]
    return catalog


def as_po(catalog: Catalog, language: str) -> str:
    """Write a catalog by the places of its messages, without dates, so that nothing changes where no word does."""
    written = io.BytesIO()
    write_po(written, catalog, width=_WIDTH, omit_header=True, sort_by_file=True, ignore_obsolete=True)
    header = _HEADER.format(language=language, plurals=_PLURALS[language])
    return header + written.getvalue().decode("utf-8").strip() + "\n"


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
