"""How often keys may be shown: wrong ones by each client, good ones each for itself."""

from collections.abc import Callable

import pytest

from locator.api.http.access import WRONG_KEYS_PER_MINUTE
from tests.api.conftest import MakeClient
from tests.api.contract import refused
from tests.api.keyed_app import PUBLIC, KeyedApp, add_test_routes
from tests.helpers.keys import UNKNOWN_KEY


def test_a_thousand_guesses_end_in_429_and_tell_nothing(keyed_app: KeyedApp) -> None:
    key = keyed_app.issue()
    guesses = [f"{key[:-3]}{number:03}" for number in range(1000)]

    answers = [keyed_app.ask("/api/v1/read", guess) for guess in guesses if guess != key]

    statuses = [answer.status_code for answer in answers]
    assert statuses[:WRONG_KEYS_PER_MINUTE] == [401] * WRONG_KEYS_PER_MINUTE
    assert set(statuses[WRONG_KEYS_PER_MINUTE:]) == {429}
    refused(answers[-1], 429, "too-many-requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    # The right key is not looked at either, so it cannot be told from the others.
    right = refused(keyed_app.ask("/api/v1/read", key), 429, "too-many-requests")
    assert right["title"] == "Too many requests"
    # Who shows no key, or asks what anybody may, or comes from elsewhere, is not concerned.
    refused(keyed_app.ask("/api/v1/read"), 401, "key-required")
    assert keyed_app.ask(PUBLIC, key).status_code == 200
    assert keyed_app.ask("/api/v1/read", key, client="192.0.2.2").status_code == 200


@pytest.mark.parametrize(
    ("guesser", "other", "is_the_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("no address", "", True),
    ],
)
def test_an_ipv6_network_counts_as_one_client(keyed_app: KeyedApp, guesser: str, other: str, is_the_same: bool) -> None:
    key = keyed_app.issue()
    for _ in range(WRONG_KEYS_PER_MINUTE):
        keyed_app.ask("/api/v1/read", UNKNOWN_KEY, client=guesser)

    assert keyed_app.ask("/api/v1/read", key, client=other).status_code == (429 if is_the_same else 200)


def test_the_address_a_client_claims_counts_only_behind_a_proxy(make_keyed_app: Callable[..., KeyedApp]) -> None:
    def statuses(keyed_app: KeyedApp) -> set[int]:
        return {
            keyed_app.ask("/api/v1/read", UNKNOWN_KEY, **{"X-Forwarded-For": f"198.51.100.{number}"}).status_code
            for number in range(WRONG_KEYS_PER_MINUTE + 1)
        }

    assert statuses(make_keyed_app()) == {401, 429}
    assert statuses(make_keyed_app(trusted_proxies="198.51.100.0/24")) == {401, 429}
    assert statuses(make_keyed_app(trusted_proxies="192.0.2.1")) == {401}


def test_good_keys_do_not_count_as_guesses(keyed_app: KeyedApp) -> None:
    key = keyed_app.issue()

    statuses = [keyed_app.ask("/api/v1/read", key).status_code for _ in range(2 * WRONG_KEYS_PER_MINUTE)]

    assert set(statuses) == {200}


def test_each_key_has_a_limit_of_its_own_and_is_told_what_is_left(make_keyed_app: Callable[..., KeyedApp]) -> None:
    keyed_app = make_keyed_app(key_requests_per_minute=3)
    busy, other = keyed_app.issue(name="busy"), keyed_app.issue(name="other")

    answers = [
        keyed_app.ask(path, busy) for path in ("/api/v1/read", "/api/v1/admin", "/api/v1/caller", "/api/v1/read")
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=60'}
    left = [answer.headers["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=2", "r=1", "r=0", "r=0"]
    refused(answers[-1], 429, "too-many-requests")
    assert answers[-1].headers["RateLimit"].endswith(f";t={answers[-1].headers['Retry-After']}")
    assert keyed_app.ask("/api/v1/read", other).status_code == 200


def test_an_outage_is_no_wrong_key(make_client: MakeClient) -> None:
    client = make_client("postgresql+psycopg://locator@/locator?host=/nowhere&port=1")
    add_test_routes(client.application)

    for _ in range(WRONG_KEYS_PER_MINUTE + 1):
        answer = client.get("/api/v1/read", headers={"Authorization": f"Bearer {UNKNOWN_KEY}"})
        refused(answer, 503, "database-unavailable")
