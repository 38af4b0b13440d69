"""Sentences for people: English text that remembers how it was made, so that a page can say it in another language."""

from collections.abc import Mapping


class Sentence(str):
    """A plain English text with the template (str.format) and the facts it was made from.

    It is a str, and may be shown, compared and stored as one. A fact may be a Sentence itself. Templates are constants
    of ours and hold no facts, so that each can stand in a catalog.
    """

    __slots__ = ("facts", "template")

    facts: Mapping[str, object]
    template: str

    def __new__(cls, template: str, facts: Mapping[str, object] | None = None) -> "Sentence":
        facts = dict(facts or {})
        sentence = super().__new__(cls, template.format(**{name: in_english(fact) for name, fact in facts.items()}))
        sentence.template, sentence.facts = template, facts
        return sentence

    # str would copy and pickle us as our text alone.
    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        return self.template, self.facts


def said(template: str, /, **facts: object) -> Sentence:
    """Say something to a person: `said("There is no ZIP code {zip}.", zip="99999")`."""
    return Sentence(template, facts)


def in_english(fact: object) -> str:
    """Write a fact as it stands in an English text: 1,234 for a whole number, 1.5 and 25 for others."""
    match fact:
        case bool() | str():
            return str(fact)
        case int():
            return f"{fact:,}"
        case float():
            return f"{fact:,.3f}".rstrip("0").rstrip(".")
        case _:
            return str(fact)
