"""Sentences for people: English text that remembers how it was made, so that a page can translate it."""

from collections.abc import Mapping


class Sentence(str):
    """An English text with the template (str.format) and the facts it was made from.

    `Sentence("There is no ZIP code {zip}.", zip="99999")` is a str, and can be shown, compared and stored as one.
    A fact may itself be a Sentence. Templates are literals without facts in them, so that each can have an entry in
    the translation catalogs.
    """

    __slots__ = ("facts", "template")

    facts: Mapping[str, object]
    template: str

    def __new__(cls, template: str, /, **facts: object) -> "Sentence":
        sentence = super().__new__(cls, template.format(**{name: in_english(fact) for name, fact in facts.items()}))
        sentence.template, sentence.facts = template, facts
        return sentence

    # Without this, str would copy and pickle only the text.
    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), dict(self.facts)


def in_english(fact: object) -> str:
    """Return a fact as it is written in an English text: 1,234 for a whole number, 1.5 and 25 for others."""
    match fact:
        case bool() | str():
            return str(fact)
        case int():
            return f"{fact:,}"
        case float():
            return f"{fact:,.3f}".rstrip("0").rstrip(".")
        case _:
            return str(fact)
