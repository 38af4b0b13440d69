"""The supervisor of the server processes, with small processes in their place."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.helpers.kills import end_at_once
from tests.helpers.service import wait_for

pytestmark = pytest.mark.kills

PROGRAM = textwrap.dedent("""
    import os, signal, socket, sys, time
    from locator.serving.supervisor import ServerFailed, Supervisor

    # Whoever runs the tests in the background may have it ignored, and the supervisor respects that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def work(listener, ready):
        if "fails" in sys.argv:
            sys.exit(7)
        ready()
        if "stubborn" in sys.argv:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if "slow" in sys.argv:
            signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit(0)))
        while True:
            connection, _ = listener.accept()
            connection.sendall(str(os.getpid()).encode())
            connection.close()

    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    try:
        Supervisor(work, listener, 2).run(finish_seconds=lambda number: 0.0 if number == signal.SIGINT else 5.0)
    except ServerFailed as error:
        print(error, flush=True)
        sys.exit(1)
""")


class Supervised:
    """A supervisor in a process of its own."""

    def __init__(self, *options: str):
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def ask(self) -> int:
        """Return the process that answers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            return int(line.recv(100))

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=15)


@pytest.fixture
def supervised() -> Iterator[Supervised]:
    supervised = Supervised()
    yield supervised
    with contextlib.suppress(ProcessLookupError):
        supervised.process.terminate()
    supervised.process.communicate(timeout=15)


def test_processes_that_end_again_and_again_are_started_again(supervised: Supervised) -> None:
    """More often than in five seconds, and both of them: a service that gives up helps nobody."""
    for _ in range(3):
        end_at_once(supervised.children())
        assert supervised.ask()  # the connection waited in the socket, and was not refused
        wait_for(lambda: len(supervised.children()) == 2, seconds=5)

    assert supervised.process.poll() is None
    assert supervised.end(signal.SIGTERM) == 0
    _, told = supervised.process.communicate()
    assert "ended unexpectedly (signal 9). Another one is started in 0.1 s." in told
    assert "0.2 s" in told


def test_processes_that_never_could_start_are_given_up() -> None:
    supervised = Supervised("fails")

    output, _ = supervised.process.communicate(timeout=15)

    assert supervised.process.returncode == 1
    assert "could not start (exit code 7)" in output


def test_it_waits_for_processes_that_are_finishing_and_kills_those_that_never_end() -> None:
    slow = Supervised("slow")
    slow.ask()
    began = time.monotonic()
    assert slow.end(signal.SIGTERM) == 0
    assert time.monotonic() - began > 0.9
    slow.process.communicate()

    stubborn = Supervised("stubborn")
    stubborn.ask()
    children = stubborn.children()
    assert stubborn.end(signal.SIGINT) == 0
    assert not [child for child in children if psutil.pid_exists(child)]
    stubborn.process.communicate()


def test_nobody_but_the_supervisor_hears_ctrl_c(supervised: Supervised) -> None:
    """A terminal sends it to all processes of its group."""
    supervised.ask()

    def are_in_other_groups() -> bool:
        groups = {os.getpgid(child) for child in supervised.children()}
        return len(groups) == 2 and os.getpgid(supervised.process.pid) not in groups

    wait_for(are_in_other_groups, seconds=5)
    assert supervised.end(signal.SIGINT) == 0
