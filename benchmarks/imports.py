"""`python -m benchmarks.imports`: how fast clinic files are checked, published and undone; writes IMPORTS.md."""

from pathlib import Path

import click

from benchmarks.__main__ import read_sizes, write_report
from benchmarks.import_measuring import measure_imports

RESULTS = Path(__file__).parent / "IMPORTS.md"
SIZES = (1_000, 10_000, 100_000)


@click.command()
@click.option(
    "--sizes",
    callback=read_sizes,
    default=",".join(map(str, SIZES)),
    show_default=True,
    help="numbers of rows, separated by commas",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="repetitions; the best time counts",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=15,
    show_default=True,
    help="for searches without an import",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS,
    help="the report; benchmarks/IMPORTS.md if not given",
)
def main(sizes: list[int], repeats: int, seconds: float, output: Path) -> None:
    """Measure imports of each size, compared with plain COPY of the same rows, and write the report.

    It takes some ten minutes; figures are steadier on an idle machine. Everything runs on a throw-away cluster, and is
    deleted afterwards.
    """
    write_report(lambda say: measure_imports(sizes, repeats=repeats, seconds=seconds, say=say).markdown(), output)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.imports")
