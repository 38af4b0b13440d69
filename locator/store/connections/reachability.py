"""Whether the server answers at all: asked on a connection of its own, and only while there is a reason to doubt it."""

import threading
import time
from collections.abc import Callable

# A server that is just busy answers sooner. Until then, nobody is refused.
_PATIENCE_SECONDS = 1.0
# A refusal that comes faster than this is an answer: whoever asks is refused at once, too, and need not be spared.
_SILENCE_SECONDS = 1.0
_PAUSE_SECONDS = 0.2


class Reachability:
    """Asks the server once somebody has waited for it in vain, again and again until it answers.

    Meanwhile others need not wait: they are refused at once.
    """

    def __init__(self, ask: Callable[[], None]):
        """`ask` connects to the server; it raises whatever it likes if that fails, within seconds."""
        self._ask = ask
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._is_hung = False

    def doubt(self, *, established: bool) -> None:
        """Note that the server did not answer in time: on an `established` connection, or when connecting."""
        with self._lock:
            self._is_hung = self._is_hung or established
            if self._asked_at is not None:
                return
            self._asked_at = time.monotonic()
        threading.Thread(target=self._ask_until_answered, name="database-reachability", daemon=True).start()

    def forget(self) -> None:
        """Stop asking."""
        with self._lock:
            self._asked_at = None
            self._is_hung = False

    @property
    def silent_seconds(self) -> float:
        """How long the server has not answered that question; 0 while there is no reason to think so."""
        asked_at = self._asked_at
        silent = 0.0 if asked_at is None else time.monotonic() - asked_at
        return silent if silent > _PATIENCE_SECONDS else 0.0

    @property
    def accepts_connections(self) -> bool:
        """Whether it makes sense to connect now."""
        return not self.silent_seconds

    @property
    def serves_connections(self) -> bool:
        """Whether it makes sense to use a connection that exists: it may work even if no new one can be made."""
        return not self._is_hung or self.accepts_connections

    def _ask_until_answered(self) -> None:
        while self._asked_at is not None:
            began = time.monotonic()
            try:
                self._ask()
            except Exception:  # noqa: BLE001 - whatever it is, it is an answer if it came at once
                if time.monotonic() - began >= _SILENCE_SECONDS:
                    time.sleep(_PAUSE_SECONDS)
                    continue
            self.forget()
