"""A cache of what depends on the clinic list alone, for one version of it."""

from collections.abc import Hashable
from threading import Lock
from typing import Any

from cachetools import LRUCache

from locator.records.clinics import KnownFacts

_QUESTIONS = 4096


class ListCache:
    """Totals, opening hours and what is known of one version of the list, for all threads of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version = 0
        self._totals: LRUCache[Any, int] = LRUCache(_QUESTIONS)
        self._hours: list[tuple[str, str]] | None = None
        self._facts: KnownFacts | None = None

    def total(self, question: Hashable) -> tuple[int, int] | None:
        """Return the version and the total that are cached for a question; None if it is new."""
        with self._lock:
            total = self._totals.get(question)
            return None if total is None else (self._version, total)

    def keep_total(self, version: int, question: Hashable, total: int) -> None:
        with self._lock:
            self._renew(version)
            self._totals[question] = total

    def hours(self, version: int) -> list[tuple[str, str]] | None:
        with self._lock:
            return self._hours if version == self._version else None

    def keep_hours(self, version: int, hours: list[tuple[str, str]]) -> None:
        with self._lock:
            self._renew(version)
            self._hours = hours

    def facts(self, version: int) -> KnownFacts | None:
        with self._lock:
            return self._facts if version == self._version else None

    def keep_facts(self, version: int, facts: KnownFacts) -> None:
        with self._lock:
            self._renew(version)
            self._facts = facts

    def _renew(self, version: int) -> None:
        if version != self._version:
            self._version = version
            self._totals.clear()
            self._hours = None
            self._facts = None
