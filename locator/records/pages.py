"""Page: one page of any list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Page(Generic[T, Key]):
    """One page of a list.

    `total` counts the whole list. `next_after` is the key of the last item, after which the next page begins; None on
    the last page.
    """

    items: Sequence[T]
    total: int
    next_after: Key | None = None


def page_of(found: Sequence[T], *, limit: int, total: int, key: Callable[[T], Key]) -> Page[T, Key]:
    """Return the page of the first `limit` items of `found`, which holds one more if there is a next page."""
    items = found[:limit]
    return Page(items, total, key(items[-1]) if len(found) > limit else None)
