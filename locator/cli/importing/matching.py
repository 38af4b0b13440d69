"""Rows without a clinic_id on the command line: shown, asked about, and decided."""

import sys

import click

from locator.cli.importing.report import counts_line, one_line
from locator.cli.output import print_status
from locator.errors import BadParameters, Fault
from locator.importing.history import list_undecided
from locator.importing.identity.deciding import decide_rows
from locator.importing.identity.identifying import in_words
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.imports import Candidate, ImportStatus, StoredRow
from locator.services import Database

NEW = "new"
_MOST_ROWS = 20  # in one report
_ALL = 1_000_000


def print_undecided(report: ImportReport, database: Database) -> None:
    """Print the rows of which somebody has to say which clinic they are about, and the commands for it."""
    if report.status is not ImportStatus.CHECKED or not report.counts.held:
        return
    rows = list_undecided(report.import_id, database, limit=_MOST_ROWS + 1)
    if not rows:
        return
    number = report.import_id
    click.echo("These rows do not say which clinic they are about; they are held until somebody does:")
    for row in rows[:_MOST_ROWS]:
        _print_question(row)
        proposal = row.identity.proposal if row.identity else None
        click.echo(f"    locator imports match {number} {row.row} {proposal or f'CLINIC_ID|{NEW}'}")
    if len(rows) > _MOST_ROWS:
        click.echo(f"and more: locator imports show {number} --rows held")
    if any(row.identity and row.identity.proposal for row in rows):
        click.echo(f"To agree with all that are proposed: locator imports match {number} --accept-proposed")
    click.echo(f"To be asked about each: locator imports match {number}")


def match_rows(
    import_id: int,
    decisions: dict[int, str | None],
    *,
    accept_proposals: bool,
    by: Actor,
    database: Database,
    can_locate: bool,
) -> ImportReport:
    """Decide which clinics rows are about, and print what the import comes to then."""
    report = decide_rows(
        import_id, decisions, accept_proposals=accept_proposals, by=by, database=database, can_locate=can_locate
    )
    click.echo(counts_line(report.counts))
    return report


def asked_decisions(import_id: int, database: Database) -> dict[int, str | None]:
    """Ask about each undecided row in the terminal; one that is skipped stays held. Raises BadParameters elsewhere."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        detail = "is missing. There is no terminal to ask in: name the row and its clinic, or --accept-proposed."
        raise BadParameters([Fault("ROW", detail)])
    decisions: dict[int, str | None] = {}
    for row in list_undecided(import_id, database, limit=_ALL):
        answer = _ask(row)
        if answer is not None:
            decisions[row.row] = None if answer == NEW else answer
    return decisions


def _ask(row: StoredRow) -> str | None:
    """Return the clinic_id that somebody chose, NEW, or None if they skipped the row."""
    candidates = row.identity.candidates if row.identity else ()
    _print_question(row)
    choices = [*map(str, range(1, len(candidates) + 1)), "n", "s"]
    print_status("Which one is it? A number, n for a new clinic, s to skip it.")
    default = "1" if row.identity and row.identity.proposal else "s"
    answer: str = click.prompt("Answer", type=click.Choice(choices), default=default, show_choices=False, err=True)
    if answer == "s":
        return None
    return NEW if answer == "n" else candidates[int(answer) - 1].clinic_id


def _print_question(row: StoredRow) -> None:
    town = row.record.text("city") if row.record else None
    click.echo(f"  row {row.row}: {one_line(row.name)}{f', {one_line(town)}' if town else ''}")
    for number, candidate in enumerate(row.identity.candidates if row.identity else (), 1):
        click.echo(f"    {number}. {_shown(candidate)}")


def _shown(candidate: Candidate) -> str:
    phone = f", {candidate.phone}" if candidate.phone else ""
    return f"{one_line(candidate.name)}, {candidate.city}{phone}: {in_words(candidate)}"
