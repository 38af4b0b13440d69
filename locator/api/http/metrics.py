"""GET /metrics: requests by route, method and status, and how long they took, in Prometheus's text format."""

import hmac
import os
import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate

from flask import Blueprint, Flask, Request, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from locator.api.http.answers import NO_STORE
from locator.api.http.proxies import WAS_FORWARDED, address_of
from locator.config.shared_counters import Counters, Key, open_counters
from locator.errors import KeyRequired

_NO_ROUTE = "none"
_OTHER = "other"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)  # seconds

# Somebody who tries every method and mistake on every route must not fill the memory of Prometheus. With this many
# names, the page has fewer than 500 series; further combinations are counted as those of the route "other".
_MOST_NAMES = 330

# How long an answer took is counted by what kind of work it was: a histogram for each route would be too many series.
_KINDS = {
    "/api/v1/search": "search",
    "/api/v1/imports": "import",
    "/api/v1/": "api",
    "/assets/": "file",
    "/docs/": "file",
    "/widget.js": "file",
    "/find": "page",
    "/clinics/": "page",
    "/near": "page",
    "/embed": "page",
}

_OF_PROXIES = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


class _Metrics(Collector):
    """The counters of this process and, when they are read, of the others of its service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._counters: Counters | None = None

    def count(self, key: Key, *amounts: float, otherwise: Key | None = None) -> None:
        """Add to a name's numbers, 1 if nothing is said; if there is no room for it, to those of `otherwise`.

        Nothing that goes wrong here may take down the answer that is counted.
        """
        with suppress(Exception):
            counters = self._opened()
            if not counters.add(key, amounts or (1,), most_names=_MOST_NAMES) and otherwise is not None:
                counters.add(otherwise, amounts or (1,))

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("locator_requests", "Requests answered", labels=["route", "method", "status"])
        seconds = HistogramMetricFamily("locator_request_seconds", "Time to answer, in seconds", labels=["kind"])
        geocoding = CounterMetricFamily(
            "locator_geocoder_outcomes", "Outcomes of asking a geocoder", labels=["provider", "reason"]
        )
        lost = CounterMetricFamily(
            "locator_output_lost", "Log lines and messages that could not be written", labels=["stream"]
        )
        counters = {"requests": requests, "geocoding": geocoding, "lost": lost}
        for (name, *labels), numbers in sorted(self._opened().read().items()):
            if name == "seconds":
                *buckets, total = numbers
                limits = [*map(str, _BUCKETS), "+Inf"]
                seconds.add_metric(labels, list(zip(limits, accumulate(buckets), strict=True)), total)
            elif name in counters:
                counters[name].add_metric(labels, numbers[0])
        yield from (requests, seconds, geocoding, lost)

    def _opened(self) -> Counters:
        if self._counters is None or self._process != os.getpid():
            with self._lock:
                if self._counters is None or self._process != os.getpid():  # a process that was forked has its own
                    self._counters = open_counters()
                    self._process = os.getpid()
        return self._counters


_metrics = _Metrics()


def count_geocoding(provider: str, reason: str) -> None:
    """Count one outcome of asking a geocoder; never the address that was looked up."""
    key = ("geocoding", provider, str(reason))
    _metrics.count(key, otherwise=key)


def count_request(route: str | None, method: str, status: int, seconds: float) -> None:
    """Count one answer. `route` is the route's template: a path could hold what a person typed."""
    _metrics.count(
        ("requests", route or _NO_ROUTE, method, str(status)),
        otherwise=("requests", _OTHER, _OTHER, f"{status // 100}xx"),
    )
    in_buckets = [0.0] * (len(_BUCKETS) + 1)
    in_buckets[bisect_left(_BUCKETS, seconds)] = 1
    key = ("seconds", _kind_of(route))
    _metrics.count(key, *in_buckets, seconds, otherwise=key)


def count_lost_output(stream: str) -> None:
    """Count a log line or a message that could not be written to this stream of a process."""
    key = ("lost", stream)
    _metrics.count(key, otherwise=key)


def _kind_of(route: str | None) -> str:
    if route == "/":
        return "page"
    return next((kind for start, kind in _KINDS.items() if route and route.startswith(start)), _OTHER)


def register_metrics(app: Flask, token: str | None) -> None:
    """Register the page: for who sends the token or, if there is none, for programs on this machine."""

    pages = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    registry.register(_metrics)

    @pages.get("/metrics")
    def metrics() -> Response:
        _require_reader(token)
        return Response(
            generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": NO_STORE}
        )

    app.register_blueprint(pages)


def _require_reader(token: str | None) -> None:
    """Raise KeyRequired unless the request may read the metrics."""
    if token is None:
        if not _is_from_this_machine(request):
            raise KeyRequired("Metrics are only for programs on this machine, unless LOCATOR_METRICS_TOKEN is set.")
        return
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(presented.strip().encode(), token.encode()):
        raise KeyRequired("Metrics need their token: Authorization: Bearer ... (LOCATOR_METRICS_TOKEN)")


def _is_from_this_machine(request: Request) -> bool:
    # A proxy on this machine asks for somebody else.
    if request.environ.get(WAS_FORWARDED) or any(name in request.headers for name in _OF_PROXIES):
        return False
    client = address_of(request.remote_addr or "")
    return client is not None and client.is_loopback
