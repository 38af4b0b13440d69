"""Types of parameters that several commands have."""

import click

_LARGEST_NUMBER = 999_999_999  # as in the API

RECORD_NUMBER = click.IntRange(1, _LARGEST_NUMBER)
COUNT_OF_CLINICS = click.IntRange(0, _LARGEST_NUMBER)
