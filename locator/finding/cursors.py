"""Cursors: the opaque `next` of a page, signed, which says where the next page begins and is valid for one question."""

import hashlib
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from locator.errors import BadParameters, Fault
from locator.finding.fallback import Fit
from locator.finding.search import PageStart, SearchQuery
from locator.store.clinics.nearest import After

# How a cursor is written, as a pattern: what it holds, and its signature (SHA-256), both in base64 for URLs.
CURSOR = r"\.?[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}"

_FAULT = Fault("cursor", "is not the “next” of an answer to this question. Please ask without it.", "bad-cursor")


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors with the secret key of the service."""

    secret_key: str

    def write(self, question: str, position: list[Any]) -> str:
        """Return the cursor for a position in the answer to `question`."""
        return self._signer().dumps([self._mark(question), *position])

    def read(self, question: str, cursor: str) -> list[Any]:
        """Return the position. Raises BadParameters for a cursor that was edited or belongs to another question."""
        try:
            mark, *position = list[Any](self._signer().loads(cursor))
        except (BadData, TypeError, ValueError):
            raise BadParameters([_FAULT]) from None
        if mark != self._mark(question):
            raise BadParameters([_FAULT])
        return position

    def write_after(self, question: str, last: Any) -> str | None:
        """Return the cursor of the page after the key `last`, None if that is None: there is no next page."""
        return None if last is None else self.write(question, [last])

    def read_after(self, question: str, cursor: str | None) -> Any:
        """Return the key after which the page begins, None for the first page. Raises BadParameters as `read` does."""
        return self.read(question, cursor)[0] if cursor else None

    def write_page(self, query: SearchQuery, page: PageStart) -> str:
        # The distance keeps every bit, so that the next page begins exactly after the last clinic.
        return self.write(question_of(query), [page.after.meters.hex(), page.after.clinic_id, page.rank, page.fit])

    def read_page(self, query: SearchQuery, cursor: str) -> PageStart:
        meters, clinic_id, rank, fit = self.read(question_of(query), cursor)
        return PageStart(After(float.fromhex(meters), clinic_id), rank, Fit(fit))

    def _mark(self, question: str) -> str:
        # Keyed, so that a cursor reveals nothing about the question.
        key = hashlib.sha256(self.secret_key.encode()).digest()
        return hashlib.blake2b(question.encode(), key=key, digest_size=9).hexdigest()

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt="cursor", signer_kwargs={"digest_method": hashlib.sha256})


def question_of(query: SearchQuery) -> str:
    """Return what all pages of a question have in common: everything but the page and its size."""
    return repr((query.where, query.wanted, query.radius_miles))
