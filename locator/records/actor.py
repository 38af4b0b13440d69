"""Who changes the list: the name that stands in the history and in the audit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program: `via` is the way in (command line, api, worker, seed), `name` who came that way.

    `key_id` is the API key that was shown, where one was.
    """

    name: str
    via: str
    key_id: str | None = None


# Clinics that nobody but us has vouched for: as long as one of them is listed, every answer says "sample data".
SAMPLE_DATA = Actor("sample data", "seed")
