"""Output that neither fails nor waits: what is behind it may be full, closed, stopped or gone."""

import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER
from tests.helpers.small_disk import fill, mounted_disk

# Writes as a process that serves does, and then says in a file how many pieces were lost.
PROGRAM = """
import sys, time
from collections import Counter
from pathlib import Path
from locator.config import streams
lost = Counter()
streams.listen_for_losses(lambda name: lost.update([name]))
streams.protect_output()
{body}
for stream in (sys.stdout, sys.stderr):
    stream.flush()
    stream.buffer.drain(0.5)
Path({result!r}).write_text(f"{{lost['stdout']}} {{lost['stderr']}}")
"""
TEN_LINES = "for number in range(10): print('line', number)"


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., "subprocess.Popen[bytes]"]:
    def start_it(body: str, **streams: object) -> "subprocess.Popen[bytes]":
        program = PROGRAM.format(body=body, result=str(tmp_path / "lost"))
        return subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT_FOLDER, **streams)  # type: ignore[call-overload,no-any-return]

    return start_it


def lost(folder: Path) -> tuple[int, int]:
    """Return how many pieces were lost on standard output and on standard error."""
    output, errors = (folder / "lost").read_text().split()
    return int(output), int(errors)


Start = Callable[..., "subprocess.Popen[bytes]"]


def test_what_is_written_arrives_whole_and_in_order(start: Start, tmp_path: Path) -> None:
    process = start("for number in range(20_000): print('line', number)\nprint('é', end='')", stdout=subprocess.PIPE)

    output, _ = process.communicate(timeout=30)

    assert output.decode() == "".join(f"line {number}\n" for number in range(20_000)) + "é"
    assert lost(tmp_path) == (0, 0)


def test_a_full_disk_ends_nothing_and_is_told_once(start: Start, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(TEN_LINES + "\ntime.sleep(0.2)\n" + TEN_LINES, stdout=full, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    assert lost(tmp_path) == (20, 0)
    (notice,) = errors.decode().splitlines()
    why = r"lines for standard output are lost \(\d+\): No space left on device\. The service goes on\."
    assert re.fullmatch(rf"locator, process \d+: {why}", notice)


def test_standard_error_may_be_full_too(start: Start, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(TEN_LINES + "\nprint('trouble', file=sys.stderr)", stdout=full, stderr=full)
        assert process.wait(timeout=30) == 0

    output, errors = lost(tmp_path)
    assert output == 10
    assert errors == 2  # the line, and the notice of the first loss


def test_a_closed_pipe_ends_nothing(start: Start, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(TEN_LINES, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)

    assert process.wait(timeout=30) == 0
    assert lost(tmp_path) == (10, 0)


def test_a_terminal_that_is_gone_ends_nothing(start: Start, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = start("time.sleep(0.5)\n" + TEN_LINES, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    os.close(ours)

    assert process.wait(timeout=30) == 0
    assert lost(tmp_path) == (10, 0)


def test_a_reader_that_has_stopped_is_not_waited_for_and_what_fits_still_arrives(start: Start, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    began = time.monotonic()
    process = start("for number in range(50_000): print(f'{number:099}')", stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)

    assert process.wait(timeout=30) == 0  # 5 MB, of which nobody has read a byte
    assert time.monotonic() - began < 15
    output, _ = lost(tmp_path)
    assert 35_000 < output < 45_000  # a megabyte waits in the process
    with os.fdopen(reading, "rb") as opened:
        lines = opened.read().decode().splitlines()
    assert [int(line) for line in lines[:100]] == list(range(100))


def test_a_slow_reader_gets_everything(start: Start, tmp_path: Path) -> None:
    process = start("for number in range(100): print('x' * 4000)\nsys.stdout.buffer.drain(20)", stdout=subprocess.PIPE)
    assert process.stdout
    received = 0
    with process.stdout:
        while piece := os.read(process.stdout.fileno(), 20_000):
            received += len(piece)
            time.sleep(0.01)

    assert process.wait(timeout=30) == 0
    assert received == 100 * 4001
    assert lost(tmp_path) == (0, 0)


def test_a_pipe_that_does_not_block_is_waited_for(start: Start, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # as another program that shares it may do
    process = start("for number in range(100): print('x' * 4000)\nsys.stdout.buffer.drain(20)", stdout=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as opened:
        time.sleep(0.5)
        assert len(opened.read()) == 100 * 4001

    assert process.wait(timeout=30) == 0
    assert lost(tmp_path) == (0, 0)


def test_the_number_of_a_closed_stream_goes_to_no_other_file(tmp_path: Path) -> None:
    program = (
        "from locator.config.streams import protect_output\n"
        "protect_output()\n"
        "opened = open('list.csv', 'w')\n"
        "print('a line of the log')\n"
        "opened.write(str(opened.fileno()))\n"
    )

    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" <&- >&- 2>&-', sys.executable, program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT_FOLDER)},
        check=False,
    )

    assert done.returncode == 0
    assert int((tmp_path / "list.csv").read_text()) > 2


def test_a_line_that_a_full_disk_cut_off_does_not_run_into_the_next(start: Start, tmp_path: Path) -> None:
    with mounted_disk("64k") as disk:
        log, ballast = disk / "log", fill(disk)
        log.touch()
        os.truncate(ballast, ballast.stat().st_size - 4096)  # room for a part of the lines
        go_on = tmp_path / "go on"
        body = (
            "for number in range(100): print(f'{number:099}'); sys.stdout.buffer.drain(1)\n"
            f"while not Path({str(go_on)!r}).exists(): time.sleep(0.05)\n"
            "print('after')"
        )
        with log.open("ab") as opened:
            process = start(body, stdout=opened, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while log.stat().st_size < 4096 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        ballast.unlink()
        go_on.touch()
        assert process.wait(timeout=30) == 0
        lines = log.read_text().splitlines()

    assert lines[-1] == "after"
    assert all(len(line) == 99 for line in lines[:-2])
    assert lost(tmp_path)[0] > 50
