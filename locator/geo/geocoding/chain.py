"""From a street address to a point, through the geocoders that the operator chose."""

import hashlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cachetools import TTLCache

from locator.geo.errors import GeocoderUnavailable
from locator.geo.geocoding.breaker import Breaker
from locator.geo.geocoding.providers.provider import Provider, Reason, Reply
from locator.geo.point import Geocode
from locator.geo.reading.where import LONGEST_WHERE
from locator.text.folding import UnsafeText, clean

CACHED_SECONDS = 600.0
CACHED_ADDRESSES = 2000

# With less time than this, a provider is not asked.
_LEAST_SECONDS = 0.005

Listener = Callable[[str, Reason], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What all providers together found for an address.

    `is_answered`: at least one provider answered. `is_complete`: none failed that could have given a better answer. A
    rejected address is not a failure, because it would be rejected again.
    """

    geocode: Geocode | None
    is_answered: bool
    is_complete: bool


class GeocoderChain:
    """Asks geocoders in turn where an address is, each with its own circuit breaker, all within one deadline.

    Shared by all threads of a process. Nothing of an address is kept except the answer: in memory only, for 10 minutes,
    under a keyed hash that is useless outside this process.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        deadline_seconds: float = 1.0,
        listener: Listener | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """`listener` is called with the provider's name and the reason whenever an outcome is counted."""
        self._members = [(provider, Breaker(clock)) for provider in providers]
        self._deadline_seconds = deadline_seconds
        self._listener = listener
        self._clock = clock
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, Reason]] = Counter()
        self._hash_key = secrets.token_bytes(hashlib.blake2b.MAX_KEY_SIZE)
        self._cache: TTLCache[bytes, Answer] = TTLCache(maxsize=CACHED_ADDRESSES, ttl=CACHED_SECONDS, timer=clock)

    def locate(self, address: str) -> Geocode | None:
        """Return the point of `address` from the first provider that has a usable one; None if it is not known.

        None means that at least one provider answered, and none that did knows the address. If another one was down,
        it is still not an outage, but the answer is then not cached. Raises GeocoderUnavailable if none answered.

        The remaining time is shared equally between a provider and those after it that would be asked: if all three
        time out, each had a third; if one answers quickly, the next has its time too.
        """
        answer = self.ask(address)
        if not answer.is_answered:
            raise GeocoderUnavailable
        return answer.geocode

    def ask(self, address: str) -> Answer:
        """Return what `locate` returns, and how reliable it is; if none answered, the result says so."""
        asked = _readable(address)
        if asked is None:
            return Answer(None, is_answered=True, is_complete=True)
        key = hashlib.blake2b(asked.casefold().encode(), key=self._hash_key, digest_size=32).digest()
        with self._lock, suppress(KeyError):
            return self._cache[key]
        replies = self._ask_in_turn(asked)
        answer = Answer(
            replies[-1].geocode if replies else None,
            is_answered=any(reply.is_answer for reply in replies),
            is_complete=bool(replies) and all(reply.is_answer or reply.reason is Reason.REJECTED for reply in replies),
        )
        if answer.geocode or (replies and all(reply.is_answer for reply in replies)):
            with self._lock:
                self._cache[key] = answer
        return answer

    def outcomes(self) -> dict[tuple[str, Reason], int]:
        """Return how often each provider had each outcome since the process began; cached answers do not count."""
        with self._lock:
            return dict(self._outcomes)

    def paused(self) -> list[str]:
        """Return the names of the providers whose breakers are open, so that they are not asked."""
        return [provider.name for provider, breaker in self._members if breaker.is_open]

    def _ask_in_turn(self, asked: str) -> list[Reply]:
        """Return the replies up to the first that has a geocode."""
        deadline = self._clock() + self._deadline_seconds
        replies = []
        for place, (provider, breaker) in enumerate(self._members):
            waiting = sum(not later.is_open for _, later in self._members[place + 1 :])
            share = (deadline - self._clock()) / (1 + waiting)
            reply = _ask(provider, breaker, asked, share)
            self._count(provider.name, reply.reason)
            replies.append(reply)
            if reply.geocode:
                break
        return replies

    def _count(self, name: str, reason: Reason) -> None:
        with self._lock:
            self._outcomes[name, reason] += 1
        if self._listener:
            self._listener(name, reason)


def _readable(address: str) -> str | None:
    """Normalize an address; None if it cannot be one, so no provider should see it."""
    try:
        folded = clean(address, longest=LONGEST_WHERE)
    except UnsafeText:
        return None
    return folded if any(character.isalnum() for character in folded) else None


def _ask(provider: Provider, breaker: Breaker, asked: str, seconds: float) -> Reply:
    """Ask one provider, unless its breaker is open, and report the outcome to the breaker."""
    if seconds < _LEAST_SECONDS:
        return Reply(Reason.NO_TIME)
    if not breaker.allows_call():
        return Reply(Reason.RESTING)
    reply = provider.ask(asked, timeout_seconds=seconds)
    if reply.retry_after_seconds:
        breaker.open_for(reply.retry_after_seconds)
    elif reply.is_failure:
        breaker.failed()
    else:
        breaker.succeeded()
    return reply
