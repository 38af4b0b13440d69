"""Who a client is behind proxies: what they say is believed by their address, and nobody else's is."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from locator.access.rate_limits import network_of
from locator.api.http.proxies import TrustedProxies
from locator.config.settings import Settings

PROXIES = "10.0.0.0/8,127.0.0.1,fd00::/8,192.0.2.53"


def seen(sender: str, proxies: str = PROXIES, **headers: str) -> dict[str, Any]:
    """Return what the app behind TrustedProxies sees of a request from `sender`."""
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        found.update(environ)
        return []

    networks = Settings.model_validate({"trusted_proxies": proxies}).trusted_proxies
    environment = {"REMOTE_ADDR": sender, "wsgi.url_scheme": "http", "HTTP_HOST": "find.example.org"}
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    list(TrustedProxies(app, networks)(environment | named, lambda *_: lambda _: None))
    return found


@pytest.mark.parametrize(
    ("sender", "forwarded_for", "client"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7,10.9.9.9 ,\t192.0.2.53", "203.0.113.7"),
        # What the client wrote itself is to the left of what the first proxy saw.
        ("10.1.2.3", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "127.0.0.1, 10.0.0.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.1.2.3", "unknown, 203.0.113.7", "203.0.113.7"),
        # Nothing but proxies: somebody at one of them.
        ("10.1.2.3", "10.7.7.7, 10.9.9.9", "10.7.7.7"),
        # What is no address ends it.
        ("10.1.2.3", "203.0.113.7, unknown", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.7, _hidden, 10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", ",", "10.1.2.3"),
        ("10.1.2.3", "999.1.1.1", "10.1.2.3"),
        # As other proxies write it.
        ("10.1.2.3", "203.0.113.7:51234", "203.0.113.7"),
        ("10.1.2.3", "[2001:db8::7]:51234", "2001:db8::7"),
        ("10.1.2.3", "[2001:db8::7]", "2001:db8::7"),
        ("10.1.2.3", '"2001:db8::7"', "2001:db8::7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("fd00::1", "2001:db8::7, fd12::3", "2001:db8::7"),
        # An IPv4 address is the same address when it is written as an IPv6 one.
        ("::ffff:10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7, ::ffff:10.9.9.9", "203.0.113.7"),
        # A stranger says what it likes.
        ("203.0.113.99", "198.51.100.1", "203.0.113.99"),
        ("203.0.113.99", "127.0.0.1", "203.0.113.99"),
        ("203.0.113.99", "198.51.100.1, 10.1.2.3", "203.0.113.99"),
        ("11.0.0.1", "198.51.100.1", "11.0.0.1"),
        ("192.0.2.54", "198.51.100.1", "192.0.2.54"),
        ("2001:db8::99", "198.51.100.1", "2001:db8::99"),
        ("::ffff:203.0.113.99", "198.51.100.1", "::ffff:203.0.113.99"),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy(sender: str, forwarded_for: str, client: str) -> None:
    assert seen(sender, x_forwarded_for=forwarded_for)["REMOTE_ADDR"] == client


def test_a_long_chain_is_not_followed_to_its_end() -> None:
    chain = ", ".join(["198.51.100.1", *["10.0.0.9"] * 20_000])

    assert seen("10.1.2.3", x_forwarded_for=chain)["REMOTE_ADDR"] == "10.0.0.9"


@pytest.mark.parametrize("sender", ["10.1.2.3", "203.0.113.99"])
def test_scheme_and_host_are_those_of_the_nearest_proxy_and_of_no_stranger(sender: str) -> None:
    environ = seen(
        sender, x_forwarded_proto="http, https", x_forwarded_host="evil.example, www.example.org", x_forwarded_port="1"
    )

    is_proxy = sender == "10.1.2.3"
    assert environ["wsgi.url_scheme"] == ("https" if is_proxy else "http")
    assert environ["HTTP_HOST"] == ("www.example.org" if is_proxy else "find.example.org")
    # Whoever reads these headers later reads nothing.
    assert not [name for name in environ if name.startswith("HTTP_X_FORWARDED")]


@pytest.mark.parametrize("scheme", ["javascript", "ftp", "", "https,", "httpss"])
def test_a_scheme_that_is_none_changes_nothing(scheme: str) -> None:
    assert seen("10.1.2.3", x_forwarded_proto=scheme)["wsgi.url_scheme"] == "http"


def test_who_connects_over_a_unix_socket_is_a_proxy_only_if_that_is_set() -> None:
    for sender in ("", "unix:", "/run/locator.sock"):
        assert seen(sender, "unix", x_forwarded_for="203.0.113.7")["REMOTE_ADDR"] == "203.0.113.7"
        assert seen(sender, PROXIES, x_forwarded_for="203.0.113.7")["REMOTE_ADDR"] == sender
    assert seen("203.0.113.99", "unix", x_forwarded_for="198.51.100.1")["REMOTE_ADDR"] == "203.0.113.99"


def test_without_the_setting_nobody_is_believed() -> None:
    environ = seen("127.0.0.1", "", x_forwarded_for="203.0.113.7", x_forwarded_proto="https")

    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_no_claim_of_a_client_changes_who_the_limiter_counts() -> None:
    real = "203.0.113.7"
    claims = [
        "",
        "127.0.0.1",
        "10.0.0.1",
        "::1",
        "unknown",
        "203.0.113.8",
        ",",
        '"',
        "[",
        "10.0.0.1, 10.0.0.2",
        "x" * 99,
    ]

    direct = {network_of(seen(real, x_forwarded_for=claim)["REMOTE_ADDR"]) for claim in claims}
    # A proxy adds the address it sees to what the client sent.
    behind = {network_of(seen("10.1.2.3", x_forwarded_for=f"{claim}, {real}")["REMOTE_ADDR"]) for claim in claims}

    assert direct == behind == {real}
