"""Counters in shared memory: added up over processes, continued after one is killed, and never waited for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.config.shared_counters import MOST_NAMES, MOST_SLOTS, VARIABLE, Counters, open_counters, shared_memory

# Says what it counts, counts it, and stays until its standard input is closed.
PROGRAM = """
import sys
from locator.config.shared_counters import open_counters
counters = open_counters()
for _ in range(int(sys.argv[2])):
    counters.add(("requests", sys.argv[1]), [1, 0.5])
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def memory() -> Iterator[None]:
    with shared_memory(2):
        yield


@pytest.fixture
def count(memory: None) -> Iterator[Callable[[str, int], "subprocess.Popen[str]"]]:
    """Return a function that lets a process of its own count, and returns it when it has."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str, times: int) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, name, str(times)],
            cwd=PROJECT_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "counted\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


Count = Callable[[str, int], "subprocess.Popen[str]"]


def test_processes_are_added_up(count: Count) -> None:
    count("one", 3)
    count("both", 1000)
    count("both", 500)

    assert open_counters().read() == {("requests", "one"): [3, 1.5], ("requests", "both"): [1500, 750]}


def test_nothing_is_lost_when_a_process_is_killed_and_its_successor_goes_on(count: Count) -> None:
    reader = open_counters()
    for round_ in range(1, 9):  # more than there are blocks
        process = count("one", 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert reader.read()["requests", "one"] == [10 * round_, 5 * round_]


def test_a_process_that_is_stopped_while_it_adds_a_name_stops_no_other(memory: None) -> None:
    program = (
        "import os, signal\n"
        "from locator.config import shared_counters\n"
        "counters = shared_counters.open_counters()\n"
        "shared_counters.Counters._append = lambda *_: os.kill(os.getpid(), signal.SIGSTOP)\n"
        "counters.add(('stopped',), [1])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT_FOLDER)
    try:
        assert os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        counters = open_counters()
        began = time.monotonic()
        assert not counters.add(("new",), [1])
        assert time.monotonic() - began < 1
    finally:
        process.kill()
        process.wait()
    assert counters.add(("new",), [1])  # its lock went with it
    assert counters.read() == {("new",): [1]}


def test_a_forked_process_counts_in_a_block_of_its_own(memory: None) -> None:
    before = open_counters()
    before.add(("a",), [1])
    child = os.fork()
    if not child:
        open_counters().add(("a",), [41])
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

    assert before.read() == {("a",): [42]}


def test_more_names_than_there_is_room_for_are_refused(memory: None) -> None:
    counters = open_counters()
    assert counters.add(("first",), [1], most_names=1)
    assert not counters.add(("second",), [1], most_names=1)
    assert counters.add(("first",), [1], most_names=1)

    added = [counters.add((str(number),), [1]) for number in range(MOST_NAMES)]
    assert added.count(True) == MOST_NAMES - 1
    assert len(counters.read()) == MOST_NAMES


def test_more_numbers_than_there_is_room_for_are_refused() -> None:
    counters = open_counters()

    added = [counters.add((str(number),), [1] * 100) for number in range(20)]

    assert added.count(True) == MOST_SLOTS // 100
    assert not counters.add(("x" * 1000,), [1])
    assert all(numbers == [1] * 100 for numbers in counters.read().values())


@pytest.mark.parametrize("path", ["", "/proc/1/fd/nothing", "/nowhere/3", "3"])
def test_without_the_memory_a_process_counts_for_itself(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv(VARIABLE, path)

    counters = open_counters()

    assert isinstance(counters, Counters)
    assert counters.add(("a",), [1])
    assert counters.read() == {("a",): [1]}


def test_when_every_block_is_taken_a_process_counts_for_itself(memory: None) -> None:
    program = "from locator.config.shared_counters import open_counters as o\nc = o()\nprint(c._descriptor)\ninput()"
    command = [sys.executable, "-c", program]
    with ExitStack() as running:
        holders = [
            running.enter_context(
                subprocess.Popen(
                    command,
                    cwd=PROJECT_FOLDER,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
            for _ in range(7)  # one more than there are blocks
        ]
        said = [holder.stdout.readline().strip() for holder in holders if holder.stdout]

    assert said.count(b"None") == 1
    assert len(said) == 7


def test_the_memory_is_taken_beforehand_and_cannot_be_cut_off(memory: None) -> None:
    path = Path(os.environ[VARIABLE])
    found = path.stat()

    assert found.st_blocks * 512 >= found.st_size > 0
    with path.open("r+b") as opened, pytest.raises(PermissionError):
        opened.truncate(0)
