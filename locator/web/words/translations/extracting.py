"""Finds the messages: each t("..."), n("...", "...", count) and Sentence("...") in locator/'s code and templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

LOCATOR = Path(__file__).resolve().parents[3]

_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS: Mapping[str, Mapping[str, Any]] = {"**/templates/**.html": {"silent": "false"}}
_KEYWORDS = {"t": None, "n": (1, 2), "Sentence": None}


def extract_messages(folder: Path = LOCATOR) -> Catalog:
    """Give a catalog of all messages, in English, each with the files it stands in; no translations."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS)  # type: ignore[arg-type]
    for file, _, message, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        # Without line numbers a catalog changes only where its words do.
        catalog.add(message, locations=[(f"{folder.name}/{Path(file).as_posix()}", None)])  # type: ignore[list-item]
    return catalog
