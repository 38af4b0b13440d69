"""Who changes the list, as the history and the audit name them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program: `via` is how the change came in (command line, api, worker, seed).

    `key_id` is the API key that was used, if any.
    """

    name: str
    via: str
    key_id: str | None = None


# Who makes the sample clinics: as long as one of them is listed, every answer says "sample data".
SAMPLE_DATA = Actor("sample data", "seed")
