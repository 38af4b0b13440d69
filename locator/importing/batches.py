"""Rows some at a time, so that memory stays bounded however many a file has."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

ROWS_AT_ONCE = 500

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = ROWS_AT_ONCE) -> Iterator[list[Item]]:
    """Give the items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
