"""A marked address goes through every provider and every fault, and turns up nowhere it should not."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from locator.geo.errors import GeocoderUnavailable
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import PROVIDERS, Provider
from tests.helpers.fake_provider import (
    Behavior,
    FakeProvider,
    answers,
    drips,
    fails,
    floods,
    free_port,
    hangs,
    hangs_up,
    redirects,
    speaks_no_http,
)
from tests.helpers.provider_replies import FOUND, NOTHING

MARK = "zzyzxkanary"
ADDRESS = f"4711 {MARK} Ln, Madison, WI 53703"
KEY = f"{MARK}-the-key"
ECHO = {"error": f"could not find 4711 {MARK} ln"}


class Recorder(logging.Handler):
    """Keeps all that reaches the root logger, as the most talkative formatter would write it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.__dict__}")


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Turn every logger up to DEBUG, geopy's too, and give what is written."""
    recorder, root, geopy = Recorder(), logging.getLogger(), logging.getLogger("geopy")
    levels = root.level, geopy.level
    root.setLevel(logging.NOTSET)
    geopy.setLevel(logging.DEBUG)
    geopy.addHandler(recorder)
    root.addHandler(recorder)
    try:
        yield recorder.lines
    finally:
        root.removeHandler(recorder)
        geopy.removeHandler(recorder)
        root.setLevel(levels[0])
        geopy.setLevel(levels[1])


def written_about(error: BaseException) -> str:
    """Return all that a log could make of an error: its texts, its whole chain, its traceback."""
    chained = [error.__cause__, error.__context__]
    texts = [str(error), repr(error), repr(error.args), repr(error.__dict__), *traceback.format_exception(error)]
    return "\n".join([*texts, *(written_about(other) for other in chained if other)])


BEHAVIORS: dict[str, Behavior] = {
    "empty": answers(b""), "error in JSON": answers(ECHO),
    "wrong shape": answers({"features": [ECHO], "results": [ECHO], "candidates": [ECHO]}),
    "html": answers(f"<p>{MARK}</p>"), "500": fails(500, ECHO), "400": fails(400, ECHO), "401": fails(401, ECHO),
    "403": fails(403, ECHO), "422": fails(422, ECHO), "429": fails(429, ECHO, Retry_After="soon"),
    "503": fails(503, ECHO), "redirect": redirects(f"http://127.0.0.1:1/{MARK}"), "hang": hangs(), "drip": drips(ECHO),
    "flood": floods(1, tells_its_length=False), "hang up": hangs_up(), "no HTTP": speaks_no_http(),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_marked_address_is_written_nowhere(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    good: dict[str, Behavior] = {
        "found": answers(FOUND[name]()),
        "nothing": answers(NOTHING[name]),
        "Paris": answers(FOUND[name](lat=48.86, lon=2.35)),
        "no number": answers(FOUND[name](lat=MARK)),
    }
    written = []
    with everything_logged() as lines:
        for behavior in (good | BEHAVIORS).values():
            with FakeProvider(behavior) as fake:
                chain = GeocoderChain([Provider(name, url=fake.url, key=KEY)], deadline_seconds=0.1)
                try:
                    chain.locate(ADDRESS)
                except GeocoderUnavailable as error:
                    written.append(written_about(error))
                assert any(MARK in question for question in fake.paths)
                written.append(f"{chain!r} {chain.outcomes()!r} {chain._members!r} {list(chain._cache)!r}")
        refused = GeocoderChain([Provider(name, url=f"http://127.0.0.1:{free_port()}", key=KEY)])
        with pytest.raises(GeocoderUnavailable) as raised:
            refused.locate(ADDRESS)
        written.append(written_about(raised.value))
        logging.getLogger("witness").debug("logging works")

    output = capfd.readouterr()
    assert any("logging works" in line for line in lines)
    assert not [text for text in (*lines, *written, output.out, output.err) if MARK in text]


def test_geopy_would_have_written_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above sees something: without our two locks, geopy tells."""
    geopy = logging.getLogger("geopy")
    monkeypatch.setattr(geopy, "disabled", False)
    monkeypatch.setattr(geopy, "filters", [])
    with everything_logged() as lines, FakeProvider(answers([])) as fake:
        Provider("nominatim", url=fake.url).ask(ADDRESS, timeout_seconds=5)

    assert any(MARK in line for line in lines)


@pytest.mark.parametrize("lock", ["disabled", "filters"])
def test_one_of_the_two_locks_is_enough(lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("geopy"), lock, False if lock == "disabled" else [])
    with everything_logged() as lines, FakeProvider(fails(500, ECHO)) as fake:
        Provider("nominatim", url=fake.url).ask(ADDRESS, timeout_seconds=5)

    assert not [line for line in lines if MARK in line]


def test_our_error_has_no_past() -> None:
    chain = GeocoderChain([Provider("census", url=f"http://127.0.0.1:{free_port()}")])

    with pytest.raises(GeocoderUnavailable) as raised:
        chain.locate(ADDRESS)

    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert str(raised.value) == "We cannot look up addresses right now. Please enter a ZIP code or a town instead."
