"""Reading answers: the ids and notices of a page, and all pages of a question."""

from collections.abc import Iterator

from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.places import Places
from locator.store.database import Database


def ids(result: SearchResult) -> list[str]:
    return [match.clinic.clinic_id for match in result.matches]


def notices(result: SearchResult) -> list[str]:
    return [notice.code for notice in result.notices]


def pages(query: SearchQuery, places: Places, database: Database) -> Iterator[SearchResult]:
    """Walk all pages of an answer."""
    while True:
        result = find_clinics(query, places=places, database=database)
        yield result
        if result.next_page is None:
            return
        query = query.from_page(result.next_page)
