"""Asks for /healthz and for a ZIP again and again, in a process of its own, and writes down every answer.

python -m tests.faults.prober PORT FILE

It imports little and shares nothing with whoever attacks, so what it measures is the wait of an ordinary client.
"""

import contextlib
import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TextIO

SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"
PAUSES = {"/healthz": 0.03, SEARCH: 0.1}
GIVE_UP_SECONDS = 15.0
_PRIORITY = -10


def ask(
    port: int,
    target: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
    address: str | None = None,
    seconds: float = GIVE_UP_SECONDS,
) -> int | str:
    """Return the status, or the name of what went wrong; asked from an `address` of this machine, if one is named."""
    source = (address, 0) if address else None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds, source_address=source)
    # A refusal may come before a body ends.
    cut_off = (BrokenPipeError, ConnectionResetError) if body else ()
    try:
        with contextlib.suppress(*cut_off):
            connection.request(method, target, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    else:
        return answer.status
    finally:
        connection.close()


def ask_on(port: int, path: str, pause: float, written: TextIO, lock: threading.Lock) -> None:
    while True:
        at, began = time.time(), time.perf_counter()
        status = ask(port, path)
        line = json.dumps({"at": at, "path": path, "status": status, "seconds": time.perf_counter() - began})
        with lock:
            written.write(f"{line}\n")
            written.flush()
        time.sleep(pause)


def main() -> None:
    with contextlib.suppress(PermissionError):  # what it measures is not its own wait for a processor
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    port, file = int(sys.argv[1]), sys.argv[2]
    lock = threading.Lock()
    with open(file, "a", encoding="utf-8") as written:  # noqa: PTH123 - without importing pathlib
        threads = [
            threading.Thread(target=ask_on, args=(port, path, pause, written, lock)) for path, pause in PAUSES.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
