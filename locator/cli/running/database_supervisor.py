"""The supervisor of the private database of `locator up`: it restarts the server if that ends unexpectedly."""

import time

from locator.cli.running.telling import tell
from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError
from locator.serving.back_off import BackOff

_SECONDS_BETWEEN_CHECKS = 1.0


class DatabaseSupervisor:
    """Keeps the server of the private cluster running, however often it ends."""

    def __init__(self, cluster: SharedCluster):
        self._cluster = cluster
        self._checked_at = time.monotonic()
        self._back_off = BackOff()
        self._is_away = False

    def restart_if_ended(self) -> None:
        """Restart the server if it has ended. Call it often: it checks once a second."""
        if time.monotonic() - self._checked_at < _SECONDS_BETWEEN_CHECKS:
            return
        if not self._cluster.is_running:
            self._restart()
        elif self._is_away:
            self._is_back()  # another command has started it
        self._checked_at = time.monotonic()

    def _restart(self) -> None:
        if not self._is_away:
            tell("The private database has ended unexpectedly. Restarting it; it recovers everything saved.")
            self._is_away = True
        seconds = self._back_off.ended()
        if seconds is not None and seconds > 1:
            tell(f"The private database does not run. Trying again in {seconds:.0f} seconds.")
        if not self._back_off.is_due:
            return
        try:
            self._cluster.restart()
        except ClusterError as error:
            tell(f"The private database could not be restarted. {error}")
        else:
            self._is_back()
        self._back_off.started()

    def _is_back(self) -> None:
        tell("The private database is running again.")
        self._is_away = False
