"""`python -m benchmarks.geocoder_faults`: how long an address search takes while its geocoder is faulty.

There is no baseline to compare with: what is promised is how long a person waits, not a ratio.
"""

import http.client
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.database import filled_cluster
from benchmarks.service import running_service
from tests.helpers.fake_provider import FakeProvider, free_port, redirects
from tests.helpers.geocoder_faults import FAULTS

RESULTS = Path(__file__).parent / "GEOCODER_FAULTS.md"
SEARCHES = 100
# This many failures open the circuit breaker (locator/geo/geocoding/breaker.py).
FAILURES_TO_OPEN = 5
WORST_SECONDS, WORST_SECONDS_OPEN = 1.5, 0.05

REFUSES, REDIRECTS = "refuses", "302 elsewhere"


@dataclass(frozen=True, slots=True)
class Outcome:
    """100 searches in a row: the seconds of each, and how many were answered with 200."""

    fault: str
    seconds: Sequence[float]
    answered: int

    def row(self) -> str:
        ordered, later = sorted(self.seconds), sorted(self.seconds[FAILURES_TO_OPEN:])
        cells = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99) - 1], ordered[-1], later[-1])
        return f"| {self.fault} | {self.answered} | " + " | ".join(f"{cell * 1000:,.1f}" for cell in cells) + " |"

    @property
    def is_as_promised(self) -> bool:
        ordered = sorted(self.seconds)
        # A provider that answers, even if only "Paris", has not failed: its breaker stays closed.
        later = self.seconds[FAILURES_TO_OPEN:]
        return (
            self.answered == SEARCHES
            and ordered[int(len(ordered) * 0.99) - 1] <= WORST_SECONDS
            and max(later) <= WORST_SECONDS_OPEN
        )


def measure_fault(database_url: str, fault: str) -> Outcome:
    """Search for 100 different addresses, in a service with one process whose only geocoder has this fault."""
    with ExitStack() as held:
        if fault == REFUSES:
            url = f"http://127.0.0.1:{free_port()}"
        else:
            behavior = redirects("http://127.0.0.1:9/") if fault == REDIRECTS else FAULTS[fault]
            url = held.enter_context(FakeProvider(behavior)).url
        settings = {"LOCATOR_GEOCODERS": f"nominatim:{url}", "LOCATOR_WORKERS": "1"}
        port = held.enter_context(running_service(database_url, **settings))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        seconds, answered = [], 0
        for number in range(SEARCHES):
            body = json.dumps({"near": f"{number} Invented Lane, Rhinelander, WI 54501"})
            began = time.perf_counter()
            connection.request("POST", "/api/v1/search", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - began)
            answered += answer.status == http.HTTPStatus.OK
        connection.close()
    return Outcome(fault, seconds, answered)


def report(outcomes: Sequence[Outcome]) -> str:
    kept = "kept" if all(outcome.is_as_promised for outcome in outcomes) else "not kept"
    lines = [
        "# Address searches while a geocoder is faulty",
        "",
        f"Written by `python -m benchmarks.geocoder_faults`: for each fault, {SEARCHES} searches over HTTP, one after",
        "another, each for a different address with a ZIP; in milliseconds. The deadline is 1.0 s, and 5 failures",
        "open the circuit breaker.",
        "",
        "| the geocoder ... | answered 200 | p50 | p99 | worst | worst after the first 5 |",
        "|---|---:|---:|---:|---:|---:|",
        *(outcome.row() for outcome in outcomes),
        "",
        "Promised: all are answered, the p99 is at most 1,500 ms, and no search takes more than 50 ms once the",
        f"breaker is open: **{kept}**.",
        "",
    ]
    return "\n".join(lines)


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=RESULTS)
def main(output: Path) -> None:
    """Measure ten faults of a geocoder with a hundred searches each, and write the report."""
    with filled_cluster(click.echo, with_samples=True) as url:
        outcomes = []
        for fault in (*FAULTS, REDIRECTS, REFUSES):
            outcomes.append(measure_fault(url, fault))
            click.echo(outcomes[-1].row())
    text = report(outcomes)
    output.write_text(text, encoding="utf-8")
    click.echo(f"\n{text}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.geocoder_faults")
