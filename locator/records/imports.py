"""Imports: the clinic files that came in, what each of their rows says and does, and what became of the whole."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from locator.clinic.columns import Image, JsonValue
from locator.geo.point import Point, Precision
from locator.records.actor import Actor
from locator.records.findings import Finding


class ImportStatus(StrEnum):
    """Where an import stands.

    MAPPING: somebody has to say which column of ours some of the file's columns are; no row has been checked yet.
    LOCATING: its file is still being checked by a worker, or its addresses are still being looked up. FAILED: a worker
    could not read the file to its end.
    """

    MAPPING = "mapping"
    LOCATING = "locating"
    CHECKED = "checked"
    PUBLISHED = "published"
    UNDONE = "undone"
    FAILED = "failed"


class RowAction(StrEnum):
    """What a row does to the list, in the order a report counts them.

    HELD: the clinic stays as it is until somebody decides or gives a point. LOCATING: its address is still to be
    looked up.
    """

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    REFUSED = "refused"
    LOCATING = "locating"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a report says of a file.

    `name` is the last part of the name it came with, at most 100 visible characters; `format` is "csv" or "xlsx";
    `size` in bytes; `sha256` of the bytes, in hexadecimal. `encoding` ("utf-8", "utf-16", "windows-1252") and
    `delimiter` (",", ";", tab) are None for a workbook, and where there was no file: the sample clinics were removed.
    """

    name: str | None
    format: str
    size: int
    sha256: str
    encoding: str | None
    delimiter: str | None


class ColumnState(StrEnum):
    """Whether a column of a file is read, or not, or somebody has to say."""

    READ = "read"
    IGNORED = "ignored"
    ASKED = "asked"


class MappingSource(StrEnum):
    """Why a column of a file is read as it is.

    NAME: its header says so. FILE: files of this kind have it. VALUES: its values look so. REMEMBERED: somebody said
    so of an earlier file with this header. GIVEN: somebody said so of this file. NONE: nothing tells.
    """

    NAME = "name"
    FILE = "file"
    VALUES = "values"
    REMEMBERED = "remembered"
    GIVEN = "given"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of a file: what it is read as (`column`), or would be if somebody agrees (ASKED).

    `position` counts from 1, `letters` are those of a spreadsheet. `column` is one of ours, a part of one such as
    hours:Mo or external_ids:npi, or "ignore". `samples` are up to three of its values.
    """

    position: int
    letters: str
    header: str
    column: str
    state: ColumnState
    because: MappingSource
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column of a file is which of ours.

    `family` is the kind of file that it was recognized as. `sheet` is the one of a workbook that was read, and
    `other_sheets` are those that were not. `missing` are columns of ours of which the file needs one, and has none.
    """

    columns: tuple[MappedColumn, ...]
    family: str | None = None
    header_row: int = 1
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to be asked about any column."""
        return not self.missing and all(each.state is not ColumnState.ASKED for each in self.columns)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a file has, how many of them do what, and how many clinics publishing retires."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    refused: int = 0
    locating: int = 0
    retired: int = 0

    def of(self, action: RowAction) -> int:
        count: int = getattr(self, action.value)
        return count


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the clinics of an import that are neither refused nor held: how many have what people look for."""

    clinics: int = 0
    with_point: int = 0
    with_phone: int = 0
    with_hours: int = 0
    verified: int = 0


@dataclass(frozen=True, slots=True)
class OrganizationImpact:
    """How many of an organization's listed clinics an import changes or retires; a clinic that closes is retired."""

    organization: str | None
    listed: int
    changed: int
    retired: int


@dataclass(frozen=True, slots=True)
class ListImpact:
    """How many clinics are listed, and how many an import adds, changes or retires; one that closes is retired."""

    listed: int
    added: int
    changed: int
    retired: int


@dataclass(frozen=True, slots=True)
class Brake:
    """The number to type before publishing, and what it counts.

    `organizations` are those of which much is changed or retired; `whole_list` is set if the list as a whole shrinks or
    grows too much, and then the number is that of all clinics the import touches.
    """

    number: int
    organizations: tuple[OrganizationImpact, ...]
    whole_list: ListImpact | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that becomes another; None: empty."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class AcceptedCell:
    """A cell that was replaced by what a finding with this code proposed; `column` is one of ours."""

    row: int
    column: str
    code: str
    old: str
    new: str


RecordValue = str | bool | float | date | Point | tuple[str, ...] | None

# The word after "; point: " at the end of a `source` cell says what its point marks: a hospital's or a clinic's
# entrance, the middle of a campus, of a ZIP code or of a town. docs/clinic-files.md describes it.
_POINT_MARK = "; point: "
_MARKED_PRECISIONS = {
    "hospital": Precision.ADDRESS,
    "clinic": Precision.ADDRESS,
    "campus": Precision.STREET,
    "zip": Precision.ZIP,
    "city": Precision.CITY,
}


