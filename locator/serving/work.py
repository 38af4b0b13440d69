"""Which lane a request belongs to, and how large its body may be, by its method and path."""

import re
from dataclasses import dataclass
from enum import Enum

from locator.serving.limits import MIB, BodyLimits


class Work(Enum):
    """The kinds of work, each with its own lane."""

    READING = "reading"  # searches, clinics, pages
    WRITING = "writing"  # everything that changes something
    LONG = "long"  # clinic files that are checked, and exports
    READINESS = "readiness"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class WorkKind:
    """How a request is treated. `asks_first`: the application sees it before its body is read, and may refuse it."""

    work: Work
    body: BodyLimits
    asks_first: bool = False


_SMALL_BODY = BodyLimits(size=256 * 1024, seconds=10.0)  # the application's own limit is smaller, and has a sentence
# 20 MB and what a form adds; at 2 Mbit/s that takes 84 seconds.
_FILE_BODY = BodyLimits(size=21 * MIB, seconds=120.0)

_UPLOAD = re.compile(rb"/api/v1/imports/?")
_EXPORT = re.compile(rb"/api/v1/(?:clinics\.csv|imports/[^/]+/refused\.csv)/?")
_READ_BY_POST = re.compile(rb"/(?:api/v1/search|find)/?")
_READINESS = re.compile(rb"/(?:readyz|healthz)/?")
_METRICS = re.compile(rb"/metrics/?")

_READING = WorkKind(Work.READING, _SMALL_BODY)
_WRITING = WorkKind(Work.WRITING, _SMALL_BODY)
_UPLOADING = WorkKind(Work.LONG, _FILE_BODY, asks_first=True)
_EXPORTING = WorkKind(Work.LONG, _SMALL_BODY)
_ASKING_READINESS = WorkKind(Work.READINESS, _SMALL_BODY)
_ASKING_METRICS = WorkKind(Work.METRICS, _SMALL_BODY)

_SAFE = ("GET", "HEAD", "OPTIONS")


def work_kind(method: str, path: bytes) -> WorkKind:
    """Return how a request is treated. A route that is not named here reads if its method is GET, else it writes."""
    if method in _SAFE:
        if _EXPORT.fullmatch(path):
            return _EXPORTING
        if _READINESS.fullmatch(path):
            return _ASKING_READINESS
        if _METRICS.fullmatch(path):
            return _ASKING_METRICS
        return _READING
    if _UPLOAD.fullmatch(path):
        return _UPLOADING
    if _READ_BY_POST.fullmatch(path):
        return _READING
    return _WRITING
