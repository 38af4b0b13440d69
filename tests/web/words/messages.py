"""All messages of the pages, as the catalogs and the reading grade need them."""

from functools import cache

from babel.messages.catalog import Message

from locator.web.words.translations.__main__ import extract_messages


@cache
def extracted() -> list[Message]:
    """Return every message in the code and templates, in English."""
    return [message for message in extract_messages() if message.id]


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms_of(text: object) -> tuple[str, ...]:
    """Return the forms of a message or a translation: one, or one for each plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())  # type: ignore[arg-type]
