"""Check whether the service in this container answers: `python healthcheck.py [/healthz]`, exit status 0 or 1.

The image has no curl. The Host header is one that the service accepts, even if LOCATOR_TRUSTED_HOSTS is set.
"""

import http.client
import os
import sys

SECONDS = 3


def answers(path: str) -> bool:
    """Return whether the service on this machine answers `path` with 200 within three seconds."""
    port = int(os.environ.get("LOCATOR_PORT") or 8000)
    # ".example.org" in the list stands for example.org and everything under it.
    host = (os.environ.get("LOCATOR_TRUSTED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host, "Connection": "close"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1] if len(sys.argv) > 1 else "/healthz") else 1)
