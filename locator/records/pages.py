"""Page: one page of any list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    `total` counts the whole list. `next_after` is the key of the last item, after which the next page begins; None on
    the last page.
    """

    items: Sequence[T]
    total: int
    next_after: int | str | None = None
