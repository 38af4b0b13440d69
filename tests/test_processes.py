"""Work in a process of its own: what goes in and comes out is the same, and neither process outlives its purpose."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.errors import BadParameters, BrakeOn, Fault, LocatorError, StorageFull, UndoBlocked
from locator.importing.files.errors import UnreadableFile, refused
from locator.importing.files.spool import Spool
from locator.processes import ProcessEnded, in_own_process
from locator.text.sentence import Sentence
from tests.helpers.service import wait_for

ERRORS = (
    BadParameters([Fault("full_list", "is not known.", "unknown", ("UW Health",))], more=3),
    BrakeOn(7, "Please type 7.", {"number": 7, "organizations": [], "whole_list": None}),
    UndoBlocked(["one", "two", "three", "four"]),
    StorageFull(),
    refused("header", faults=[Fault("column 1", "has no name.")]),
    LocatorError(Sentence("There is no ZIP code {zip}.", zip="99999")),
    KeyError("import_id"),
    OSError(28, "No space left on device"),
)


def numbers() -> tuple[int, int, int]:
    return os.getpid(), os.getppid(), os.getpriority(os.PRIO_PROCESS, 0)


def fail(place: int) -> None:
    raise ERRORS[place]


def rest_of(file: IO[bytes]) -> bytes:
    return file.read()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def iter_of_nothing() -> Iterator[int]:
    yield from ()


def survive(number: int) -> str:
    os.kill(os.getpid(), number)
    return "alive"


def test_it_is_another_process_which_yields_to_this_one() -> None:
    number, parent, priority = in_own_process(numbers)

    assert number != os.getpid() == parent
    assert priority == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
    assert not psutil.pid_exists(number)


@pytest.mark.parametrize("place", range(len(ERRORS)), ids=lambda place: type(ERRORS[place]).__name__)
def test_what_is_raised_there_is_raised_here(place: int) -> None:
    error = ERRORS[place]
    with pytest.raises(type(error)) as raised:
        in_own_process(fail, place)

    assert (str(raised.value), vars(raised.value)) == (str(error), vars(error))
    if isinstance(error, UnreadableFile):
        assert raised.value.faults == error.faults  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [10, 3_000_000])
@pytest.mark.parametrize("make", [Spool, tempfile.TemporaryFile])
def test_a_file_is_read_there_from_where_it_stands(make: type[Spool], size: int) -> None:
    with make() as file:
        file.write(b"x" * size + b"the rest")
        file.seek(size)

        assert in_own_process(rest_of, file) == b"the rest"


def test_large_amounts_go_in_and_come_out() -> None:
    amount = os.urandom(5_000_000)

    assert in_own_process(bytes.upper, amount) == amount.upper()


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(ProcessEnded, match="-9"):
        in_own_process(die)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_only_this_process_ends_it(number: int) -> None:
    """As when a service manager signals to all processes of the service: those under way are finished."""
    assert in_own_process(survive, number) == "alive"


@pytest.mark.kills
def test_it_ends_with_the_process_that_wanted_it() -> None:
    program = "import time; from locator.processes import in_own_process; in_own_process(time.sleep, 60)"
    with subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT_FOLDER) as process:
        mine = psutil.Process(process.pid)
        wait_for(lambda: bool(mine.children()), seconds=10)
        (child,) = mine.children()
        wait_for(lambda: child.status() == psutil.STATUS_SLEEPING and child.num_threads() > 1, seconds=10)
        process.kill()

        assert child.wait(timeout=5) is not None or not child.is_running()


def test_no_descriptor_stays_open() -> None:
    in_own_process(numbers)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        in_own_process(numbers)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_cannot_be_handed_over_is_an_error_here() -> None:
    with pytest.raises(TypeError, match="pickle"):
        in_own_process(len, iter_of_nothing())  # type: ignore[arg-type]
