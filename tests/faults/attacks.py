"""Each fault and attack of the list: it lasts for the block, and it is over when the block is."""

import contextlib
import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.faults.installation import Installation
from tests.faults.prober import SEARCH
from tests.helpers.clinic_files import a_file
from tests.helpers.front import many_files
from tests.helpers.list_change import clinic_row
from tests.helpers.postgres import locked_clinics
from tests.helpers.small_disk import fill

UPLOADS = 8
UPLOAD_BYTES = 19_500_000
SLOW_READERS = 500
HALF_OPEN = 1000
KEYLESS = 20
CLIENTS = 40  # who go on searching while the database does not answer


@dataclass
class Attack:
    """An attack that is going on: where it is directed, and what the attackers were answered."""

    installation: Installation
    port: int
    answers: Counter[int | str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def ask(
        self, target: str, *, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None,
        client: str = "127.0.2.1",
    ) -> int | str:  # fmt: skip
        """Ask as an attacker, and note what came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(client, 0))
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a refusal may come before the body ends
                connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            answer.read()
            status: int | str = answer.status
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        finally:
            connection.close()
        self.answers[status] += 1
        return status

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.installation.admin_key}"}

    @contextlib.contextmanager
    def at_once(self, number: int, work: Callable[[int], object], *, pause: float) -> Iterator[None]:
        """Let so many do the same again and again during the block; they end as soon as what they are doing is done."""

        def go_on(place: int) -> None:
            while not self.is_over.is_set():
                work(place)
                self.is_over.wait(pause)

        threads = [threading.Thread(target=go_on, args=(place,), daemon=True) for place in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_over.set()

    def searchers(self) -> AbstractContextManager[None]:
        return self.at_once(CLIENTS, lambda place: self.ask(SEARCH, client=f"127.0.2.{place + 1}"), pause=0.2)


Lasting = Callable[[Attack], AbstractContextManager[None]]


@contextlib.contextmanager
def locked_table(attack: Attack) -> Iterator[None]:
    with locked_clinics(attack.installation.postgres.url), attack.searchers():
        yield


@contextlib.contextmanager
def silent_database(attack: Attack) -> Iterator[None]:
    with attack.installation.postgres.suspended(), attack.searchers():
        yield


@contextlib.contextmanager
def killed_database(attack: Attack) -> Iterator[None]:
    attack.installation.postgres.kill()
    try:
        with attack.searchers():
            yield
    finally:
        attack.installation.postgres.start()


@contextlib.contextmanager
def large_uploads(attack: Attack) -> Iterator[None]:
    rows = [clinic_row(number, notes="n" * 1900) for number in range(9_500)]
    file = a_file(*rows).getvalue()[:UPLOAD_BYTES]
    headers = attack.key | {"Content-Type": "text/csv"}
    with attack.at_once(
        UPLOADS,
        lambda _: attack.ask("/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers),
        pause=0.5,
    ):
        yield


@contextlib.contextmanager
def slow_readers(attack: Attack) -> Iterator[None]:
    """They ask for the export and read a byte a second; from fifty addresses, so that no one has too many."""
    asking = b"GET /api/v1/clinics.csv HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with _held_lines(attack, SLOW_READERS, asking, addresses=50):
        yield


@contextlib.contextmanager
def half_open_headers(attack: Attack) -> Iterator[None]:
    with _held_lines(attack, HALF_OPEN, b"GET /api/v1/search?near=53703 HTTP/1.1\r\nHost: loc", addresses=1):
        yield


@contextlib.contextmanager
def _held_lines(attack: Attack, number: int, text: bytes, *, addresses: int) -> Iterator[None]:
    """Hold so many connections on which this was said; whichever is closed is opened again within a second."""
    lines: list[socket.socket] = []

    def hold() -> None:
        while not attack.is_over.is_set():
            for place in range(number):
                if attack.is_over.is_set():
                    break
                if place == len(lines):
                    lines.append(_line(attack, text, place % addresses))
                elif _is_closed(lines[place]):
                    lines[place].close()
                    attack.answers["closed"] += 1
                    lines[place] = _line(attack, text, place % addresses)
            attack.is_over.wait(0.5)

    with many_files():
        holding = threading.Thread(target=hold, daemon=True)
        holding.start()
        try:
            yield
        finally:
            attack.is_over.set()
            holding.join(10)
            for line in lines:
                line.close()


def _line(attack: Attack, text: bytes, address: int) -> socket.socket:
    """Open a connection with a small window, and say something on it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(1)
    with contextlib.suppress(OSError):
        line.bind((f"127.0.3.{address + 1}", 0))
        line.connect(("127.0.0.1", attack.port))
        line.sendall(text)
        attack.answers["opened"] += 1
    line.setblocking(False)
    return line


def _is_closed(line: socket.socket) -> bool:
    """Read one byte, if there is one; returns whether there will be no more."""
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextlib.contextmanager
def bodies_without_a_key(attack: Attack) -> Iterator[None]:
    body = b"x" * 20_000_000
    headers = {"Content-Type": "text/csv"}
    with attack.at_once(
        KEYLESS, lambda _: attack.ask("/api/v1/imports", method="POST", body=body, headers=headers), pause=0.2
    ):
        yield


@contextlib.contextmanager
def full_temporary_folder(attack: Attack) -> Iterator[None]:
    file = a_file(*(clinic_row(number, notes="n" * 1900) for number in range(1000))).getvalue()
    headers = attack.key | {"Content-Type": "text/csv"}

    def ask(_place: int) -> None:
        attack.ask("/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers)
        attack.ask("/api/v1/clinics.csv")

    ballast = fill(attack.installation.temporary)
    try:
        with attack.at_once(2, ask, pause=0.3):
            yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def full_log_disk(attack: Attack) -> Iterator[None]:
    ballast = fill(attack.installation.logs)
    try:
        with attack.searchers():
            yield
    finally:
        ballast.unlink()


@dataclass(frozen=True, slots=True)
class Fault:
    """One of the list, in the words of the report."""

    name: str
    lasting: Lasting
    needs_disks: bool = False
    ends_late: bool = False  # only once something has been started again, rather than when the attackers stop


NOTHING = Fault("nothing, for comparison", lambda _: contextlib.nullcontext())
FAULTS = (
    Fault("a locked table, 40 clients", locked_table),
    Fault("the database stopped (SIGSTOP), 40 clients", silent_database),
    Fault("the database killed (SIGKILL), 40 clients", killed_database, ends_late=True),
    Fault("8 uploads of 19.5 MB at once", large_uploads),
    Fault("500 slow readers of the export", slow_readers),
    Fault("1,000 half-open headers", half_open_headers),
    Fault("20 bodies of 20 MB without a key", bodies_without_a_key),
    Fault("a full temporary folder", full_temporary_folder, needs_disks=True),
    Fault("a full log disk, 40 clients", full_log_disk, needs_disks=True),
)