@dataclass(frozen=True, slots=True)
class ClinicRecord:
    """What a row says of the clinic `clinic_id`, "" if it does not say which one.

    A column that is not in `values` stays as it is; None empties it.

    By column, but lat and lon are one value named `point` (None: look up the address). Phones are E.164 with `;ext=`;
    specialties, languages and accreditations are tuples ("()" empties); `specialties` holds codes in the order of the
    specialties' table; yes/no columns hold True, False or None for "not known"; status a Status.
    """

    row: int
    clinic_id: str
    values: dict[str, RecordValue]

    def as_json(self) -> dict[str, JsonValue | dict[str, float] | None]:
        """Return the values as JSON, the way the import keeps and reports them."""
        return {name: _json(value) for name, value in self.values.items()}

    @property
    def point(self) -> Point | None:
        value = self.values.get("point")
        return value if isinstance(value, Point) else None

    def text(self, column: str) -> str | None:
        value = self.values.get(column)
        return value if isinstance(value, str) else None

    @property
    def marked_precision(self) -> Precision | None:
        """How closely its point tells where the entrance is, if its `source` says so by a mark."""
        _, mark, word = (self.text("source") or "").rpartition(_POINT_MARK)
        return _MARKED_PRECISIONS.get(word) if mark else None


def _json(value: RecordValue) -> JsonValue | dict[str, float] | None:
    match value:
        case Point():
            return {"lat": value.lat, "lon": value.lon}
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImport:
    """One import as it stands; `findings` are those of the file as a whole.

    `mapping` is None only for imports of earlier versions of ours.
    `dataset_version` is the version of the list that publishing it made, None before. `paused_until` and
    `paused_because` tell of an outage of the geocoders. `checked_part` is how much of the file a worker has checked, 0
    to 1; None once that is done.
    """

    import_id: int
    status: ImportStatus
    made_at: datetime
    by: Actor
    file: FileFacts
    header: tuple[str, ...]
    full_list_of: str | None
    mapping: ColumnMapping | None
    counts: Counts
    findings: tuple[Finding, ...]
    coverage: Coverage
    brake: Brake | None
    published_at: datetime | None
    published_by: str | None
    dataset_version: int | None
    undone_at: datetime | None
    undone_by: str | None
    paused_until: datetime | None
    paused_because: str | None
    checked_part: float | None = None


class IdentityState(StrEnum):
    """How it is known which clinic a row without a clinic_id is about.

    MATCHED: it has the clinic's own number, or its name and address. DECIDED: somebody said so, now or for an earlier
    file. NEW: it is like no clinic there is. PROPOSED: it is like one clinic, and somebody has to agree. OPEN: it is
    like several, or not enough like one.
    """

    MATCHED = "matched"
    DECIDED = "decided"
    NEW = "new"
    PROPOSED = "proposed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clinic that a row may be about: what is `alike`, in words; `meters` apart, None if one has no point."""

    clinic_id: str
    name: str
    city: str
    phone: str | None
    alike: tuple[str, ...]
    meters: float | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which clinic a row without a clinic_id is about.

    `organization` and `subject` are what an answer is remembered by: whose file it is, and what the row says of who it
    is. `candidates` are the clinics it may be, the most likely first. `proposal` is the only likely one, None if there
    is none.
    """

    state: IdentityState
    organization: str
    subject: str
    candidates: tuple[Candidate, ...] = ()
    proposal: str | None = None

    @property
    def is_undecided(self) -> bool:
        return self.state in (IdentityState.PROPOSED, IdentityState.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """One row of an import: what it says (`record`), what the clinic becomes (`image`), and what that changes.

    `based_on` is the version of the clinic it was compared with, None if there was none. `raw` holds the cells of the
    file, as they go back to its sender if the row is not taken. `accepted` are the cells that were replaced by what was
    proposed. `identity` is set if the file does not say which clinic the row is about; while that is open, `clinic_id`
    is None.
    """

    row: int
    action: RowAction
    clinic_id: str | None = None
    based_on: int | None = None
    record: ClinicRecord | None = None
    image: Image | None = None
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    raw: tuple[str, ...] | None = None
    accepted: tuple[AcceptedCell, ...] = ()
    identity: Identity | None = None

    @property
    def name(self) -> str | None:
        """The clinic's name as it becomes, or as the row says."""
        name = (self.image or {}).get("name") or (self.record.text("name") if self.record else None)
        return str(name) if name else None


@dataclass(frozen=True, slots=True)
class RetiringClinic:
    """A clinic that publishing takes off the list."""

    clinic_id: str
    name: str
    city: str | None
