"""A worker as a process of its own, which waits tenths of seconds where a real one waits seconds and minutes.

python -m tests.helpers.quick_worker DATABASE_URL GEOCODER_URL QUESTIONS_A_SECOND
"""

import signal
import sys
from types import FrameType

from locator.config.logs import configure_logs
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import Provider
from locator.importing.locating import Rests
from locator.importing.worker import CONNECTIONS, Timing, Worker
from locator.store.database import Database

QUICK = Timing(
    heartbeat_seconds=0.2,
    silent_seconds=1.0,
    restore_seconds=0.2,
    poll_seconds=0.1,
    reconnect_seconds=0.1,
    rests=Rests(first_seconds=0.2, longest_seconds=0.4),
)


def main() -> None:
    database_url, geocoder_url, per_second = sys.argv[1:]
    configure_logs("debug")
    database = Database(database_url, pool_size=CONNECTIONS)
    geocoder = GeocoderChain([Provider("census", url=geocoder_url)], deadline_seconds=5.0)
    worker = Worker(database, database_url, geocoder, per_second=float(per_second), timing=QUICK)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    worker.run()


if __name__ == "__main__":
    main()
