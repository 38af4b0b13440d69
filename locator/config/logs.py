"""Logs on standard output, with only the fields that we name: JSON lines, or readable ones on a terminal.

Nothing here raises: a line that cannot be made or written is lost, and the request goes on.
"""

import io
import logging
import os
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from locator.config.streams import count_loss, is_terminal

Format = Literal["auto", "json", "plain"]

# Requests for files of a page: on a terminal, their lines would hide the others.
_ROUTES_OF_FILES = ("/assets/<file_name>", "/docs/swagger/<name>", "/docs/assets/<path:filename>", "/widget.js")

_RED, _YELLOW, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


def configure_logs(level: str, form: Format = "auto") -> None:
    """Write our log lines to standard output; libraries log only critical errors, to standard error.

    `form` "auto": readable lines on a terminal, and JSON with a UTC time anywhere else.
    """
    is_plain = form == "plain" or (form == "auto" and is_terminal())
    render = _Plain(has_color=_may_color()) if is_plain else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *([] if is_plain else [structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")]),
            render,
        ],
        wrapper_class=_swallowing(structlog.make_filtering_bound_logger(getattr(logging, level.upper()))),
        logger_factory=lambda *_: _Lines(),
        cache_logger_on_first_use=True,
    )
    # A library's message may contain a statement or a URL with what a person typed.
    logging.basicConfig(level=logging.CRITICAL, force=True)
    logging.raiseExceptions = False  # a message that cannot be written would be followed by a traceback
    # It sets its own level, and logs the database's host and user when it cannot connect.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)


def where_it_happened(error: BaseException) -> list[str]:
    """Return the traceback of an error as file names and lines, without any values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


class _Lines:
    """Writes whole lines to standard output as it is at that moment; structlog calls it a logger."""

    def msg(self, line: str) -> None:
        data = (line + "\n").encode("utf-8", "backslashreplace")
        buffer = getattr(sys.stdout, "buffer", None)
        if isinstance(buffer, io.RawIOBase):  # see protect_output
            buffer.write(data)
        else:
            sys.stdout.write(data.decode())
            sys.stdout.flush()

    log = debug = info = warning = warn = error = critical = exception = fatal = msg


def _swallowing(logger: type[Any]) -> type[Any]:
    """Return the class of loggers with every exception swallowed, also those of making a line."""

    class Swallowing(logger):  # type: ignore[misc]
        def _proxy_to_logger(self, *arguments: Any, **values: Any) -> Any:
            try:
                return super()._proxy_to_logger(*arguments, **values)
            except Exception:  # noqa: BLE001 - a line is never worth a request
                count_loss("stdout")
                return None

    return Swallowing


class _Plain:
    """Makes a line that a person reads: the local time, the event, and its facts."""

    def __init__(self, *, has_color: bool):
        self._has_color = has_color

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        level = event.pop("level", "info")
        name = event.pop("event", "")
        if name != "request":
            facts = "  ".join(f"{key}={value}" for key, value in event.items() if value is not None)
            return self._line(level if level != "info" else "", f"{name}  {facts}".rstrip(), serious=level)
        status, route = event.get("status", 0), event.get("route")
        if route in _ROUTES_OF_FILES:
            raise structlog.DropEvent
        serious = "error" if status >= 500 else "warning" if status >= 400 else "info"
        return self._line(
            "", f"{event.get('method', ''):<6} {route or '(no such address)'}  {status}  {event.get('ms')} ms",
            serious=serious,
        )  # fmt: skip

    def _line(self, before: str, text: str, *, serious: str) -> str:
        moment = time.strftime("%H:%M:%S")
        if before:
            text = f"{before}: {text}"
        if not self._has_color:
            return f"{moment}  {text}"
        color = {"error": _RED, "critical": _RED, "warning": _YELLOW}.get(serious, "")
        return f"{_DIM}{moment}{_PLAIN}  {color}{text}{_PLAIN if color else ''}"


def _may_color() -> bool:
    # https://no-color.org: any value but an empty one
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
