"""Clinics are found by name: former and short names, the ids of other lists, and the words of all names, indexed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NAME_WORDS = r"""
create function name_words(name text) returns text language sql immutable parallel safe as $$
    select btrim(regexp_replace(regexp_replace(
        lower(normalize(name, NFKD)), '[\u0300-\u036f''’ʼ.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$"""

_NAME_DOCUMENT = r"""
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

# Every word of any name that was ever on the list: a misspelled one finds the word that it stands for.
_KEEP_NAME_WORDS = """
create function keep_name_words() returns trigger language plpgsql as $$
begin
    insert into known_name_words (word)
    select distinct given.word from changed cross join unnest(tsvector_to_array(changed.names)) as given (word)
    where not exists (select from known_name_words known where known.word = given.word)
    on conflict do nothing;
    return null;
end $$"""

_ANALYZE = """
create or replace function analyze_clinics() returns void language plpgsql security definer
set search_path from current as $$ begin analyze {}; end $$"""

_WORDS_SO_FAR = """
insert into known_name_words (word)
select distinct word from clinics cross join unnest(tsvector_to_array(clinics.names)) as word"""


def upgrade() -> None:
    op.execute(_NAME_WORDS)
    op.execute(_NAME_DOCUMENT)
    for name in ("other_names", "external_ids"):
        op.add_column("clinics", sa.Column(name, ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column(
        "clinics",
        sa.Column(
            "names",
            TSVECTOR(),
            sa.Computed("name_document(name, other_names, organization, city)", persisted=True),
            nullable=False,
        ),
    )
    op.create_index("clinics_names", "clinics", ["names"], postgresql_using="gin", postgresql_where=sa.text("listed"))
    op.create_index(
        "clinics_short_names", "clinics", [sa.text("length(names)"), "clinic_id"], postgresql_where=sa.text("listed")
    )
    op.create_index("clinics_name_words", "clinics", [sa.text("name_words(name)")])
    for name in ("phone", "referral_phone"):
        op.create_index(f"clinics_{name}", "clinics", [sa.text(f"substr({name}, 9, 4)")])
    op.create_index("clinics_zip", "clinics", ["zip"])
    op.create_index("clinics_city", "clinics", [sa.text("lower(city)")])
    op.create_index("clinics_external_ids", "clinics", ["external_ids"], postgresql_using="gin")
    op.create_table(
        "known_name_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("word", name="known_name_words_pkey"),
    )
    op.create_index(
        "known_name_words_trigrams", "known_name_words", ["word"],
        postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"},
    )  # fmt: skip
    op.execute(_WORDS_SO_FAR)
    op.execute(_ANALYZE.format("clinics, clinic_specialties, known_name_words"))
    op.execute(_KEEP_NAME_WORDS)
    for event in ("insert", "update"):
        op.execute(
            f"create trigger clinics_keep_words_of_{event} after {event} on clinics referencing new table as changed"
            " for each statement execute function keep_name_words()"
        )


def downgrade() -> None:
    for event in ("insert", "update"):
        op.execute(f"drop trigger clinics_keep_words_of_{event} on clinics")
    op.execute("drop function keep_name_words()")
    op.execute(_ANALYZE.format("clinics, clinic_specialties"))
    op.drop_table("known_name_words")
    for name in ("city", "zip", "phone", "referral_phone", "name_words"):
        op.drop_index(f"clinics_{name}", "clinics")
    for name in ("names", "other_names", "external_ids"):
        op.drop_column("clinics", name)
    op.execute("drop function name_document(text, text[], text, text)")
    op.execute("drop function name_words(text)")
