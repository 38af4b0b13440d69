"""What `locator up` tells the person who runs it: a terminal that is gone, or a full disk, must not end the service."""

from contextlib import suppress

import click


def tell(line: str, *, end: bool = True) -> None:
    """Print a line where that is possible; without its `end`, the line goes on."""
    with suppress(OSError, ValueError):  # ValueError: the stream is closed
        click.echo(line, nl=end)
