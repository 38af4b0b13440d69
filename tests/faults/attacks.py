"""Each fault and attack of the list: it lasts for the block, and it is over when the block is."""

import contextlib
import json
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from locator.config.settings import PROJECT_FOLDER
from tests.faults.attackers import Askers, Lines, Question
from tests.faults.installation import Installation
from tests.faults.prober import SEARCH
from tests.helpers.clinic_files import a_file
from tests.helpers.list_change import clinic_row
from tests.helpers.postgres import locked_clinics
from tests.helpers.small_disk import fill

UPLOADS = 8
UPLOAD_BYTES = 19_500_000
SLOW_READERS = 500
HALF_OPEN = 1000
KEYLESS = 20
CLIENTS = 40  # who go on searching while the database does not answer

CSV = {"Content-Type": "text/csv"}


@dataclass
class Attack:
    """An attack that is going on: where it is directed, and what the attackers were answered."""

    installation: Installation
    port: int
    answers: Counter[int | str] = field(default_factory=Counter)

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.installation.admin_key}"}

    @contextlib.contextmanager
    def by(self, attackers: Askers | Lines) -> Iterator[None]:
        """Let them attack during the block."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.attackers"],
            cwd=PROJECT_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdin
            pickle.dump((self.port, attackers), process.stdin)
            process.stdin.flush()
            yield
            answers, _ = process.communicate(timeout=30)
            self.answers.update(dict(json.loads(answers)))
        finally:
            process.kill()
            process.wait()

    def searchers(self) -> AbstractContextManager[None]:
        return self.by(Askers(CLIENTS, [Question(SEARCH)], pause=0.2))


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


def large_uploads(attack: Attack) -> AbstractContextManager[None]:
    rows = [clinic_row(number, notes="n" * 1900) for number in range(9_500)]
    file = a_file(*rows).getvalue()[:UPLOAD_BYTES]
    question = Question("/api/v1/imports?dry_run=true", "POST", file, attack.key | CSV)
    return attack.by(Askers(UPLOADS, [question], pause=0.5, of_one_address=True))


def slow_readers(attack: Attack) -> AbstractContextManager[None]:
    """They ask for the export and read two bytes a second; from fifty addresses, so that no one has too many."""
    asking = b"GET /api/v1/clinics.csv HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return attack.by(Lines(SLOW_READERS, asking, addresses=50))


def half_open_headers(attack: Attack) -> AbstractContextManager[None]:
    return attack.by(Lines(HALF_OPEN, b"GET /api/v1/search?near=53703 HTTP/1.1\r\nHost: loc", addresses=1))


def bodies_without_a_key(attack: Attack) -> AbstractContextManager[None]:
    question = Question("/api/v1/imports", "POST", b"x" * 20_000_000, CSV)
    return attack.by(Askers(KEYLESS, [question], pause=0.2, of_one_address=True))


@contextlib.contextmanager
def full_temporary_folder(attack: Attack) -> Iterator[None]:
    file = a_file(*(clinic_row(number, notes="n" * 1900) for number in range(1000))).getvalue()
    questions = [
        Question("/api/v1/imports?dry_run=true", "POST", file, attack.key | CSV),
        Question("/api/v1/clinics.csv"),
    ]
    ballast = fill(attack.installation.temporary)
    try:
        with attack.by(Askers(2, questions, pause=0.3)):
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
