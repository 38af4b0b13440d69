"""The form of log lines: JSON for programs, readable lines on a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial

import pytest

from locator.config.settings import PROJECT_FOLDER

PROGRAM = """
import structlog, sys
from locator.config.logs import configure_logs
from locator.config.streams import protect_output
protect_output()
configure_logs("info", sys.argv[1])
log = structlog.get_logger()
log.info("request", method="GET", route="/find", status=200, ms=12.3, request_id="abc")
log.info("request", method="GET", route="/assets/<file_name>", status=200, ms=0.3, request_id="abd")
log.info("request", method="GET", route=None, status=404, ms=0.3, request_id="abe")
log.error("unforeseen", error="KeyError", request_id="abf")
log.debug("not at this level")
log.info("what cannot be written", value=object(), text="\\ud800")
log.info("wrong", **{"event_dict": 1})
print("the end")
"""


def on_a_terminal(form: str, environment: Mapping[str, str] | None = None) -> list[str]:
    ours, theirs = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, form],
        cwd=PROJECT_FOLDER,
        env={**clean, "TERM": "xterm", **(environment or {})},
        stdout=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 4096):
            written += piece
    except OSError:  # EIO: its last user is gone
        pass
    os.close(ours)
    assert process.wait(timeout=30) == 0
    return written.decode().splitlines()


def in_a_pipe(form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("write", [partial(in_a_pipe, "auto"), partial(on_a_terminal, "json")])
def test_programs_read_json(write: Callable[[], list[str]]) -> None:
    lines = write()

    assert lines[-1] == "the end"
    entries = [json.loads(line) for line in lines[:-1]]
    assert [entry["event"] for entry in entries[:4]] == ["request", "request", "request", "unforeseen"]
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", entry["time"]) for entry in entries)
    assert entries[0].keys() == {"event", "level", "method", "ms", "request_id", "route", "status", "time"}


@pytest.mark.parametrize("write", [partial(in_a_pipe, "plain"), partial(on_a_terminal, "auto", {"NO_COLOR": "1"})])
def test_people_read_lines_without_those_of_files(write: Callable[[], list[str]]) -> None:
    lines = write()

    moments, texts = zip(*(line.split("  ", 1) for line in lines[:4]), strict=True)
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d", moment) for moment in moments)
    assert texts[:3] == (
        "GET    /find  200  12.3 ms",
        "GET    (no such address)  404  0.3 ms",
        "error: unforeseen  error=KeyError  request_id=abf",
    )
    assert lines[-1] == "the end"
    assert "\x1b" not in "".join(lines)


def test_a_terminal_has_color_unless_that_is_unwanted() -> None:
    assert "\x1b[" in "".join(on_a_terminal("auto"))
    assert "\x1b[" in "".join(on_a_terminal("auto", {"NO_COLOR": ""}))
    for unwanted in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in "".join(on_a_terminal("auto", unwanted))
