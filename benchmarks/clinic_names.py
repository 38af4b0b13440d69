"""`python -m benchmarks.clinic_names`: how long the database takes to find clinics by name or phone among 10,000.

What is promised is a time, not a ratio: a person who types a name waits for it at every letter.
"""

import json
import random
import statistics
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import psycopg
from sqlalchemy import Engine, event

from benchmarks.clinics import add_clinics
from benchmarks.database import filled_cluster, superuser_connection, versions
from locator.clinic.clinic import Wanted
from locator.finding.by_name import list_by_name
from locator.finding.named_places import suggest_places
from locator.geo.places import Places
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer

RESULTS = Path(__file__).parent / "CLINIC_NAMES.md"
CLINICS = 10_000
PROMISED_MILLISECONDS = 5.0
SUGGESTIONS = "suggestions"
_SEED = 20_261_127
_TIMES = 3

# Names as such lists have them: a brand of an organization, what kind of place it is, and often the town.
_BEGINNINGS = ("Ash", "Bel", "Car", "Dun", "Em", "Fair", "Glen", "Har", "Kes", "Lin", "Mar", "Nor", "Oak", "Pres",
               "Sel", "Thor", "Ul", "Ver", "West", "Yor")  # fmt: skip
_ENDINGS = ("bury", "croft", "dale", "field", "ford", "gate", "ham", "hurst", "ington", "land", "ley", "mere", "mont",
            "ridge", "stead", "ton", "view", "ville", "ward", "wood")  # fmt: skip
_KINDS = ("Cancer Center", "Medical Center", "Memorial Hospital", "Clinic", "Regional Cancer Center", "Health Center",
          "Hospital", "Oncology", "Cancer Care", "Radiation Oncology Center", "Hematology and Oncology",
          "Breast Center", "St. Mary's Hospital", "Community Hospital")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timing:
    """One kind of question: the milliseconds the database took for each, all its statements together."""

    kind: str
    example: str
    milliseconds: Sequence[float]

    @property
    def p99(self) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99) - 1]

    def row(self) -> str:
        cells = (statistics.median(self.milliseconds), self.p99, max(self.milliseconds))
        return f"| {self.kind} | `{self.example}` | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |"


def name_clinics(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, str, str, str]]:
    """Write such names into the generated clinics, and return (name, organization, town, phone) of each."""
    chance = random.Random(_SEED)
    brands = [f"{first}{last}" for first in _BEGINNINGS for last in _ENDINGS]
    rows = connection.execute("select clinic_id, city, phone from clinics order by clinic_id").fetchall()
    named = []
    for clinic_id, city, phone in rows:
        brand, kind = chance.choice(brands), chance.choice(_KINDS)
        name = f"{brand} {kind} - {city}" if chance.random() < 0.6 else f"{brand} {kind}"
        named.append((str(clinic_id), name, f"{brand} Health", str(city), str(phone)))
    ids, names, organizations = ([each[at] for each in named] for at in range(3))
    connection.execute(
        "update clinics c set name = n.name, organization = n.organization"
        " from unnest(%s::text[], %s::text[], %s::text[]) as n (clinic_id, name, organization)"
        " where n.clinic_id = c.clinic_id",
        (ids, names, organizations),
    )
    connection.execute("vacuum full analyze clinics, known_name_words")
    return [(name, organization, town, phone) for _, name, organization, town, phone in named]


def misspelled(name: str, chance: random.Random) -> str:
    """Return a name with one wrong letter in its first word."""
    at = chance.randrange(1, len(name.split()[0]))
    return f"{name[:at]}{chance.choice('aeiou')}{name[at + 1 :]}"


def in_any_order(name: str, chance: random.Random) -> str:
    words = name.replace(" - ", " ").split()
    chance.shuffle(words)
    return " ".join(words)


class Recorder:
    """Records every statement that a question sends, and asks the database how long each takes."""

    def __init__(self, database: Database, connection: psycopg.Connection[tuple[object, ...]]):
        self._database = database
        self._connection = connection
        self.last: list[tuple[str, Any]] = []

    def milliseconds(self, ask: Callable[[Database], object]) -> float:
        """Return the planning and execution time of all the statements of a question."""
        self.last = []

        def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            self.last.append((statement, parameters))

        event.listen(Engine, "before_cursor_execute", record)
        try:
            ask(self._database)
        finally:
            event.remove(Engine, "before_cursor_execute", record)
        # The quickest of three: what is measured is the database's work, not who else needs the machine.
        return sum(min(self._time(statement, parameters) for _ in range(_TIMES)) for statement, parameters in self.last)

    def _time(self, statement: str, parameters: Any) -> float:
        explained = self._connection.execute(f"explain (analyze, format json) {statement}", parameters).fetchone()
        plan: Any = explained[0] if explained else "[]"
        (told,) = json.loads(plan) if isinstance(plan, str) else plan
        return float(told["Planning Time"]) + float(told["Execution Time"])

    def plan(self) -> str:
        """Return the plan of the last statement that looked into `clinics`."""
        statement, parameters = next(each for each in reversed(self.last) if "with found as" in each[0])
        rows = self._connection.execute(f"explain (analyze, costs off, timing off) {statement}", parameters).fetchall()
        return "\n".join(str(row[0]) for row in rows)


