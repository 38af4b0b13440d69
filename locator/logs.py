"""Logs: JSON lines on standard output, with only the fields we name."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Send our log lines, as JSON with a UTC time, to standard output; libraries speak only of errors, without text."""
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
    # A library's message may hold a statement or a URL with what a person typed.
    logging.basicConfig(level=logging.CRITICAL, force=True)
