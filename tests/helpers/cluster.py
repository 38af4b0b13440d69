"""A PostGIS for the tests: one throw-away cluster for each pytest process, deleted afterwards."""

import sys
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from locator.cluster.cluster import throw_away_cluster

# Of the hundred that PostgreSQL takes; what a whole run keeps for all its tests is far fewer.
MOST_CONNECTIONS_KEPT = 50

_CLUSTER = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def cluster_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of an empty database with PostGIS; its role may make more databases, with this one as template."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(line: str) -> None:
        # Where PostGIS is being installed, a person should see why nothing happens.
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"{line}\n")

    with throw_away_cluster(say=say) as url:
        request.config.stash[_CLUSTER] = url
        yield url
        del request.config.stash[_CLUSTER]


@pytest.fixture(scope="module", autouse=True)
def _connections_are_given_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the module after which too many stay open, not one that finds none left ten minutes later."""
    yield
    if (url := request.config.stash.get(_CLUSTER, None)) is not None:
        administration = make_url(url).set(database="postgres", drivername="postgresql")
        with psycopg.connect(administration.render_as_string(hide_password=False)) as connection:
            (kept,) = connection.execute(
                "select count(*) from pg_stat_activity where backend_type = 'client backend'"
            ).fetchone() or (0,)
        assert kept <= MOST_CONNECTIONS_KEPT, f"{kept} connections to PostgreSQL are open after this module"
