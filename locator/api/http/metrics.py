"""GET /metrics: requests by route, method and status, and how long they took, in Prometheus's text format."""

import os

from flask import Blueprint, Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from locator.api.http.answers import NO_STORE

# The folder where the processes of the server share their numbers; `locator serve` creates it.
_SHARED_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_NO_ROUTE = "none"

_requests = Counter("locator_requests", "Requests answered", ["route", "method", "status"])
_seconds = Histogram(
    "locator_request_seconds",
    "Time to answer, in seconds",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
_geocoding = Counter("locator_geocoder_outcomes", "Outcomes of asking a geocoder", ["provider", "reason"])


def count_geocoding(provider: str, reason: str) -> None:
    """Count one outcome of asking a geocoder; never the address that was looked up."""
    _geocoding.labels(provider, reason).inc()


def count_request(route: str | None, method: str, status: int, seconds: float) -> None:
    """Count one answer. `route` is the route's template: a path could hold what a person typed."""
    _requests.labels(route or _NO_ROUTE, method, str(status)).inc()
    _seconds.labels(route or _NO_ROUTE).observe(seconds)


def register_metrics(app: Flask) -> None:
    """Register the page; nginx does not let the public see it."""

    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    def metrics() -> Response:
        registry = REGISTRY
        if _SHARED_FOLDER_VARIABLE in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(
            generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": NO_STORE}
        )

    app.register_blueprint(pages)
