"""Who may do what: every route of the API, asked by everybody there is, against a table."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from locator.access.keys import Scope, revoke_key
from tests.api.import_api import CSV, ImportApi
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.keys import OPERATOR, UNKNOWN_KEY, issued

HOSPITAL = "uw-carbone-university-hospital"
ASKERS = ("nobody", "read", "import", "admin", "revoked", "unknown")

FOR_ALL = (200, 200, 200, 200, 200, 200)  # a key is not even looked at
FOR_ALL_WITH_A_GOOD_KEY_OR_NONE = (200, 200, 200, 200, 401, 401)
TO_READ = (401, 200, 200, 200, 401, 401)
TO_IMPORT = (401, 403, 200, 200, 401, 401)
TO_ADMINISTER = (401, 403, 403, 200, 401, 401)

# What each asker gets, in the order of ASKERS; 200 means any answer that is not refused for missing rights.
EXPECTED = {
    "GET /api/v1/search": FOR_ALL,
    "POST /api/v1/search": FOR_ALL,
    "GET /api/v1/explain": FOR_ALL,
    "GET /api/v1/clinics": FOR_ALL,
    "GET /api/v1/clinics/<clinic_id>": FOR_ALL,
    "GET /api/v1/specialties": FOR_ALL,
    "GET /api/v1/places": FOR_ALL,
    "GET /api/v1/imports/template.csv": FOR_ALL,
    "GET /api/v1/imports/sample.csv": FOR_ALL,
    "GET /api/v1/clinics.csv": FOR_ALL_WITH_A_GOOD_KEY_OR_NONE,
    "GET /api/v1/imports": TO_READ,
    "GET /api/v1/imports/<import_id>": TO_READ,
    "GET /api/v1/imports/<import_id>/rows": TO_READ,
    "GET /api/v1/imports/<import_id>/refused.csv": TO_IMPORT,
    "GET /api/v1/clinics/<clinic_id>/history": TO_READ,
    "POST /api/v1/imports": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/publish": TO_IMPORT,
    "PUT /api/v1/imports/<import_id>/mapping": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/accept": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/undo": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/resume": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/decisions": TO_IMPORT,
    "POST /api/v1/imports/<import_id>/duplicates": TO_IMPORT,
    "PATCH /api/v1/clinics/<clinic_id>": TO_ADMINISTER,
    "POST /api/v1/clinics/<clinic_id>/retire": TO_ADMINISTER,
    "POST /api/v1/clinics/<clinic_id>/restore": TO_ADMINISTER,
    "GET /api/v1/audit": TO_ADMINISTER,
    "GET /api/v1/reviews": TO_READ,
    "POST /api/v1/reviews/<review_id>/resolve": TO_IMPORT,
}
REFUSALS = {401: "/problems/key-required", 403: "/problems/not-allowed"}


class OpenImportApi(Protocol):
    def __call__(self, **settings: object) -> AbstractContextManager[ImportApi]: ...


@pytest.fixture(scope="module")
def keys_and_api(open_import_api: OpenImportApi) -> Iterator[tuple[dict[str, str | None], ImportApi]]:
    """Return the key each kind of caller sends, and an import API that has one import."""
    with open_import_api() as import_api:
        import_api.upload(a_file(a_row("lakeside-cancer-center")).getvalue())
        revoked = issued(import_api.database, "revoked", Scope.ADMIN)
        revoke_key(revoked.key_id, by=OPERATOR, database=import_api.database)
        keys = {"nobody": None, "revoked": revoked.key, "unknown": UNKNOWN_KEY}
        yield keys | {str(scope): key for scope, key in import_api.keys.items()}, import_api


def test_the_table_names_every_route_of_the_api(shared_import_api: ImportApi) -> None:
    served = {
        f"{method} {rule.rule}"
        for rule in shared_import_api.client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert served == set(EXPECTED), "a new route needs its line in EXPECTED: who may ask it?"


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("operation", EXPECTED)
def test_each_route_lets_in_whom_it_should(
    keys_and_api: tuple[dict[str, str | None], ImportApi], operation: str, asker: str
) -> None:
    keys, import_api = keys_and_api
    method, rule = operation.split(" ")
    path = rule.replace("<clinic_id>", HOSPITAL).replace("<import_id>", "1").replace("<review_id>", "1")
    shown = {"Authorization": f"Bearer {key}"} if (key := keys[asker]) else {}

    # Each from an address of its own: wrong keys are counted by it.
    client = {"REMOTE_ADDR": f"192.0.2.{list(EXPECTED).index(operation) + 1}"}
    answer = import_api.client.open(
        path, method=method, headers=shown, data=b"", content_type=CSV, environ_base=client
    )  # fmt: skip

    expected = EXPECTED[operation][ASKERS.index(asker)]
    if expected == 200:
        assert answer.status_code not in (401, 403), answer.get_data(as_text=True)
        assert answer.status_code < 500
    else:
        assert (answer.status_code, answer.get_json(force=True)["type"]) == (expected, REFUSALS[expected])
    if keys[asker] and method != "GET":
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("operation", [each for each, expected in EXPECTED.items() if expected is not FOR_ALL])
def test_head_tells_no_more_than_get(keys_and_api: tuple[dict[str, str | None], ImportApi], operation: str) -> None:
    _, import_api = keys_and_api
    method, rule = operation.split(" ")
    path = rule.replace("<clinic_id>", HOSPITAL).replace("<import_id>", "1").replace("<review_id>", "1")

    answer = import_api.client.head(path)

    nobody = EXPECTED[operation][0]
    assert answer.status_code == (nobody if method == "GET" else answer.status_code)
    assert answer.get_data() == b""
