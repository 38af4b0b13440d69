"""docs/reliability.md: each program writes the sections that are its own and leaves the others."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.report import us_date
from locator.config.settings import PROJECT_FOLDER

RELIABILITY = PROJECT_FOLDER / "docs" / "reliability.md"

_TITLE = """\
# Reliability

What happened to the service when it was attacked and when what it needs failed. `make test-faults` and `make soak`
write this page. A process that has nothing else to do asks for `/healthz` and for a ZIP all the while, over nginx as
`deploy/nginx` configures it or over the bare service. Load averages above the number of cores mean that the machine
had other work to do as well.
"""


def replace_section(title: str, text: str, path: Path = RELIABILITY) -> None:
    """Write the section with this title, in the place where it was or at the end."""
    document = path.read_text(encoding="utf-8") if path.exists() else _TITLE
    section = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(document):
        document = pattern.sub(lambda _: f"{section}\n", document)
    else:
        document = f"{document.rstrip()}\n\n{section}"
    path.write_text(f"{document.rstrip()}\n", encoding="utf-8")


def circumstances(seed: int) -> str:
    """Return when and on what it was measured."""
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{us_date(datetime.now(UTC).date())}; seed {seed}; {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()}, Python {platform.python_version()}; the load averages at the end were {load}."
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"


def statuses(counted: dict[int | str, int]) -> str:
    """Return how often each status came, the most frequent first."""
    ordered = sorted(counted.items(), key=lambda each: (-each[1], str(each[0])))
    return ", ".join(f"{count:,} × {status}" for status, count in ordered) or "none"
