"""A PostGIS for the tests: one throw-away cluster for each pytest process, deleted afterwards."""

import os
import sys
from collections.abc import Iterator

import pytest

from locator.cluster import throw_away_cluster


def _say(line: str) -> None:
    # Where PostGIS is being installed, a person should see why nothing happens; pytest holds stdout.
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{line}\n".encode())


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """Give the URL of an empty database with PostGIS; its role may make more databases, with this one as template."""
    with throw_away_cluster(say=_say) as url:
        yield url
