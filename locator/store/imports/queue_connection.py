"""The connections of the queue, as procrastinate's worker needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException

from locator.errors import DatabaseUnavailable

_CONNECT_SECONDS = 2
_ANSWER_SECONDS = 10


@asynccontextmanager
async def connected_queue(url: str, *, connections: int) -> AsyncIterator[PsycopgConnector]:
    """Open procrastinate's connections to the database at `url` (as SQLAlchemy or libpq writes it).

    Raises DatabaseUnavailable if they are lost; then they must all be opened again.
    """
    connector = PsycopgConnector(
        conninfo=url.replace("postgresql+psycopg://", "postgresql://", 1),
        kwargs={
            "connect_timeout": _CONNECT_SECONDS,
            "tcp_user_timeout": _ANSWER_SECONDS * 1000,
            "application_name": "locator worker",
            "options": f"-c statement_timeout={_ANSWER_SECONDS * 1000} -c timezone=UTC",
        },
        min_size=1,
        max_size=connections,
        timeout=_CONNECT_SECONDS,
    )
    try:
        await connector.open_async()
        yield connector
    except (psycopg.Error, ConnectorException) as error:
        raise DatabaseUnavailable from error
    finally:
        with suppress(psycopg.Error, ConnectorException):
            await connector.close_async()
