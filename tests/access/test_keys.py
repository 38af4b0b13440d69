"""API keys: what they may do, when they end, and that nobody can find one in the database."""

import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.access.keys import KeyHolder, Scope, in_wisconsin, issue_key, list_keys, revoke_key
from locator.errors import BadParameters, DatabaseUnavailable, KeyRequired
from locator.records.actor import Actor
from locator.store.database import Database
from locator.text.folding import clean
from tests.helpers.examples import examples
from tests.helpers.keys import (
    KEY_LENGTH,
    OPERATOR,
    UNKNOWN_KEY,
    audit,
    held,
    holder_of,
    in_wisconsin_today,
    issued,
    works,
)
from tests.helpers.marked_questions import every_row
from tests.helpers.service import wait_for


def test_a_new_key_says_who_holds_it_and_what_they_may_do(database: Database) -> None:
    key = issued(database, "nightly upload", Scope.IMPORT)

    holder = holder_of(key.key, database)

    assert holder == KeyHolder(Actor("nightly upload", "api", key.key_id), frozenset({Scope.IMPORT}))
    assert key.key.startswith(f"clk_{key.key_id}_")
    assert len(key.key) == KEY_LENGTH
    assert key.key not in repr(key)


@pytest.mark.parametrize(
    ("held_scope", "needed", "may"),
    [
        ("read", "read", True), ("read", "import", False), ("read", "admin", False),
        ("import", "read", True), ("import", "import", True), ("import", "admin", False),
        ("admin", "read", True), ("admin", "import", True), ("admin", "admin", True),
    ],
)  # fmt: skip
def test_each_scope_includes_those_before_it(database: Database, held_scope: str, needed: str, may: bool) -> None:
    key = issued(database, "any", Scope(held_scope))

    assert holder_of(key.key, database).may(Scope(needed)) is may


def test_several_scopes_allow_what_the_largest_does(database: Database) -> None:
    key = issued(database, "any", Scope.IMPORT, Scope.READ, Scope.IMPORT)

    assert key.scopes == (Scope.READ, Scope.IMPORT)
    assert [holder_of(key.key, database).may(scope) for scope in Scope] == [True, True, False]


def test_no_table_holds_a_key(new_database: Callable[[str | None], str], reference_url: str) -> None:
    url = new_database(reference_url)
    database = Database(url)
    keys = [issued(database, f"program {number}") for number in range(3)]
    for key in keys:
        holder_of(key.key, database)
    revoke_key(keys[0].key, by=OPERATOR, database=database)
    hashes = {key.sha256 for key in list_keys(database)}
    database.close()

    rows = [row for row in every_row(url) if not row.startswith(("public.zips", "public.towns", "public.counties"))]

    assert any(row.startswith("public.api_keys") for row in rows)
    for key in keys:
        secret = key.key.removeprefix(f"clk_{key.key_id}_")
        assert not [row for row in rows if secret[:12] in row or secret[-12:] in row or "clk_" in row]
        assert hashlib.sha256(key.key.encode()).hexdigest() in hashes
        assert key.key not in hashes


@examples(60)
@given(place=st.integers(0, KEY_LENGTH - 1), other=st.characters())
def test_one_changed_character_makes_another_key(database: Database, place: int, other: str) -> None:
    key = issued(database).key
    changed = other if other != key[place] else "!"

    with pytest.raises(KeyRequired):
        holder_of(key[:place] + changed + key[place + 1 :], database)


@examples(60)
@given(presented=st.text(st.characters(codec=None)) | st.from_regex(r"clk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\n?"))
def test_whatever_else_is_shown_is_no_key(database: Database, presented: str) -> None:
    with pytest.raises(KeyRequired):
        holder_of(presented, database)


def test_every_bad_key_takes_the_same_way_and_hears_the_same_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, revoked = issued(database), issued(database, "former")
    expiring = issued(database, last_day=in_wisconsin_today())
    revoke_key(revoked.key_id, by=OPERATOR, database=database)
    compared: list[tuple[str, str]] = []
    compare = hmac.compare_digest

    def compare_and_tell(one: str, other: str) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare_and_tell)
    said = []
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    wrong = known.key[:-8] + "AAAAAAAA"
    for presented in ("", "clk_", "a word", "ключ", wrong, UNKNOWN_KEY, revoked.key, expiring.key):
        with pytest.raises(KeyRequired) as refused:
            holder_of(presented, database, now=tomorrow)
        said.append(str(refused.value))

    assert len(compared) == len(said) == 8
    assert len(set(said)) == 1
    # Each compares the hash of what was shown with something as long.
    assert all(len(one) == len(other) == 64 for one, other in compared)
    assert compared[5][0] == hashlib.sha256(UNKNOWN_KEY.encode()).hexdigest()


def test_a_key_works_through_its_last_day_in_wisconsin(database: Database) -> None:
    last_day = in_wisconsin_today() + timedelta(days=200)
    key = issued(database, last_day=last_day)
    assert key.expires_at is not None

    assert holder_of(key.key, database, now=key.expires_at - timedelta(microseconds=1)).actor.key_id == key.key_id
    with pytest.raises(KeyRequired):
        holder_of(key.key, database, now=key.expires_at)
    end = in_wisconsin(key.expires_at)
    assert (end.date(), end.hour, end.minute) == (last_day + timedelta(days=1), 0, 0)
    assert held(key.key_id, database).expires_at == key.expires_at


def test_a_key_without_a_last_day_never_ends(database: Database) -> None:
    key = issued(database)

    assert holder_of(key.key, database, now=datetime(9999, 12, 31, tzinfo=UTC)).actor.key_id == key.key_id


