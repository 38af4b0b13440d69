"""What nginx asks before it reads a body: whether a key is good; and which version its copy of the list has."""

import json
from collections.abc import Callable

import pytest

from locator.access.keys import Scope
from tests.api.keyed_app import KeyedApp
from tests.helpers.keys import UNKNOWN_KEY


@pytest.mark.parametrize(
    ("held", "needed", "status"),
    [
        (Scope.READ, "read", 204),
        (Scope.READ, "import", 403),
        (Scope.IMPORT, "import", 204),
        (Scope.IMPORT, "read", 204),
        (Scope.IMPORT, "admin", 403),
        (Scope.ADMIN, "import", 204),
    ],
)
def test_a_key_is_good_for_its_scopes(keyed_app: KeyedApp, held: Scope, needed: str, status: int) -> None:
    answer = keyed_app.ask(f"/-/key/{needed}", keyed_app.issue(held))

    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", [None, UNKNOWN_KEY, "", "é"])
def test_a_refusal_is_repeated_in_a_header(keyed_app: KeyedApp, key: str | None) -> None:
    answer = keyed_app.ask("/-/key/import", key)

    assert answer.status_code == 401
    assert answer.headers["Problem"].isascii()
    assert json.loads(answer.headers["Problem"]) == answer.get_json()
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_asking_is_no_use_of_the_key_but_too_many_uses_are_too_many(make_keyed_app: Callable[..., KeyedApp]) -> None:
    keyed_app = make_keyed_app(key_requests_per_minute=3)
    key = keyed_app.issue(Scope.READ)
    for _ in range(5):
        assert keyed_app.ask("/-/key/read", key).headers["RateLimit"].startswith('"key";r=3')
    for _ in range(3):
        assert keyed_app.ask("/api/v1/read", key).status_code == 200

    refused = keyed_app.ask("/-/key/read", key)

    assert refused.status_code == 429
    assert json.loads(refused.headers["Problem"])["type"] == "/problems/too-many-requests"
    assert int(refused.headers["Retry-After"]) > 0


def test_wrong_keys_are_counted(keyed_app: KeyedApp) -> None:
    for _ in range(20):
        assert keyed_app.ask("/-/key/import", UNKNOWN_KEY).status_code == 401

    assert keyed_app.ask("/-/key/import", UNKNOWN_KEY).status_code == 429


@pytest.mark.parametrize("path", ["/-/key", "/-/key/", "/-/key/everything", "/-/key/import/"])
def test_there_is_nothing_else(keyed_app: KeyedApp, path: str) -> None:
    assert keyed_app.ask(path, keyed_app.issue(Scope.ADMIN)).status_code == 404


def test_the_version_of_the_list_is_told(keyed_app: KeyedApp) -> None:
    answer = keyed_app.ask("/-/list-version")

    export = keyed_app.ask("/api/v1/clinics.csv")
    assert answer.status_code == 204
    number = answer.headers["List-Version"].partition("-")[0]
    assert f"clinics-version-{number}.csv" in export.headers["Content-Disposition"]
