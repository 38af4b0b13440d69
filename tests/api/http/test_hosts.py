"""The Host header: one that cannot be a host is a bad request, and nothing else of the answer is made from it."""

import json
import socket

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.api.conftest import MakeClient, StartService

BAD = [
    "",
    " ",
    "xn--e",
    "xn--e.example.org",
    "www.xn--a-ecp.xn--",
    "XN--E:8000",
    "find.example.org, evil.example",
    "find.example.org evil.example",
    "find.example.org\tevil.example",
    "find.example.org/path",
    "find.example.org?near=53703",
    "find.example.org#top",
    "user@find.example.org",
    "user:password@find.example.org",
    "http://find.example.org",
    "find..example.org",
    ".find.example.org",
    "find.example.org:",
    "find.example.org:0",
    "find.example.org:08000",
    "find.example.org:65536",
    "find.example.org:99999",
    "find.example.org:80:80",
    "find.example.org:eighty",
    "find.example.org:-1",
    "find.example.org:٨٠",
    "[::1",
    "::1",
    "[::1]]",
    "[::1]:0",
    "[::1]x",
    "[]",
    "[:::]",
    "[1:2:3]",
    "[::1%25eth0]",
    "[find.example.org]",
    "münchen.example.org",
    "\x00",
    "find\x00.example.org",
    "find\x7f.example.org",
    "find\u00a0example.org",
    "<script>alert(1)</script>",
    "'; drop table clinics; --",
    "%66ind.example.org",
    "a" * 64 + ".example.org",
    "a." * 127 + "example.org",
    "a" * 10_000,
    "[" + "1:" * 5_000 + "]",
]
GOOD = [
    "localhost",
    "find.example.org",
    "FIND.example.org",
    "find.example.org.",
    "find.example.org:8443",
    "service_of_ours:8000",
    "192.0.2.7",
    "192.0.2.7:65535",
    "[::1]",
    "[2001:db8::7]:8000",
    "[::ffff:192.0.2.7]:80",
    "xn--mnchen-3ya.example.org",
    "xn--p1ai",
]


def asked(client: FlaskClient, path: str, host: str) -> tuple[int, Headers, str]:
    """Ask the app as a server does; the client itself makes a URL of the host, and fails where this has none."""
    environ = EnvironBuilder(path).get_environ() | {"HTTP_HOST": host.encode().decode("latin-1")}
    body, status, headers = run_wsgi_app(client.application, environ, buffered=True)
    return int(status.split()[0]), headers, b"".join(body).decode()


@pytest.mark.parametrize("host", BAD)
@pytest.mark.parametrize("path", ["/api/v1/search?near=53703&limit=1", "/healthz", "/", "/nothing"])
def test_a_host_that_is_none_is_a_bad_request(client: FlaskClient, host: str, path: str) -> None:
    status, headers, body = asked(client, path, host)

    assert status == 400
    problem = json.loads(body)
    assert (problem["type"], problem["status"]) == ("/problems/bad-request", 400)
    assert "Host header" in problem["detail"]
    assert len(host) < 4 or host not in body
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", GOOD)
@pytest.mark.parametrize("path", ["/api/v1/search?near=53703&limit=1", "/healthz", "/", "/find?near=53703", "/docs"])
def test_every_name_and_address_that_a_host_can_have_is_answered(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})

    assert answer.status_code == 200
    if link := answer.headers.get("Link"):
        # An international name is written in ASCII there; an underscore is in no name that a URL may have.
        assert link.startswith(f"<http://{host.removesuffix(':80')}/api/v1/search?" if "_" not in host else "</api/v1/")


def test_http_1_1_without_a_host_is_a_bad_request_and_1_0_is_not(client: FlaskClient) -> None:
    def status(protocol: str) -> int:
        environment = {"SERVER_PROTOCOL": protocol, "HTTP_HOST": None}
        return client.get("/healthz", environ_overrides=environment).status_code

    assert (status("HTTP/1.1"), status("HTTP/1.0")) == (400, 200)


def test_what_a_proxy_forwards_as_host_is_held_to_the_same(make_client: MakeClient) -> None:
    client = make_client(trusted_proxies="127.0.0.1")

    for host in ("xn--e", "a b", "find.example.org:0"):
        assert client.get("/healthz", headers={"X-Forwarded-Host": host}).status_code == 400
    assert client.get("/healthz", headers={"X-Forwarded-Host": "find.example.org"}).status_code == 200


@pytest.mark.parametrize("host", ["xn--e", "[::1", "", "a b"])
def test_trusted_hosts_refuse_it_too(make_client: MakeClient, host: str) -> None:
    client = make_client(trusted_hosts=("find.example.org",))

    status, _, body = asked(client, "/healthz", host)

    assert status == 400
    assert json.loads(body)["type"] == "/problems/bad-request"


def test_the_real_server_answers_no_bad_host_with_an_error_of_ours(
    own_sample_url: str, start_service: StartService
) -> None:
    service = start_service(own_sample_url)

    def statuses(*lines: bytes) -> list[bytes]:
        request = b"\r\n".join([b"GET /api/v1/search?near=53703 HTTP/1.1", *lines, b"Connection: close", b"", b""])
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
            line.sendall(request)
            received = b""
            while part := line.recv(65536):
                received += part
        return received.split(b" ", 2)[1:2]

    hosts = [host.encode() for host in BAD if not {*host} & {"\r", "\n"}]
    answers = {host[:40]: statuses(b"Host: " + host) for host in hosts}

    assert not {host: answer for host, answer in answers.items() if answer not in ([], [b"400"], [b"431"])}
    assert statuses() in ([b"400"], [])
    assert statuses(b"Host: find.example.org", b"Host: evil.example") in ([b"400"], [])
    assert statuses(b"Host: find.example.org") == [b"200"]
