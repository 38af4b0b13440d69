"""The private database of `locator up`, started again where its server ends by itself."""

import time
from collections import deque

import click

from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError

MOST_TRIES = 5
WITHIN_SECONDS = 300

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_BETWEEN_TRIES = 2.0


class DatabaseWatch:
    """Looks after the private cluster for whoever has it open."""

    def __init__(self, cluster: SharedCluster):
        self._cluster = cluster
        self._looked_at = time.monotonic()
        self._tries: deque[float] = deque(maxlen=MOST_TRIES)

    def keep_running(self) -> None:
        """Start the server again where it has ended; call it often, it looks once a second.

        Raises ClusterError where that does not succeed, or five times within five minutes were not enough.
        """
        if time.monotonic() - self._looked_at < _SECONDS_BETWEEN_LOOKS:
            return
        if not self._cluster.lives:
            click.echo(
                "The private database has ended by itself. Starting it again; it recovers by itself what was saved."
            )
            self._start()
            click.echo("The private database is there again.")
        self._looked_at = time.monotonic()

    def _start(self) -> None:
        trouble: ClusterError | None = None
        while len(self._tries) < MOST_TRIES or time.monotonic() - self._tries[0] > WITHIN_SECONDS:
            self._tries.append(time.monotonic())
            try:
                self._cluster.start_again()
            except ClusterError as error:
                trouble = error
                time.sleep(_SECONDS_BETWEEN_TRIES)
            else:
                return
        if trouble is not None:
            raise ClusterError(f"The private database could not be started again, after {MOST_TRIES} tries. {trouble}")
        raise ClusterError(
            f"The private database ends again and again, {MOST_TRIES + 1} times within {WITHIN_SECONDS // 60} minutes,"
            f" so it is not started once more. Its log: {self._cluster.log}"
        )
