"""The list of clinics over time: its version, each clinic as it is now, and the versions it has had."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from locator.clinic.clinic import Clinic
from locator.clinic.columns import Image
from locator.records.actor import Actor


@dataclass(frozen=True, slots=True)
class Dataset:
    """The list of clinics as of one publishing; `sample` as long as one of the sample clinics is on it."""

    version: int
    published_at: datetime
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """How much is known of the listed clinics.

    `known`: by the name of a filter, of how many clinics its fact is known, whatever it is. `speaking`: by the ISO 639
    code of a language, at how many clinics it is spoken.
    """

    listed: int
    known: Mapping[str, int]
    speaking: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CurrentClinic:
    """A clinic as it is now, and the version that made it so."""

    clinic: Clinic
    version_id: int


class ClinicChange(StrEnum):
    """What made a version of a clinic."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ClinicVersion:
    """A clinic as one change left it: who made it, when, by which import; no image if an undo took it away."""

    version_id: int
    change: ClinicChange
    image: Image | None
    import_id: int | None
    by: Actor
    made_at: datetime
