"""The supervisor of the private database of `locator up`: it restarts the server if that ends unexpectedly."""

import time
from collections import deque

import click

from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError

MOST_TRIES = 5
WITHIN_SECONDS = 300

_SECONDS_BETWEEN_CHECKS = 1.0
_SECONDS_BETWEEN_TRIES = 2.0


class DatabaseSupervisor:
    """Keeps the server of the private cluster running."""

    def __init__(self, cluster: SharedCluster):
        self._cluster = cluster
        self._checked_at = time.monotonic()
        self._tries: deque[float] = deque(maxlen=MOST_TRIES)

    def restart_if_ended(self) -> None:
        """Restart the server if it has ended. Call it often: it checks once a second.

        Raises ClusterError if the server cannot be started, or has ended more than five times within five minutes.
        """
        if time.monotonic() - self._checked_at < _SECONDS_BETWEEN_CHECKS:
            return
        if not self._cluster.is_running:
            click.echo("The private database has ended unexpectedly. Restarting it; it recovers everything saved.")
            self._restart()
            click.echo("The private database is running again.")
        self._checked_at = time.monotonic()

    def _restart(self) -> None:
        last_error: ClusterError | None = None
        while len(self._tries) < MOST_TRIES or time.monotonic() - self._tries[0] > WITHIN_SECONDS:
            self._tries.append(time.monotonic())
            try:
                self._cluster.restart()
            except ClusterError as error:
                last_error = error
                time.sleep(_SECONDS_BETWEEN_TRIES)
            else:
                return
        if last_error is not None:
            raise ClusterError(f"The private database could not be restarted after {MOST_TRIES} tries. {last_error}")
        raise ClusterError(
            f"The private database keeps ending: {MOST_TRIES + 1} times within {WITHIN_SECONDS // 60} minutes."
            f" It is not restarted again. Its log: {self._cluster.log}"
        )
