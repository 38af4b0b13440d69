"""Ordinary work through nginx: searches, edits, imports that are published and undone; each answer is counted."""

import http.client
import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults.installation import CLINICS, Installation
from tests.faults.ledger import Ledger
from tests.helpers.clinic_files import a_file
from tests.helpers.list_change import clinic_row

EDITED = 40  # clinics, the first of the long list
IMPORTED = 10  # clinics of every import, after the long list
ZIPS = ("53703", "54501", "53202", "54601", "54311", "54701", "53149", "54880")


class Traffic:
    """What people and programs do all the while, and what they were answered."""

    def __init__(self, installation: Installation, ledger: Ledger, *, seed: int):
        self._port = installation.front.port
        self._key = {"Authorization": f"Bearer {installation.admin_key}"}
        self._ledger = ledger
        self._chance = random.Random(seed)
        self._numbers = itertools.count(1)
        self._is_over = threading.Event()
        self.answers: dict[str, Counter[int | str]] = {
            name: Counter() for name in ("search", "edit", "upload", "publish", "undo")
        }

    def _ask(
        self, kind: str, method: str, target: str, body: bytes | None = None, content: str = "application/json"
    ) -> tuple[int | str, Any]:
        headers = self._key | ({"Content-Type": content} if body is not None else {})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        document: Any = None
        try:
            connection.request(method, target, body, {} if kind == "search" else headers)
            answer = connection.getresponse()
            text = answer.read()
            status: int | str = answer.status
            document = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            status = type(error).__name__
        finally:
            connection.close()
        self.answers[kind][status] += 1
        return status, document

    def search(self) -> None:
        near = self._chance.choice(ZIPS)
        self._ask("search", "GET", f"/api/v1/search?near={near}&specialty=clinical_trials")

    def edit(self) -> None:
        """Write a number that nobody wrote before into the notes of one of the clinics."""
        clinic_id = f"clinic-{self._chance.randrange(EDITED):04}"
        value = f"Change {next(self._numbers)}."
        entry = self._ledger.clinics[clinic_id]
        self._ledger.tried(entry, value)
        status, _ = self._ask("edit", "PATCH", f"/api/v1/clinics/{clinic_id}", json.dumps({"notes": value}).encode())
        if status == 200:
            self._ledger.acknowledge(entry, value)

    def import_and_perhaps_undo(self) -> None:
        """Publish a small file, and undo every third."""
        number = next(self._numbers)
        rows = [clinic_row(CLINICS + place, notes=f"Import {number}.") for place in range(IMPORTED)]
        status, report = self._ask("upload", "POST", "/api/v1/imports", a_file(*rows).getvalue(), "text/csv")
        if status != 201:
            return
        import_id, brake = int(report["import_id"]), report["brake"]
        confirm = json.dumps({"confirm": brake["number"]} if brake else {}).encode()
        if self._change_import("publish", import_id, "published", confirm) == 200 and number % 3 == 0:
            self._change_import("undo", import_id, "undone", None)

    def _change_import(self, what: str, import_id: int, becomes: str, body: bytes | None) -> int | str:
        entry = self._ledger.imports[import_id]
        self._ledger.tried(entry, becomes)
        status, _ = self._ask(what, "POST", f"/api/v1/imports/{import_id}/{what}", body)
        if status == 200:
            self._ledger.acknowledge(entry, becomes)
        return status

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Do all of this during the block."""
        work: list[tuple[Callable[[], None], float]] = [
            (self.search, 0.05),
            (self.search, 0.05),
            (self.edit, 0.4),
            (self.import_and_perhaps_undo, 1.5),
        ]
        threads = [threading.Thread(target=self._go_on, args=each, daemon=True) for each in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join(60)

    def _go_on(self, work: Callable[[], None], pause: float) -> None:
        while not self._is_over.is_set():
            work()
            self._is_over.wait(pause)
