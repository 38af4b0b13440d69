"""What a row says of who it is, in a form that can be compared and remembered."""

import hashlib
from dataclasses import dataclass

from locator.clinic.named import plain_word
from locator.records.imports import ClinicRecord
from locator.store.imports.identities import Described
from locator.text.folding import words_of

_LONGEST_SUBJECT = 400  # bytes; a key of PostgreSQL's indexes has at most 2,700

_STREET_WORDS = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd",
    "lane": "ln", "court": "ct", "highway": "hwy", "parkway": "pkwy", "pky": "pkwy", "place": "pl", "circle": "cir",
    "terrace": "ter", "trail": "trl", "square": "sq", "plaza": "plz", "crossing": "xing", "north": "n", "south": "s",
    "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "county": "co", "saint": "st", "mount": "mt", "fort": "ft", "cth": "hwy", "sth": "hwy",
}  # fmt: skip
_UNIT_WORDS = frozenset(["suite", "ste", "unit", "floor", "fl", "room", "rm", "building", "bldg", "apt"])


@dataclass(frozen=True, slots=True)
class Description:
    """A row by what tells its clinic from others: `described` for the store, the rest for comparing in detail."""

    described: Described
    names: tuple[str, ...]  # the words of its name
    street: tuple[str, ...]
    organization: str  # whose file it is: the row's organization, or the one that the file is the full list of
    subject: str

    @property
    def row(self) -> int:
        return self.described.row


def description_of(record: ClinicRecord, *, full_list_of: str | None) -> Description:
    """Return what a record says of who it is."""
    name, phone, ids = record.text("name"), record.text("phone"), record.values.get("external_ids")
    point = record.point
    described = Described(
        row=record.row,
        name=name,
        phone=phone.partition(";")[0] if phone else None,
        city=record.text("city"),
        state=record.text("state"),
        zip=record.text("zip"),
        lat=point.lat if point else None,
        lon=point.lon if point else None,
        ids=tuple(ids) if isinstance(ids, tuple) else (),
    )
    names, street = name_words(name), street_words(record.text("street"))
    organization = " ".join(words_of(record.text("organization") or full_list_of or ""))
    parts = (names, street, words_of(described.city or ""), [described.zip or ""])
    subject = "|".join(" ".join(part) for part in parts) if names else ";".join(described.ids)
    return Description(described, names, street, organization, _short(subject))


def _short(subject: str) -> str:
    if len(subject.encode()) <= _LONGEST_SUBJECT:
        return subject
    return f"{subject[:80]}…{hashlib.blake2b(subject.encode(), digest_size=16).hexdigest()}"


def name_words(name: str | None) -> tuple[str, ...]:
    """Return the words of a name in one way of writing each: saint for st, center for ctr."""
    return tuple(plain_word(word) for word in words_of(name or "") if word not in ("the", "and"))


def street_words(street: str | None) -> tuple[str, ...]:
    """Return the words of a street as they are compared: types and directions shortened, without a suite or a floor."""
    words: list[str] = []
    for word in words_of((street or "").partition("#")[0]):
        if word in _UNIT_WORDS and words:
            break
        words.append(_STREET_WORDS.get(word, word))
    return tuple(words)
