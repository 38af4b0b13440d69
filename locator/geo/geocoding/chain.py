"""From a street address to a point, through the geocoders an operator chose."""

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

REMEMBERED_SECONDS = 600.0
REMEMBERED_ADDRESSES = 2000

# Less than this is no time to ask anybody anything.
_LEAST_SECONDS = 0.005

Listener = Callable[[str, Reason], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What all providers together say of an address.

    `is_answer`: one of them at least did its work. `is_whole`: none failed who might have known better. A question that
    is rejected is no failure: asked again it is rejected again.
    """

    geocode: Geocode | None
    is_answer: bool
    is_whole: bool


class GeocoderChain:
    """Asks geocoders in turn where an address is, each behind a breaker of its own, all within one deadline.

    Shared by all threads of a process. Nothing of an address is kept but, for 10 minutes and in memory alone, the
    answer under a hash that means nothing outside this process.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        deadline_seconds: float = 1.0,
        listener: Listener | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """`listener` hears each outcome as it is counted: the provider's name and the reason."""
        self._members = [(provider, Breaker(clock)) for provider in providers]
        self._deadline_seconds = deadline_seconds
        self._listener = listener
        self._clock = clock
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, Reason]] = Counter()
        self._hash_key = secrets.token_bytes(hashlib.blake2b.MAX_KEY_SIZE)
        self._remembered: TTLCache[bytes, Answer] = TTLCache(
            maxsize=REMEMBERED_ADDRESSES, ttl=REMEMBERED_SECONDS, timer=clock
        )

    def locate(self, address: str) -> Geocode | None:
        """Give the point of `address`, from the first provider with a usable one; None where it is not known.

        None says that at least one provider answered and none that did knows the address; one that is down beside it
        does not turn that into an outage, nor is it then remembered. Raises GeocoderUnavailable where none answered.

        Of the time that is left, each provider gets an equal share with those still to come that would be asked: of
        three that are silent each has a third, and what a quick one leaves over goes to the next.
        """
        answer = self.ask(address)
        if not answer.is_answer:
            raise GeocoderUnavailable
        return answer.geocode

    def ask(self, address: str) -> Answer:
        """Give what `locate` gives, with how far it can be relied on; an outage is an answer that is none."""
        asked = _readable(address)
        if asked is None:
            return Answer(None, is_answer=True, is_whole=True)
        key = hashlib.blake2b(asked.casefold().encode(), key=self._hash_key, digest_size=32).digest()
        with self._lock, suppress(KeyError):
            return self._remembered[key]
        replies = self._ask_in_turn(asked)
        answer = Answer(
            replies[-1].geocode if replies else None,
            is_answer=any(reply.is_answer for reply in replies),
            is_whole=bool(replies) and all(reply.is_answer or reply.reason is Reason.REJECTED for reply in replies),
        )
        if answer.geocode or (replies and all(reply.is_answer for reply in replies)):
            with self._lock:
                self._remembered[key] = answer
        return answer

    def outcomes(self) -> dict[tuple[str, Reason], int]:
        """Give how often each provider came to each outcome since the process began; a remembered answer is none."""
        with self._lock:
            return dict(self._outcomes)

    def resting(self) -> list[str]:
        """Name the providers that are left alone at the moment."""
        return [provider.name for provider, breaker in self._members if breaker.is_open]

    def _ask_in_turn(self, asked: str) -> list[Reply]:
        """Give the replies up to the first with a geocode."""
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
    """Fold an address; None for what is nobody's address and no provider should see."""
    try:
        folded = clean(address, longest=LONGEST_WHERE)
    except UnsafeText:
        return None
    return folded if any(character.isalnum() for character in folded) else None


def _ask(provider: Provider, breaker: Breaker, asked: str, seconds: float) -> Reply:
    """Ask one provider, unless it rests, and tell its breaker what came of it."""
    if seconds < _LEAST_SECONDS:
        return Reply(Reason.NO_TIME)
    if not breaker.admits():
        return Reply(Reason.RESTING)
    reply = provider.ask(asked, timeout_seconds=seconds)
    if reply.retry_after_seconds:
        breaker.rest(reply.retry_after_seconds)
    elif reply.is_held_against_it:
        breaker.failed()
    else:
        breaker.succeeded()
    return reply
