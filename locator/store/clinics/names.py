"""NameStore: clinics by their names or phones. Words are found by an index; a misspelled one by the words there are."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, text

from locator.clinic.clinic import ONLY_FOR_SOME, Clinic, Wanted
from locator.clinic.named import GENERIC, NameQuestion, PhoneQuestion, Word, ways_to_write
from locator.store.clinics.conditions import (
    CLINIC_COLUMNS,
    OFFERED,
    Conditions,
    OpenHours,
    clinic_from,
    conditions,
)
from locator.store.clinics.list_cache import ListCache

_ANY = Wanted(may_serve_only=ONLY_FOR_SOME)
_SIMILAR_WORDS = 6  # spellings of one word that are looked for


class NameStore:
    def __init__(self, connection: Connection, cache: ListCache):
        self._connection = connection
        self._cache = cache

    def spellings(self, words: Sequence[str]) -> list[Word]:
        """Return for each word of a name how it is spelled on the list: as it is, begun, or misspelled; or not at all.

        One that is on the list stands for itself alone. Otherwise it stands for the words that begin with it; if there
        are none, for those with the fewest edits (Levenshtein), within reason.
        """
        every = dict.fromkeys(way for word in words for way in (word, *ways_to_write(word)))
        every |= dict.fromkeys(f"{first}{second}" for first, second in pairwise(words))
        rows = self._connection.execute(text(_SPELLINGS), {"words": list(every), "count": _SIMILAR_WORDS})
        by_word = {row.typed: row for row in rows}
        return _joined([_word(typed, by_word) for typed in words], by_word)

    def find(
        self,
        name: NameQuestion | None,
        phone: PhoneQuestion | None = None,
        *,
        wanted: Wanted = _ANY,
        limit: int,
        skip: int = 0,
        open_hours: OpenHours | None = None,
    ) -> list[Clinic]:
        """Return the listed clinics with this name and this phone that are as `wanted`, best match first, after `skip`.

        First those with all the words in their own names, then in these and their organization's; of those, the ones
        with the fewest other words; then by clinic_id.
        """
        where = _conditions(name, phone, wanted, open_hours)
        parameters: dict[str, Any] = where.parameters | {"limit": limit, "skip": skip}
        ranks = ["true as own", "true as every", "length(c.names) as words"]
        # Words that many clinics have put none before another: then the shortest come from an index in this order.
        if name is not None and not name.is_generic:
            ranks[0] = "c.names @@ to_tsquery('simple', :in_own_names) as own"
            ranks[1] = "c.names @@ to_tsquery('simple', :in_all_names) as every"
            parameters |= {"in_own_names": name.in_own_names, "in_all_names": name.in_all_names}
        statement = f"""
            with found as (
                select c.clinic_id, {", ".join(ranks)} from clinics c where {where.sql}
                order by own desc, every desc, words, clinic_id limit :limit offset :skip
            )
            select {CLINIC_COLUMNS} from found join clinics c on c.clinic_id = found.clinic_id {OFFERED}
            order by found.own desc, found.every desc, found.words, found.clinic_id"""
        return [clinic_from(row) for row in self._connection.execute(text(statement), parameters)]

    def count(
        self,
        name: NameQuestion | None,
        phone: PhoneQuestion | None = None,
        *,
        wanted: Wanted = _ANY,
        open_hours: OpenHours | None = None,
        version: int,
    ) -> int:
        """Count the clinics that `find` returns without a limit; once for each version of the list."""
        question = (name, phone, wanted)
        cached = self._cache.total(question)
        if cached is not None and cached[0] == version:
            return cached[1]
        where = _conditions(name, phone, wanted, open_hours)
        statement = f"select count(*) from clinics c where {where.sql}"
        total = int(self._connection.execute(text(statement), where.parameters).scalar_one())
        if wanted.open_now is None:
            self._cache.keep_total(version, question, total)
        return total


def _conditions(
    name: NameQuestion | None, phone: PhoneQuestion | None, wanted: Wanted, open_hours: OpenHours | None
) -> Conditions:
    where = conditions(wanted, open_hours)
    words, parameters = [where.sql], dict(where.parameters)
    if name is not None:
        words.append("c.names @@ to_tsquery('simple', :needed)")
        parameters["needed"] = name.needed
    if phone is not None:
        words.append(_WITH_PHONE)
        parameters |= {"last_digits": phone.digits[-4:], "digits": f"%{phone.digits}"}
    return Conditions(" and ".join(words), parameters)


def _word(typed: str, by_word: Mapping[str, Row[Any]]) -> Word:
    row = by_word.get(typed)
    for way in (typed, *ways_to_write(typed)):
        if way in by_word and by_word[way].is_known:
            return Word(typed, (way,), is_known=True)
    if row is None:
        return Word(typed)
    if row.begins:
        return Word(typed, (typed,), is_begun=True)
    return Word(typed, tuple(row.similar or ()), edits=row.edits)


def _joined(words: Sequence[Word], by_word: Mapping[str, Row[Any]]) -> list[Word]:
    """Return the words with two neighbors as one where the list has them so: bay care is also BayCare."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        together = f"{last.typed}{word.typed}" if last and not last.parts else ""
        if last and together in by_word and by_word[together].is_known and together not in GENERIC:
            joined[-1] = Word(together, (together,), is_known=True, parts=_possible(last, word))
        else:
            joined.append(word)
    return joined


def _possible(first: Word, second: Word) -> tuple[Word, ...]:
    """Return two words if both are on the list; otherwise they can only be one."""
    return (first, second) if first.spellings and second.spellings else ()


# The last four digits find the few by an index; the others are compared.
_WITH_PHONE = """
    (substr(c.phone, 9, 4) = :last_digits and substr(c.phone, 3, 10) like :digits
     or substr(c.referral_phone, 9, 4) = :last_digits and substr(c.referral_phone, 3, 10) like :digits)"""

# In a word of four or five letters one may be wrong, in a longer one two; if it sounds the same, a third of them.
# Words are in the order of their bytes (collation C), in which ~ comes after every letter and digit of ASCII.
_SPELLINGS = """
    select typed.word as typed, known.word is not null as is_known, begun.word is not null as begins,
           alike.words as similar, alike.edits
    from unnest(cast(:words as text[])) as typed(word)
    left join known_name_words known on known.word = typed.word
    left join lateral (
        select word from known_name_words
        where known.word is null and word >= typed.word and word < typed.word || '~' limit 1
    ) begun on true
    left join lateral (
        select array_agg(word order by word) as words, min(edits) as edits from (
            select word, edits, min(edits) over () as fewest from (
                select word, levenshtein_less_equal(left(word, 60), left(typed.word, 60), 3) as edits,
                       metaphone(left(word, 60), 12) = metaphone(left(typed.word, 60), 12) as sounds_alike
                from known_name_words
                where known.word is null and begun.word is null and length(typed.word) >= 4 and word % typed.word
            ) spelled
            where edits <= case when sounds_alike then greatest(length(typed.word) / 3, 1)
                                when length(typed.word) < 6 then 1 else 2 end
            order by edits, word limit :count
        ) close
        where edits = fewest
    ) alike on true
    where known.word is not null or begun.word is not null or alike.words is not null"""
