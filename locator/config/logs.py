"""Logs: JSON lines on standard output, with only the fields that we name."""

import logging
import sys
import traceback

import structlog


def configure_logs(level: str) -> None:
    """Write our log lines as JSON with a UTC time to standard output; libraries log only critical errors."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    # A library's message may contain a statement or a URL with what a person typed.
    logging.basicConfig(level=logging.CRITICAL, force=True)
    # It sets its own level, and logs the database's host and user when it cannot connect.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)


def where_it_happened(error: BaseException) -> list[str]:
    """Return the traceback of an error as file names and lines, without any values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
