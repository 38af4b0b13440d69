"""A PostGIS for the tests: one throw-away cluster for each pytest process, deleted afterwards."""

import sys
from collections.abc import Iterator

import pytest

from locator.cluster import throw_away_cluster


@pytest.fixture(scope="session")
def cluster_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of an empty database with PostGIS; its role may make more databases, with this one as template."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(line: str) -> None:
        # Where PostGIS is being installed, a person should see why nothing happens.
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"{line}\n")

    with throw_away_cluster(say=say) as url:
        yield url
