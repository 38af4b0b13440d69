"""The columns of a file on the command line: shown, asked about, and said to be ours."""

import sys
from collections.abc import Sequence

import click

from locator.cli.importing.report import one_line
from locator.cli.output import print_status
from locator.clinic.columns import COLUMN_NAMES
from locator.errors import BadParameters, Fault
from locator.importing.report import ImportReport
from locator.records.imports import ColumnMapping, ColumnState, ImportStatus, MappedColumn

PROPOSED = "proposed"
_BECAUSE = {
    "name": "by its name",
    "file": "as in files of this kind",
    "values": "by its values",
    "remembered": "as for an earlier file",
    "given": "as you said",
    "none": "",
}
_STATES = {ColumnState.READ: "read as", ColumnState.IGNORED: "not read", ColumnState.ASKED: "asked:"}


def columns_in(options: Sequence[str]) -> tuple[dict[str, str], bool]:
    """Return what --map says: columns by header, and whether all others are as proposed. Raises BadParameters."""
    columns: dict[str, str] = {}
    faults: list[Fault] = []
    accept = False
    for option in options:
        if option.strip().lower() == PROPOSED:
            accept = True
            continue
        header, equals, column = option.rpartition("=")
        if not equals or not header.strip() or not column.strip():
            faults.append(Fault("--map", f"“{option[:60]}” is not HEADER=COLUMN, nor “{PROPOSED}”."))
        elif columns.setdefault(header.strip(), column.strip()) != column.strip():
            faults.append(Fault("--map", f"says two things about “{header.strip()[:40]}”."))
    if faults:
        raise BadParameters(faults)
    return columns, accept


def print_mapping(report: ImportReport) -> None:
    """Print what each column of a file is read as, with some of its values, if somebody may want to see it."""
    mapping = report.stored.mapping
    if mapping is None or (mapping.is_settled and not _is_remarkable(mapping)):
        return
    kind = f" ({mapping.family})" if mapping.family else ""
    where = f" of the sheet “{mapping.sheet}”" if mapping.sheet else ""
    click.echo(f"Columns{where}, named in row {mapping.header_row}{kind}:")
    for column in mapping.columns:
        click.echo(f"  {_line(column)}")
    if mapping.other_sheets:
        click.echo(f"Other sheets: {', '.join(map(one_line, mapping.other_sheets))} (--sheet NAME reads another one)")


def print_mapping_steps(report: ImportReport) -> None:
    """Print the commands that say what the columns are, if the import waits for that or they were shown."""
    mapping, number = report.stored.mapping, report.import_id
    if mapping is None:
        return
    if report.status is ImportStatus.CHECKED and _is_remarkable(mapping):
        click.echo(f'To read a column otherwise: locator imports map {number} --map "HEADER=COLUMN"')
    if report.status is not ImportStatus.MAPPING:
        return
    asked = sum(column.state is ColumnState.ASKED for column in mapping.columns)
    columns = "1 column is" if asked == 1 else f"{asked} columns are"
    click.echo(f"No row has been checked yet: {columns} asked about.")
    if mapping.missing:
        click.echo("No column says which clinic a row is about: one has to be name, clinic_id or external_ids:KIND.")
    click.echo(f"To agree with what is proposed: locator imports map {number} --map {PROPOSED}")
    click.echo(f'To say otherwise: locator imports map {number} --map "HEADER=COLUMN" --map {PROPOSED}')
    click.echo("COLUMN is one of ours (locator imports map --help), or ignore.")


def can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked_columns(mapping: ColumnMapping) -> dict[int, str]:
    """Ask in the terminal about each column that is asked about, and return the answers by position."""
    print_status("Which column of ours is each of these? Enter agrees with the one in brackets; ? lists them.")
    answers: dict[int, str] = {}
    for column in mapping.columns:
        if column.state is ColumnState.ASKED:
            answers[column.position] = _ask(column)
    return answers


def _ask(column: MappedColumn) -> str:
    shown = "; ".join(column.samples) or "no values"
    while True:
        question = f"{column.letters} “{one_line(column.header)}” ({shown})"
        answer: str = click.prompt(question, default=column.column, err=True)
        if answer.strip() != "?":
            return answer.strip()
        print_status(", ".join([*COLUMN_NAMES, "ignore"]))


def _line(column: MappedColumn) -> str:
    what = _STATES[column.state]
    if column.state is not ColumnState.IGNORED:
        what += f" {column.column}"
        because = _BECAUSE[column.because]
        what += f", {because}" if because else ""
    samples = f" [{'; '.join(column.samples)}]" if column.samples else ""
    return f"{column.letters} {one_line(column.header or None)}: {what}{samples}"


def _is_remarkable(mapping: ColumnMapping) -> bool:
    """Return whether a column is read otherwise than by its own name."""
    return any(column.because.value in ("file", "values", "remembered", "given") for column in mapping.columns)