def test_its_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    key = issued(database)
    began = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert held(key.key_id, database).last_used_at is None

    noted = []
    for seconds in (0, 30, 59, 60, 119, 121):
        holder_of(key.key, database, now=began + timedelta(seconds=seconds))
        noted.append(held(key.key_id, database).last_used_at)

    assert noted == [began + timedelta(seconds=seconds) for seconds in (0, 0, 0, 60, 60, 121)]


def test_a_wrong_key_is_no_use_of_the_right_one(database: Database) -> None:
    key = issued(database)

    with pytest.raises(KeyRequired):
        holder_of(key.key[:-8] + "AAAAAAAA", database)

    assert held(key.key_id, database).last_used_at is None


def test_many_may_use_one_key_at_the_same_moment(database: Database) -> None:
    key = issued(database)
    began = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

    with ThreadPoolExecutor(4) as pool:
        for minute in range(10):
            now = began + timedelta(minutes=minute)
            holders = list(pool.map(lambda _, now=now: holder_of(key.key, database, now=now), range(8)))
            assert len(set(holders)) == 1

    assert held(key.key_id, database).last_used_at == began + timedelta(minutes=9)


def test_the_second_to_note_a_use_waits_for_the_first_and_leaves_it(database: Database) -> None:
    key = issued(database)
    first, second = (datetime(2026, 11, 23, 16, 0, second, tzinfo=UTC) for second in (0, 1))

    def note(now: datetime) -> None:
        with database.transaction() as stores:
            stores.keys.note_use(key.key_id, now=now, every=timedelta(minutes=1))

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as stores:
            stores.keys.note_use(key.key_id, now=first, every=timedelta(minutes=1))
            noted = pool.submit(note, second)
            wait_for(lambda: waits_for_a_lock(database), seconds=10)
        noted.result()

    assert held(key.key_id, database).last_used_at == first


def waits_for_a_lock(database: Database) -> bool:
    with database.connection() as connection:
        waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock')"
        return bool(connection.exec_driver_sql(waiting).scalar_one())


def test_a_key_works_though_its_use_cannot_be_noted(
    new_database: Callable[[str | None], str], reference_url: str
) -> None:
    hasty = Database(new_database(reference_url), statement_timeout_seconds=0.3)
    key = issued(hasty)

    with hasty.connection() as another:
        another.exec_driver_sql("select * from api_keys for update")
        assert works(key, hasty)

    assert held(key.key_id, hasty).last_used_at is None
    hasty.close()


def test_an_outage_is_never_told_as_a_wrong_key() -> None:
    database = Database("postgresql+psycopg://locator@/locator?host=/nowhere&port=1")

    with pytest.raises(DatabaseUnavailable):
        holder_of(UNKNOWN_KEY, database)


def test_keys_are_listed_newest_first_with_the_ended_ones(database: Database) -> None:
    first, second = issued(database, "first"), issued(database, "second")
    revoke_key("first", by=OPERATOR, database=database)

    listed = list_keys(database)

    assert [key.key_id for key in listed] == [second.key_id, first.key_id]
    assert [key.revoked_by for key in listed] == [None, "pat"]
    assert {key.created_by for key in listed} == {"pat"}
    assert not any(key.sha256 in repr(key) for key in listed)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""}, {"name": " \t"}, {"name": "\u200b"}, {"name": "x" * 61}, {"name": "a\0b"}, {"name": "a\u202eb"},
        {"name": "\ud800"}, {"name": UNKNOWN_KEY[:50]}, {"name": UNKNOWN_KEY}, {"scopes": []},
        {"expires_on": date(2020, 1, 31)}, {"expires_on": date(9999, 12, 31)},
    ],
    ids=ascii,
)  # fmt: skip
def test_a_key_that_cannot_be_made_is_refused_by_parameter(database: Database, given: dict[str, Any]) -> None:
    asked = {"name": "nightly upload", "scopes": [Scope.READ], "expires_on": None, **given}

    with pytest.raises(BadParameters) as refused:
        issue_key(**asked, by=OPERATOR, database=database)

    (at_fault,) = given
    named = {"name": "name", "scopes": "scope", "expires_on": "expires"}[at_fault]
    assert [fault.parameter for fault in refused.value.faults] == [named]
    assert UNKNOWN_KEY[:50] not in str(refused.value)
    assert list_keys(database) == []
    assert audit(database) == []


def test_names_and_days_may_go_to_their_limits(database: Database) -> None:
    today = in_wisconsin_today()
    longest = "x" * 60

    assert issued(database, "x").name == "x"
    assert issued(database, longest).name == longest
    assert works(issued(database, last_day=today), database)
    assert works(issued(database, last_day=today + timedelta(days=36500)), database)


@examples(60)
@given(name=st.text(st.characters(codec=None), max_size=70))
def test_any_name_is_refused_or_kept_as_it_reads(database: Database, name: str) -> None:
    try:
        key = issued(database, name)
    except BadParameters:
        return

    assert held(key.key_id, database).name == key.name == clean(name, longest=60)
    assert holder_of(key.key, database).actor.name == key.name


def test_ids_and_secrets_differ(database: Database) -> None:
    keys = [issued(database) for _ in range(50)]

    assert len({key.key_id for key in keys}) == len({key.key[-43:] for key in keys}) == 50


def test_the_order_of_scopes_is_the_same_in_every_pair() -> None:
    for one, other in product(Scope, Scope):
        assert one.includes(other) or other.includes(one)
        assert (one.includes(other) and other.includes(one)) is (one is other)
