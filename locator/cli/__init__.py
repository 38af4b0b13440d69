"""The command line: `locator`, one file for each command or group of commands."""

from locator.cli.commands import main

__all__ = ["main"]
