"""Those who attack, in a process of their own, which yields to the service and to whoever measures it.

python -m tests.faults.attackers

It reads what to do from standard input (Askers or Lines, pickled), goes on until that is closed, and writes what they
were answered as JSON. It imports little.
"""

import contextlib
import json
import os
import pickle
import resource
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.prober import ask

_NICENESS = 10
_ANSWER_SECONDS = 30.0
_FINISH_SECONDS = 2.0  # for what is under way at the end


@dataclass(frozen=True, slots=True)
class Question:
    """One request."""

    target: str
    method: str = "GET"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Askers:
    """So many ask these questions by turns, each after a pause; from addresses of their own, or all from one."""

    number: int
    questions: Sequence[Question]
    pause: float
    of_one_address: bool = False

    def attack(self, port: int, answers: Counter[int | str], is_over: threading.Event) -> None:
        def go_on(place: int) -> None:
            address = f"127.0.2.{1 if self.of_one_address else place + 1}"
            while not is_over.is_set():
                for question in self.questions:
                    answers[_ask(port, question, address)] += 1
                is_over.wait(self.pause)

        threads = [threading.Thread(target=go_on, args=(place,), daemon=True) for place in range(self.number)]
        for thread in threads:
            thread.start()
        is_over.wait()
        until = time.monotonic() + _FINISH_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


@dataclass(frozen=True, slots=True)
class Lines:
    """So many connections on which a text was said and hardly anything is read; one that is closed is opened again."""

    number: int
    text: bytes
    addresses: int

    def attack(self, port: int, answers: Counter[int | str], is_over: threading.Event) -> None:
        lines: list[socket.socket] = []
        while not is_over.is_set():
            for place in range(self.number):
                if is_over.is_set():
                    break
                if place == len(lines):
                    lines.append(self._line(port, place, answers))
                elif _is_closed(lines[place]):
                    lines[place].close()
                    answers["closed"] += 1
                    lines[place] = self._line(port, place, answers)
            is_over.wait(0.5)
        for line in lines:
            line.close()

    def _line(self, port: int, place: int, answers: Counter[int | str]) -> socket.socket:
        """Open a connection with a small window, and say the text on it."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(1)
        with contextlib.suppress(OSError):
            line.bind((f"127.0.3.{place % self.addresses + 1}", 0))
            line.connect(("127.0.0.1", port))
            line.sendall(self.text)
            answers["opened"] += 1
        line.setblocking(False)
        return line


def _ask(port: int, question: Question, address: str) -> int | str:
    return ask(
        port,
        question.target,
        method=question.method,
        body=question.body,
        headers=question.headers,
        address=address,
        seconds=_ANSWER_SECONDS,
    )


def _is_closed(line: socket.socket) -> bool:
    """Read one byte, if there is one; returns whether there will be no more."""
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def main() -> None:
    os.nice(_NICENESS)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    port, attack = pickle.load(sys.stdin.buffer)
    answers: Counter[int | str] = Counter()
    is_over = threading.Event()
    attacking = threading.Thread(target=attack.attack, args=(port, answers, is_over), daemon=True)
    attacking.start()
    sys.stdin.buffer.read()
    is_over.set()
    attacking.join()
    sys.stdout.write(json.dumps(list(answers.items())))
    sys.stdout.flush()
    os._exit(0)  # whoever still waits for an answer


if __name__ == "__main__":
    main()
