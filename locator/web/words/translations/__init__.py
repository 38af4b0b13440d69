"""The catalogs of Spanish and Hmong: `<language>/LC_MESSAGES/messages.po`, read without compiling."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parent
TRANSLATED = ("es", "hmn")  # English is in the code


def catalog_path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


@cache
def read_catalog(language: str) -> Catalog:
    """Return the catalog of one of the TRANSLATED languages, read once per process."""
    with catalog_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)
