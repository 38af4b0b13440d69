"""API keys are revoked at once, by id or by name; issuing and revoking them is in the audit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import exc as sqlalchemy_errors

from locator.access.keys import KeyNotFound, Scope, SeveralKeys, issue_key, list_keys, revoke_key
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.keys import OPERATOR, UNKNOWN_KEY, audit, held, issued, works


@pytest.mark.parametrize("way", ["id", "id as it stands in a key", "name", "name, as typed", "whole key"])
def test_a_key_is_revoked_by_whatever_names_it(database: Database, way: str) -> None:
    key, other = issued(database, "Nightly upload"), issued(database, "other")
    named = {
        "id": key.key_id,
        "id as it stands in a key": f"clk_{key.key_id}",
        "name": "Nightly upload",
        "name, as typed": "  Nightly  upload ",
        "whole key": f" {key.key}\n",
    }[way]

    revoked = revoke_key(named, by=Actor("sam", "command line"), database=database)

    assert (revoked.key_id, revoked.revoked_by) == (key.key_id, "sam")
    assert revoked == held(key.key_id, database)
    assert [works(key, database), works(other, database)] == [False, True]


def test_an_expired_key_can_still_be_revoked_by_its_id(database: Database) -> None:
    key = issued(database)
    with database.connection() as connection:
        connection.exec_driver_sql("update api_keys set expires_at = now() - interval '1 day'")

    assert revoke_key(key.key_id, by=OPERATOR, database=database).revoked_at


@pytest.mark.parametrize("named", ["nobody", "", "  ", "bbbbbbbb", UNKNOWN_KEY, "x" * 1000, "a\0b", "\ud800", "clk_"])
def test_what_names_no_key_revokes_none(database: Database, named: str) -> None:
    key = issued(database)

    with pytest.raises(KeyNotFound):
        revoke_key(named, by=OPERATOR, database=database)

    assert works(key, database)
    assert [line.action for line in audit(database)] == ["key-issued"]


def test_a_key_is_revoked_once(database: Database) -> None:
    key = issued(database)
    first = revoke_key(key.key_id, by=OPERATOR, database=database)

    for named in (key.key_id, "nightly upload"):
        with pytest.raises(KeyNotFound):
            revoke_key(named, by=Actor("sam", "command line"), database=database)

    assert held(key.key_id, database) == first


def test_a_name_that_several_live_keys_have_is_refused_with_their_ids(database: Database) -> None:
    keys = [issued(database, "nightly upload") for _ in range(3)]
    revoke_key(keys[0].key_id, by=OPERATOR, database=database)

    with pytest.raises(SeveralKeys) as refused:
        revoke_key("nightly upload", by=OPERATOR, database=database)

    assert set(refused.value.key_ids) == {keys[1].key_id, keys[2].key_id}
    assert all(key_id in str(refused.value) for key_id in refused.value.key_ids)
    assert [works(key, database) for key in keys] == [False, True, True]
    revoke_key(keys[1].key_id, by=OPERATOR, database=database)
    revoke_key("nightly upload", by=OPERATOR, database=database)  # one is left, so the name is enough
    assert [works(key, database) for key in keys] == [False, False, False]


def test_an_id_goes_before_a_name(database: Database) -> None:
    key = issued(database)
    impostor = issued(database, key.key_id)

    revoke_key(key.key_id, by=OPERATOR, database=database)

    assert [works(key, database), works(impostor, database)] == [False, True]


def test_two_who_revoke_at_once_revoke_once(database: Database) -> None:
    key = issued(database)

    def revoke(_: int) -> bool:
        try:
            return bool(revoke_key(key.key_id, by=OPERATOR, database=database))
        except KeyNotFound:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(revoke, range(4))) == [False, False, False, True]
    assert [line.action for line in audit(database)] == ["key-revoked", "key-issued"]


def test_issuing_and_revoking_stand_in_the_audit(database: Database) -> None:
    key = issued(database, "nightly upload", Scope.READ, Scope.IMPORT)
    revoke_key("nightly upload", by=Actor("sam", "command line"), database=database)

    revoked, made = audit(database)

    told = {"key_id": key.key_id, "name": "nightly upload", "scopes": ["read", "import"]}
    assert (made.action, made.by, made.detail) == ("key-issued", OPERATOR, told)
    assert (revoked.action, revoked.by, revoked.detail) == ("key-revoked", Actor("sam", "command line"), told)


def test_what_the_audit_cannot_hold_does_not_happen(database: Database) -> None:
    key = issued(database)
    nobody = Actor("sam", via=None)  # type: ignore[arg-type]  # a broken caller

    with pytest.raises(sqlalchemy_errors.IntegrityError):
        issue_key("second", [Scope.READ], by=nobody, expires_on=None, database=database)
    with pytest.raises(sqlalchemy_errors.IntegrityError):
        revoke_key(key.key_id, by=nobody, database=database)

    assert [known.name for known in list_keys(database)] == ["nightly upload"]
    assert works(key, database)
