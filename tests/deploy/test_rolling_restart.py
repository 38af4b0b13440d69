"""Two services behind the real nginx, restarted one after the other: nobody who asks meanwhile notices."""

import contextlib
import http.client
import itertools
import json
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.helpers.front import Front
from tests.helpers.service import Service, free_port

pytestmark = pytest.mark.deployment

# `make test-faults` asks two thousand times.
REQUESTS = int(os.environ.get("TEST_RESTART_REQUESTS", "400"))
SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"


@pytest.fixture
def services(sample_url: str, tmp_path: Path) -> Iterator[list[Service]]:
    services = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        services.append(Service(folder, sample_url, {"LOCATOR_DRAIN_SECONDS": "1"}))
        services[-1].start()
    yield services
    for service in services:
        service.stop()


@pytest.fixture
def front(nginx_program: str, services: list[Service]) -> Iterator[Front]:
    first, second = services
    upstream = f"127.0.0.1:{first.port} max_fails=0; server 127.0.0.1:{second.port}"
    with tempfile.TemporaryDirectory(prefix="locator-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        rates = {f"NGINX_{kind}_PER_MINUTE": "60000" for kind in ("READS", "PAGES", "WRITES")}
        front = Front(nginx_program, folder, free_port(), first.port, {"NGINX_UPSTREAM": upstream, **rates})
        front.start()
        yield front
        front.stop()


class Asking:
    """Clients that ask all the while, each over a connection to nginx that it keeps."""

    def __init__(self, port: int):
        self._port = port
        self._numbers = itertools.count()
        self._restarted = threading.Event()
        self.seen: Counter[int | str] = Counter()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        with contextlib.closing(connection):
            while not (self._restarted.is_set() and self.seen.total() >= REQUESTS):
                try:
                    if next(self._numbers) % 4:
                        connection.request("GET", SEARCH)
                    else:
                        body = json.dumps({"near": "53703"})
                        connection.request("POST", "/api/v1/search", body, {"Content-Type": "application/json"})
                    answer = connection.getresponse()
                    answer.read()
                    self.seen[answer.status] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.seen[type(error).__name__] += 1
                    connection.close()

    def stop_when_enough(self) -> None:
        self._restarted.set()


def test_a_rolling_restart_loses_no_request(front: Front, services: list[Service]) -> None:
    asking = Asking(front.port)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(asking.run) for _ in range(4)]
        try:
            for service in services:
                assert service.stop() == 0
                service.start(port=service.port)
        finally:
            asking.stop_when_enough()
        for each in running:
            each.result()

    assert asking.seen == {200: asking.seen.total()}
    assert asking.seen.total() >= REQUESTS
