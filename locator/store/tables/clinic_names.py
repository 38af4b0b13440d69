"""The names of clinics as they are searched: the functions that fold them, and every word that any name has had."""

from sqlalchemy import DDL, Column, Index, Table, Text, event

from locator.store.tables.clinics import clinics
from locator.store.tables.parts import metadata

# A name as it is compared: no case, accents and punctuation. Everything that these functions call is in pg_catalog, so
# that a dump can be restored whatever the search path is; for that, the second repeats the first.
NAME_WORDS = r"""
create function name_words(name text) returns text language sql immutable parallel safe as $$
    select btrim(regexp_replace(regexp_replace(
        lower(normalize(name, NFKD)), '[\u0300-\u036f''’ʼ.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$"""

# What a search by name looks at. Its weights tell the name (A) from other names (B), the organization (C) and the town.
NAME_DOCUMENT = r"""
create function name_document(name text, other_names text[], organization text, city text) returns tsvector
language plpgsql immutable parallel safe as $$
declare
    document tsvector := '';
    texts text[] := array[name, array_to_string(other_names, ' '), organization, city];
begin
    for number in 1..4 loop
        if texts[number] <> '' then
            document := document || setweight(to_tsvector('pg_catalog.simple', regexp_replace(regexp_replace(
                lower(normalize(texts[number], NFKD)), '[\u0300-\u036f''’ʼ.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')),
                substr('ABCD', number, 1)::"char");
        end if;
    end loop;
    return document;
end $$"""

for _function in (NAME_WORDS, NAME_DOCUMENT):
    event.listen(clinics, "before_create", DDL(_function.replace("%", "%%")))  # type: ignore[no-untyped-call]

# A trigger adds the words of each new name, and nobody takes any away: a word of no clinic any more finds none.
known_name_words = Table(
    "known_name_words",
    metadata,
    Column("word", Text(collation="C"), primary_key=True),
    Index("known_name_words_trigrams", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
)
