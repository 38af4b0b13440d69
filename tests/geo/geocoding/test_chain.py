"""The chain of geocoders against real servers that fail in every way we know of."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given

from locator.geo.errors import GeocoderUnavailable
from locator.geo.geocoding import chain as geocoder
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import Provider, Reason
from locator.geo.point import Precision
from tests.geo.geocoding.test_breaker import Clock
from tests.geo.geocoding.test_providers import ANY_JSON
from tests.helpers.examples import examples
from tests.helpers.fake_provider import (
    Behavior,
    Exchange,
    FakeProvider,
    Stopwatch,
    answers,
    answers_late,
    drips,
    fails,
    floods,
    free_port,
    hangs,
    hangs_up,
    redirects,
    speaks_no_http,
)
from tests.helpers.provider_replies import NOTHING, census, nominatim

ADDRESS = "123 Lantern St, Madison, WI 53703"
NOT_FOUND = answers(NOTHING["census"])
FOUND = answers(census())


@pytest.fixture
def start() -> Iterator[Callable[[Behavior], FakeProvider]]:
    """Return a function that starts a fake Census geocoder."""
    with ExitStack() as servers:
        yield lambda behavior: servers.enter_context(FakeProvider(behavior))


def chain_of(*fakes: FakeProvider, **more: Any) -> GeocoderChain:
    return GeocoderChain([Provider("census", url=fake.url) for fake in fakes], **more)


def reasons_of(chain: GeocoderChain) -> dict[str, int]:
    return {reason.value: count for (_, reason), count in chain.outcomes().items()}


def assert_unavailable(chain: GeocoderChain, reason: str) -> None:
    """Ask one that fails: an outage, in time, counted under its reason."""
    with Stopwatch() as watch, pytest.raises(GeocoderUnavailable):
        chain.locate(ADDRESS)
    assert reasons_of(chain) == {reason: 1}
    assert watch.seconds < 2.5  # the deadline is 1.0


# Every fault is an outage, and none is "not found"


@pytest.mark.parametrize(
    ("behavior", "reason"),
    [
        (hangs(), "timeout"),
        (drips(census()), "timeout"),
        (drips(census(), seconds=0.05), "timeout"),
        (hangs_up(), "connection"),
        (speaks_no_http(), "connection"),
        (fails(500), "server_error"),
        (fails(502, b"<html>Bad gateway</html>"), "server_error"),
        (fails(503, b"", Retry_After="3600"), "server_error"),
        (fails(404, {"error": "no such path"}), "server_error"),
        (fails(429), "rate_limited"),
        (fails(401), "denied"),
        (fails(403), "denied"),
        (fails(400), "rejected"),
        (fails(204, b""), "malformed"),
        (redirects("https://elsewhere.invalid/"), "redirect"),
        (fails(304, b""), "redirect"),
        (floods(60, tells_its_length=True), "too_large"),
        (floods(60, tells_its_length=False), "too_large"),
        (answers(b" " * 262_145), "too_large"),
        (answers(b" " * 262_144), "malformed"),
        (answers({"result": {}}), "malformed"),
        (answers(census(lat="NaN")), "malformed"),
        (answers(census(lat=-89.4, lon=43.07)), "malformed"),
        (lambda exchange: exchange.send(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), "malformed"),
    ],
)
def test_a_server_that_fails_is_an_outage(
    start: Callable[[Behavior], FakeProvider], behavior: Behavior, reason: str
) -> None:
    assert_unavailable(chain_of(start(behavior)), reason)


def test_a_server_that_refuses_the_connection_is_an_outage() -> None:
    assert_unavailable(GeocoderChain([Provider("census", url=f"http://127.0.0.1:{free_port()}")]), "unreachable")


def test_a_name_that_leads_nowhere_is_an_outage() -> None:
    chain = GeocoderChain([Provider("census", url="http://geocoder.invalid")])

    with Stopwatch() as watch, pytest.raises(GeocoderUnavailable):
        chain.locate(ADDRESS)

    assert watch.seconds < 2.5
    assert set(reasons_of(chain)) <= {"dns", "timeout"}  # a name server may say so, or say nothing


def test_a_redirect_is_never_followed(start: Callable[[Behavior], FakeProvider]) -> None:
    inside = start(FOUND)
    chain = chain_of(start(redirects(f"{inside.url}/latest/meta-data")))

    assert_unavailable(chain, "redirect")

    assert inside.hits == 0


def test_nothing_is_tried_twice(start: Callable[[Behavior], FakeProvider]) -> None:
    for behavior in (fails(500), fails(503), fails(429, b"", Retry_After="0"), hangs_up()):
        fake = start(behavior)

        with pytest.raises(GeocoderUnavailable):
            chain_of(fake).locate(ADDRESS)

        assert fake.hits == 1


def test_of_a_flood_no_more_is_read_than_256_kib(start: Callable[[Behavior], FakeProvider]) -> None:
    written = []

    def flood(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.end_headers()
        exchange.close_connection = True
        for _ in range(60 * 16):
            exchange.wfile.write(b"x" * 65536)
            written.append(65536)

    assert_unavailable(chain_of(start(flood)), "too_large")

    assert sum(written) < 20 * 2**20  # the rest of it waited in the sockets


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_for(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context


def test_a_certificate_is_checked(authority: trustme.CA, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    good = tls_for(authority, "127.0.0.1")
    cases: list[tuple[ssl.SSLContext, Path | None, str]] = [
        (good, ca_file, "found"),
        (good, None, "tls"),  # of an authority nobody knows
        (tls_for(authority, "geocoder.example"), ca_file, "tls"),
        (tls_for(authority, "127.0.0.1", not_after=yesterday), ca_file, "tls"),
    ]
    for tls, trusted, reason in cases:
        with FakeProvider(FOUND, tls=tls) as fake:
            chain = GeocoderChain([Provider("census", url=fake.url, ca_file=trusted)], deadline_seconds=5)

            if reason == "found":
                assert chain.locate(ADDRESS)
            else:
                with pytest.raises(GeocoderUnavailable):
                    chain.locate(ADDRESS)

            assert reasons_of(chain) == {reason: 1}
            assert fake.hits == (reason == "found")


def test_tls_where_nobody_speaks_it_is_an_outage(start: Callable[[Behavior], FakeProvider]) -> None:
    url = start(FOUND).url.replace("http:", "https:")

    assert_unavailable(GeocoderChain([Provider("census", url=url)]), "tls")


# Order and fallback


def test_the_first_usable_answer_wins(start: Callable[[Behavior], FakeProvider]) -> None:
    first, second = start(FOUND), start(answers(nominatim()))
    chain = GeocoderChain([Provider("census", url=first.url), Provider("nominatim", url=second.url)])

    found = chain.locate(ADDRESS)

    assert found
    assert (found.source, found.precision) == ("census", Precision.ADDRESS)
    assert second.hits == 0  # the address is told to nobody who need not know


@pytest.mark.parametrize(
    "behavior", [fails(500), hangs(), NOT_FOUND, answers(census(lat=48.86, lon=2.35)), answers(b"?"), redirects("/")]
)
def test_a_geocoder_that_finds_nothing_is_followed_by_the_next(
    start: Callable[[Behavior], FakeProvider], behavior: Behavior
) -> None:
    first, second = start(behavior), start(answers(nominatim()))
    chain = GeocoderChain([Provider("census", url=first.url), Provider("nominatim", url=second.url)])

    with Stopwatch() as watch:
        found = chain.locate(ADDRESS)

    assert found
    assert found.source == "nominatim"
    assert watch.seconds < 1.5


def test_none_means_that_all_who_answered_know_no_such_address(start: Callable[[Behavior], FakeProvider]) -> None:
    assert chain_of(start(NOT_FOUND), start(NOT_FOUND)).locate(ADDRESS) is None
    assert chain_of(start(answers(census(lat=48.86, lon=2.35)))).locate(ADDRESS) is None


def test_not_found_beside_an_outage_is_not_found(start: Callable[[Behavior], FakeProvider]) -> None:
    assert chain_of(start(NOT_FOUND), start(fails(500))).locate(ADDRESS) is None
    assert chain_of(start(fails(500)), start(NOT_FOUND)).locate(ADDRESS) is None


def test_outages_of_all_are_an_outage(start: Callable[[Behavior], FakeProvider]) -> None:
    with pytest.raises(GeocoderUnavailable):
        chain_of(start(fails(500)), start(redirects("/")), start(answers(b"?"))).locate(ADDRESS)


def test_nobody_to_ask_is_an_outage() -> None:
    with pytest.raises(GeocoderUnavailable):
        GeocoderChain([]).locate(ADDRESS)


@pytest.mark.parametrize("text", ["", "  ", ",-,", "12\x00 Main St", "12 \u202eniaM", "x" * 201, "\ud800"])
def test_what_is_no_address_is_shown_to_nobody(start: Callable[[Behavior], FakeProvider], text: str) -> None:
    fake = start(FOUND)

    assert chain_of(fake).locate(text) is None
    assert fake.hits == 0


# One deadline for all


def test_all_silent_together_take_one_deadline(start: Callable[[Behavior], FakeProvider]) -> None:
    fakes = [start(hangs()) for _ in range(4)]
    chain = chain_of(*fakes)

    with Stopwatch() as watch, pytest.raises(GeocoderUnavailable):
        chain.locate(ADDRESS)

    assert watch.seconds < 2.0
    assert [fake.hits for fake in fakes] == [1, 1, 1, 1]  # the first did not eat the others' time
    assert reasons_of(chain) == {"timeout": 4}


def test_the_second_has_time_though_the_first_is_silent(start: Callable[[Behavior], FakeProvider]) -> None:
    chain = chain_of(start(hangs()), start(answers_late(census(), 0.4)), deadline_seconds=2)

    assert chain.locate(ADDRESS)


def test_what_the_first_leaves_over_goes_to_the_second(start: Callable[[Behavior], FakeProvider]) -> None:
    chain = chain_of(start(fails(500)), start(answers_late(census(), 1.3)), deadline_seconds=2)

    assert chain.locate(ADDRESS)


def test_who_rests_has_no_share_of_the_time(start: Callable[[Behavior], FakeProvider]) -> None:
    resting = start(fails(429, b"", Retry_After="60"))
    chain = chain_of(start(answers_late(census(), 1.3)), resting, deadline_seconds=2)
    chain._members[1][1].open_for(60)

    assert chain.locate(ADDRESS)


def test_who_comes_too_late_in_the_turn_is_not_asked(start: Callable[[Behavior], FakeProvider]) -> None:
    clock = Clock()
    last = start(FOUND)

    def takes_all_the_time(exchange: Exchange) -> None:
        clock.go(1.0)
        fails(500)(exchange)

    chain = chain_of(start(takes_all_the_time), last, clock=clock)

    with pytest.raises(GeocoderUnavailable):
        chain.locate(ADDRESS)

    assert last.hits == 0
    assert reasons_of(chain) == {"server_error": 1, "no_time": 1}


# Breakers


def addresses() -> Iterator[str]:
    """Return addresses that are all different: none is remembered."""
    return (f"{number} Lantern St, Madison, WI" for number in range(1, 10_000))


def ask_many(chain: GeocoderChain, questions: Iterator[str], times: int) -> None:
    for _ in range(times):
        with pytest.raises(GeocoderUnavailable):
            chain.locate(next(questions))


@pytest.mark.parametrize("behavior", [fails(500), redirects("/"), answers(b"?"), fails(403), hangs_up()])
def test_after_five_failures_a_server_is_left_alone(
    start: Callable[[Behavior], FakeProvider], behavior: Behavior
) -> None:
    fake, clock = start(behavior), Clock()
    chain = chain_of(fake, clock=clock)
    questions = addresses()

    ask_many(chain, questions, 5)
    assert chain.paused() == ["census"]
    with Stopwatch() as watch:
        ask_many(chain, questions, 100)

    assert fake.hits == 5
    assert reasons_of(chain)["resting"] == 100
    assert watch.seconds < 1.0  # a hundred of them


def test_a_server_that_comes_back_is_asked_again_after_30_seconds(start: Callable[[Behavior], FakeProvider]) -> None:
    fake, clock = start(fails(500)), Clock()
    chain = chain_of(fake, clock=clock)
    questions = addresses()
    ask_many(chain, questions, 6)

    clock.go(30)
    ask_many(chain, questions, 2)
    assert fake.hits == 6  # one went to see

    fake.behave(FOUND)
    ask_many(chain, questions, 1)
    clock.go(30)
    assert chain.locate(next(questions))
    assert chain.locate(next(questions))
    assert (fake.hits, chain.paused()) == (8, [])


def test_each_server_has_a_breaker_of_its_own(start: Callable[[Behavior], FakeProvider]) -> None:
    bad, good = start(fails(500)), start(FOUND)
    chain = chain_of(bad, good)
    questions = addresses()

    for _ in range(20):
        assert chain.locate(next(questions))

    assert (bad.hits, good.hits) == (5, 20)


@pytest.mark.parametrize(
    "header",
    ["7", format_datetime(datetime.now(UTC) + timedelta(hours=5), usegmt=True)],
    ids=["in seconds", "as a date"],
)
def test_a_server_that_asks_to_wait_is_left_alone_for_as_long(
    start: Callable[[Behavior], FakeProvider], header: str
) -> None:
    fake, clock = start(fails(429, b"slow down", Retry_After=header)), Clock()
    chain = chain_of(fake, clock=clock)
    questions = addresses()
    wait = 7 if header == "7" else 300  # no longer than 5 minutes

    ask_many(chain, questions, 1)
    clock.go(wait - 0.1)
    ask_many(chain, questions, 1)
    assert fake.hits == 1

    clock.go(0.1)
    ask_many(chain, questions, 1)
    assert fake.hits == 2


@pytest.mark.parametrize(
    "behavior", [NOT_FOUND, answers(census(lat=48.86, lon=2.35)), fails(400, b"The address is too short.")]
)
def test_nobody_can_turn_a_server_off_with_odd_addresses(
    start: Callable[[Behavior], FakeProvider], behavior: Behavior
) -> None:
    fake = start(behavior)
    chain = chain_of(fake)

    for question, _ in zip(addresses(), range(20), strict=False):
        try:
            assert chain.locate(question) is None
        except GeocoderUnavailable:
            assert reasons_of(chain).keys() == {"rejected"}

    assert fake.hits == 20


# Memory


def test_an_address_is_asked_once_in_ten_minutes_however_it_is_written(
    start: Callable[[Behavior], FakeProvider],
) -> None:
    fake, clock = start(FOUND), Clock()
    chain = chain_of(fake, clock=clock)

    first = chain.locate(ADDRESS)
    for text in (
        ADDRESS.upper(),
        f"  {ADDRESS} ",
        ADDRESS.replace(" ", "\u00a0\t"),
        "１２３ Lantern St, Madison, WI 53703",
    ):
        assert chain.locate(text) is first
    clock.go(599)
    assert chain.locate(ADDRESS) is first
    assert fake.hits == 1

    clock.go(1)
    assert chain.locate(ADDRESS) == first
    assert fake.hits == 2


def test_other_house_numbers_are_other_addresses(start: Callable[[Behavior], FakeProvider]) -> None:
    fake = start(FOUND)
    chain = chain_of(fake)

    for text in (
        "12 1/2 Main St, Madison",
        "121/2 Main St, Madison",
        "12 12 Main St, Madison",
        "1212 Main St, Madison",
    ):
        chain.locate(text)

    assert fake.hits == 4


def test_not_found_is_cache_and_an_outage_is_not(start: Callable[[Behavior], FakeProvider]) -> None:
    fake = start(NOT_FOUND)
    chain = chain_of(fake)
    assert [chain.locate(ADDRESS), chain.locate(ADDRESS)] == [None, None]
    assert fake.hits == 1

    fake.behave(fails(500))
    for _ in range(2):
        with pytest.raises(GeocoderUnavailable):
            chain.locate("7 Other St, Madison")
    assert fake.hits == 3

    fake.behave(FOUND)
    assert chain.locate("7 Other St, Madison")


def test_not_found_beside_an_outage_is_not_cache(start: Callable[[Behavior], FakeProvider]) -> None:
    down = start(fails(500))
    chain = chain_of(start(NOT_FOUND), down)
    assert chain.locate(ADDRESS) is None

    down.behave(FOUND)

    assert chain.locate(ADDRESS)


def test_memory_is_bounded(start: Callable[[Behavior], FakeProvider], monkeypatch: pytest.MonkeyPatch) -> None:
    assert GeocoderChain([])._cache.maxsize == 2000
    monkeypatch.setattr(geocoder, "CACHED_ADDRESSES", 3)
    fake = start(FOUND)
    chain = chain_of(fake)

    for question, _ in zip(addresses(), range(10), strict=False):
        chain.locate(question)

    assert len(chain._cache) == 3


def test_memory_is_keyed_by_a_hash_that_no_other_process_can_make(start: Callable[[Behavior], FakeProvider]) -> None:
    fake = start(FOUND)
    chains = [chain_of(fake), chain_of(fake)]

    keys = set()
    for chain in chains:
        chain.locate(ADDRESS)
        keys |= set(chain._cache)

    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}


# Counting


def test_outcomes_are_counted_by_provider_and_reason_and_told_at_once(
    start: Callable[[Behavior], FakeProvider],
) -> None:
    heard: list[tuple[str, Reason]] = []
    down, up = start(fails(500)), start(answers(nominatim()))
    providers = [Provider("census", url=down.url), Provider("nominatim", url=up.url)]
    chain = GeocoderChain(providers, listener=lambda name, reason: heard.append((name, reason)))

    for question in ("1 A St, Madison", "2 A St, Madison", "2 A St, Madison"):
        chain.locate(question)

    assert chain.outcomes() == {("census", Reason.SERVER_ERROR): 2, ("nominatim", Reason.FOUND): 2}
    assert heard == [("census", Reason.SERVER_ERROR), ("nominatim", Reason.FOUND)] * 2


# Many at once


def test_many_threads_each_get_the_answer_to_their_own_question(start: Callable[[Behavior], FakeProvider]) -> None:
    fake = start(FOUND)

    def echo(exchange: Exchange) -> None:
        number = int(exchange.path.split("address=")[1].split("+")[0])
        answers(census(lat=43 + number / 10_000, label=f"{number} LANTERN ST"))(exchange)

    fake.behave(echo)
    chain = chain_of(fake, deadline_seconds=10)
    wrong: list[object] = []

    def ask(first: int) -> None:
        for number in range(first, first + 50):
            try:
                found = chain.locate(f"{number} Lantern St, Madison, WI")
            except GeocoderUnavailable as error:
                wrong.append(error)
                continue
            if not found or found.point.lat != 43 + number / 10_000 or found.label != f"{number} LANTERN ST":
                wrong.append((number, found))

    threads = [threading.Thread(target=ask, args=(100 * place,)) for place in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert fake.hits == 600
    assert fake.connections <= len(threads)


def test_silent_servers_keep_nobody_waiting_in_line(start: Callable[[Behavior], FakeProvider]) -> None:
    chain = chain_of(start(hangs()))
    start_together = threading.Barrier(5)
    seconds: list[float] = []

    def ask(number: int) -> None:
        start_together.wait()
        with Stopwatch() as watch, pytest.raises(GeocoderUnavailable):
            chain.locate(f"{number} Lantern St, Madison, WI")
        seconds.append(watch.seconds)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seconds) == 5
    assert max(seconds) < 2.5  # one after the other would be 5


def test_whatever_json_comes_only_our_error_is_raised() -> None:
    with FakeProvider(FOUND) as fake:

        @examples(100)
        @given(reply=ANY_JSON)
        def holds(reply: Any) -> None:
            fake.behave(answers(reply))
            chain = chain_of(fake, deadline_seconds=10)
            with suppress(GeocoderUnavailable):
                chain.locate(ADDRESS)
            assert sum(chain.outcomes().values()) == 1

        holds()
