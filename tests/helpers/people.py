"""Invented people, and the texts that they may type around a ZIP or a town: their name, in every order."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from locator.text.folding import key_of

_GIVEN = (
    "Jane", "Maria", "María José", "Siobhán", "Anne-Marie", "D'Angelo", "Łukasz", "Zoë", "Kaying", "Pao", "Mai Nhia",
    "Tou Ger", "Ntxhi", "Yer", "José Ángel", "Guadalupe", "Renée", "Björk", "Nguyễn", "Ifeoma", "X Æ", "Madison",
    "Jordan", "Lena", "Florence", "Austin", "Marion", "Rosalía", "Jean-Luc", "Sigurður", "Dane", "Зоя", "小明",
    "Fatima al-Zahra",
)  # fmt: skip
_FAMILY = (
    "Doe", "Vang", "Xiong", "Thao", "Moua-Lor", "García-Núñez", "Muñoz Íñiguez", "O'Brien", "O’Shaughnessy", "Żółć",
    "Smith-Jones", "Kowalczyk", "Öztürk", "Petrović", "van der Berghe", "St. Clairmont", "McAllister", "Yangxiong",
    "de la Cruzado", "Schmidtke", "Ólafsdóttir", "Okonkwo", "Петрова", "王田", "Fiszerová",
)  # fmt: skip
_TITLES = ("", "", "Dr. ", "Mrs. ", "Sra. ", "Rev. ", "Ms ", "Niam ")
_AFTER = ("", "", ", RN", " Jr.", " III", ", DOB unknown")

PLACES = (
    "53703", "54701", "53703-1234", "Madison", "Madison, WI", "Eau Claire", "Eau Claire, Wisconsin", "53703 Madison",
    "Madison, WI 53703", "Dane County", "Milwaukee", "La Crosse WI",
)  # fmt: skip
_ORDERS = (
    "{name}, {place}",
    "{name} {place}",
    "{place} {name}",
    "{place}, {name}",
    "{place} ({name})",
    "{name} - {place}",
    "{name}\n{place}",
    "{name}; {place}",
    "c/o {name}, {place}",
    "My name is {name} and I live in {place}",
    "{place} for {name}",
    "“{name}” {place}",
    "soy {name}, vivo en {place}",
    "{name}/{place}",
)


@dataclass(frozen=True)
class Typed:
    """What one person typed; `marks` are the words of the name that are in no name of a place."""

    text: str
    name: str
    marks: tuple[str, ...]


def people(count: int, *, place_words: set[str]) -> Iterator[Typed]:
    """Return `count` people, no two of one name, each with another order of name and place."""
    places, orders, titles, after = cycle(PLACES), cycle(_ORDERS), cycle(_TITLES), cycle(_AFTER)
    for number in range(count):
        given = _GIVEN[number % len(_GIVEN)]
        family = _FAMILY[(number // len(_GIVEN) * 7 + number) % len(_FAMILY)]
        name = f"{given} {family}" if number % 3 else f"{family}, {given}"
        words = [word for word in key_of(name).split() if len(word) > 1 and word not in place_words]
        text = next(orders).format(name=f"{next(titles)}{name}{next(after)}", place=next(places))
        yield Typed(text, name, tuple(words))