def by_name(name: str) -> Callable[[Database], object]:
    return lambda database: list_by_name(name, None, Wanted(), limit=20, skip=0, database=database)


def by_phone(phone: str) -> Callable[[Database], object]:
    return lambda database: list_by_name(None, phone, Wanted(), limit=20, skip=0, database=database)


def suggested(text: str) -> Callable[[Database], object]:
    def ask(database: Database) -> object:
        return suggest_places(text, count=8, places=Places(DatabaseGazetteer(database)), database=database)

    return ask


def measure(url: str, *, clinics: int = CLINICS, questions: int = 200) -> tuple[list[Timing], str, dict[str, str]]:
    """Return the timings of every kind of question, the plan of one, and the versions of what was measured."""
    chance = random.Random(_SEED + 1)
    with superuser_connection(url) as connection, closing(Database(url)) as database:
        add_clinics(connection, first=1, last=clinics)
        named = name_clinics(connection)
        recorder = Recorder(database, connection)
        chosen = chance.choices(named, k=questions)
        kinds: dict[str, list[tuple[str, Callable[[Database], object]]]] = {
            "whole name": [(name, by_name(name)) for name, *_ in chosen],
            "words in any order": [(text := in_any_order(name, chance), by_name(text)) for name, *_ in chosen],
            "one letter wrong": [(text := misspelled(name, chance), by_name(text)) for name, *_ in chosen],
            "organization": [(organization, by_name(organization)) for _, organization, *_ in chosen],
            "brand and town": [(text := f"{name.split()[0]} {town}", by_name(text)) for name, _, town, _ in chosen],
            "begun": [(text := name[:5], by_name(text)) for name, *_ in chosen],
            "words of many names": [
                (text, by_name(text)) for text in ("cancer center", "hospital", "st mary", "clinic")
            ],
            "phone": [(phone[2:], by_phone(phone[2:])) for *_, phone in chosen],
            "last digits of a phone": [(phone[-4:], by_phone(phone[-4:])) for *_, phone in chosen],
            SUGGESTIONS: [(text := name[:4], suggested(text)) for name, *_ in chosen],
        }
        timings = []
        for kind, asked in kinds.items():
            for _, ask in asked[:3]:
                recorder.milliseconds(ask)  # warm
            timings.append(Timing(kind, asked[0][0], [recorder.milliseconds(ask) for _, ask in asked]))
        recorder.milliseconds(by_name(in_any_order(named[0][0], chance)))
        return timings, recorder.plan(), versions(connection)


def report(timings: Sequence[Timing], plan: str, made_with: dict[str, str], *, clinics: int = CLINICS) -> str:
    worst = max(timing.p99 for timing in timings if timing.kind != SUGGESTIONS)
    kept = "kept" if worst < PROMISED_MILLISECONDS else "not kept"
    lines = [
        f"# Clinics by name, among {clinics:,}",
        "",
        "Written by `python -m benchmarks.clinic_names`, with "
        + ", ".join(f"{name} {version}" for name, version in made_with.items())
        + ":",
        "the milliseconds that the database takes for one question, planning and execution of all its statements",
        f"together (EXPLAIN ANALYZE, the quickest of {_TIMES} times).",
        "",
        "| what is typed | for example | median | p99 | worst |",
        "|---|---|---:|---:|---:|",
        *(timing.row() for timing in timings),
        "",
        f"Promised: under {PROMISED_MILLISECONDS:.0f} ms in 99 of 100 questions for clinics of each kind: **{kept}**,",
        f"at most {worst:.1f} ms. Nothing is promised of suggestions, which look for towns as well. The words of many",
        "names had been asked for before: a total is counted once for each version of the list.",
        "",
        "The statement that finds the clinics, for a name whose words are in another order:",
        "",
        "```",
        plan,
        "```",
        "",
    ]
    return "\n".join(lines)


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=RESULTS)
def main(output: Path) -> None:
    """Measure how long the database takes to find clinics by name and phone, and write the report."""
    with filled_cluster(click.echo) as url:
        text = report(*measure(url))
    output.write_text(text, encoding="utf-8")
    click.echo(f"\n{text}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.clinic_names")
