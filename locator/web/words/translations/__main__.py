"""`python -m locator.web.words.translations`: bring the catalogs and docs/translations.md up to date with the code.

`pybabel update` would not do: Babel does not know Hmong, and drops the Plural-Forms of a language it does not know.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locator.web.words.translations import TRANSLATED, catalog_path
from locator.web.words.translations.unchecked import write_unchecked

LOCATOR = Path(__file__).resolve().parents[3]

_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**/templates/**.html": {"silent": "false"}}
_KEYWORDS = {"t": None, "n": (1, 2), "Sentence": None}
_WIDTH = 110


def main() -> int:
    """Add new messages, drop unused ones, and list those without a translation; exit with 1 if there are any."""
    messages = extract_messages()
    missing = 0
    for language in TRANSLATED:
        path = catalog_path(language)
        text, untranslated = updated(path.read_text(encoding="utf-8"), messages)
        path.write_text(text, encoding="utf-8")
        for message in untranslated:
            sys.stdout.write(f"{language}: not translated: {message.id}\n")
        missing += len(untranslated)
    write_unchecked()
    return 1 if missing else 0


def extract_messages(folder: Path = LOCATOR) -> Catalog:
    """Return every t("..."), n("...", "...", count) and Sentence("...") in the code and templates, in English."""
    catalog = Catalog()
    for _, _, message, _, _ in extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS):
        catalog.add(message)
    return catalog


def updated(text: str, messages: Catalog) -> tuple[str, list[Message]]:
    """Return a catalog's text with exactly these messages, and those of them that have no translation yet.

    Messages are sorted by their English text, without the files they come from, so that moving code changes nothing.
    """
    header = text.partition("\n\n")[0]
    catalog = read_po(io.BytesIO(text.encode()), abort_invalid=True)
    # A fuzzy match would show the translation of a similar sentence as if somebody had meant it.
    catalog.update(messages, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(written, catalog, width=_WIDTH, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    untranslated = [message for message in catalog if message.id and not is_translated(message)]
    return f"{header}\n\n{written.getvalue().decode().strip()}\n", untranslated


def is_translated(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(strings) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
