"""`python -m benchmarks`, which is `make bench`."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.measuring import measure
from benchmarks.report import LARGE, SMALL
from locator.cli.running.signals import Stopped, stop_signals
from locator.cluster.binaries import Say

RESULTS = Path(__file__).parent / "RESULTS.md"
SIZES = (SMALL, 10_000, LARGE)


def read_sizes(_context: click.Context, _parameter: click.Parameter, given: str) -> list[int]:
    """Return the sizes of an option such as 100,10000."""
    try:
        sizes = [int(size) for size in given.split(",")]
    except ValueError:
        raise click.BadParameter("numbers separated by commas, such as 100,10000") from None
    if min(sizes) < 1:
        raise click.BadParameter("each must be 1 or more")
    return sizes


def write_report(measured: Callable[[Say], str], output: Path) -> None:
    """Write the report that `measured` returns; its lines to `say` are printed with the elapsed seconds."""
    began = time.monotonic()

    def say(line: str) -> None:
        click.echo(f"{time.monotonic() - began:5.0f} s  {line}")

    try:
        with stop_signals():
            report = measured(say)
    except Stopped:
        raise click.Abort from None
    output.write_text(report, encoding="utf-8")
    click.echo(f"\n{report}")


@click.command()
@click.option(
    "--sizes",
    callback=read_sizes,
    default=",".join(map(str, SIZES)),
    show_default=True,
    help="numbers of clinics, separated by commas",
)
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=15, show_default=True, help="how long each measurement takes"
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS,
    help="the report; benchmarks/RESULTS.md if not given",
)
def main(sizes: list[int], seconds: float, output: Path) -> None:
    """Measure searches per second over HTTP, compared with pgbench running the same SQL, and write the report.

    It takes some seven minutes, most of it measuring; figures are steadier on an idle machine. Everything runs on a
    throw-away cluster and on loopback, and is deleted afterwards.
    """
    write_report(lambda say: measure(sizes, seconds=seconds, say=say).markdown(), output)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
