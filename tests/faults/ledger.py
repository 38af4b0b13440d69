"""What the service has acknowledged, and whether the list still has it afterwards."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from tests.helpers.postgres import Connection

_HISTORY = "select clinic_id, image ->> 'notes' from clinic_versions where clinic_id like %s order by version_id"
_LISTED = "select clinic_id, notes from clinics where clinic_id like %s"
_IMPORTS = "select import_id, status from imports"


@dataclass
class Entry:
    """One thing that is changed again and again: the last value acknowledged, and what was tried since then.

    What was tried without an answer may have happened or not: only what was acknowledged may not be lost.
    """

    acknowledged: list[str] = field(default_factory=list)
    tried_since: list[str] = field(default_factory=list)

    def allows(self, value: str | None) -> bool:
        return value in self.tried_since or not self.acknowledged or value == self.acknowledged[-1]


class Ledger:
    """The acknowledged values of clinics' notes and of imports' statuses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clinics: dict[str, Entry] = defaultdict(Entry)
        self.imports: dict[int, Entry] = defaultdict(Entry)

    @property
    def acknowledged(self) -> int:
        with self._lock:
            return sum(len(entry.acknowledged) for entry in (*self.clinics.values(), *self.imports.values()))

    def tried(self, entry: Entry, value: str) -> None:
        with self._lock:
            entry.tried_since.append(value)

    def acknowledge(self, entry: Entry, value: str) -> None:
        with self._lock:
            entry.acknowledged.append(value)
            entry.tried_since.clear()

    def lost(self, server: Connection, *, prefix: str) -> list[str]:
        """Return each acknowledged change that the database does not have, in words."""
        history: dict[str, list[str | None]] = defaultdict(list)
        for clinic_id, notes in server.execute(_HISTORY, [f"{prefix}%"]):
            history[clinic_id].append(notes)
        listed: dict[str, str | None] = dict(server.execute(_LISTED, [f"{prefix}%"]).fetchall())
        statuses: dict[int, str] = dict(server.execute(_IMPORTS).fetchall())
        return (
            [
                f"{clinic_id}: “{value}” is not in its history"
                for clinic_id, entry in self.clinics.items()
                for value in entry.acknowledged
                if value not in history[clinic_id]
            ]
            + [
                f"{clinic_id}: the list has “{listed.get(clinic_id)}”"
                for clinic_id, entry in self.clinics.items()
                if not entry.allows(listed.get(clinic_id))
            ]
            + [
                f"import {import_id}: it is {statuses.get(import_id)}"
                for import_id, entry in self.imports.items()
                if not entry.allows(statuses.get(import_id))
            ]
        )
