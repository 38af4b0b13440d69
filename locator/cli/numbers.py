"""Numbers as a command line takes them: what no record of ours can have is not understood."""

import click

_LARGEST = 999_999_999  # as in the API

RECORD_NUMBER = click.IntRange(1, _LARGEST)
COUNT_OF_CLINICS = click.IntRange(0, _LARGEST)
