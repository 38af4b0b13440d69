"""Whatever comes, an import takes it, or refuses it in our own words; what it publishes can be taken back exactly."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locator.errors import BadParameters
from locator.importing.files.errors import FileTooLarge, UnreadableFile
from locator.importing.importer import ImportOptions, check_import, publish_import, undo_import
from locator.importing.report import ImportReport
from locator.records.imports import RowAction
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, publish, snapshot
from tests.helpers.databases import empty
from tests.helpers.examples import examples
from tests.helpers.list_change import url_of
from tests.importing.files.test_reader_properties import BEGINNINGS
from tests.importing.generated_files import clinic_files

# The list they are held against: known well, known a little, and retired.
LISTED = (
    a_row("capitol", organization="Capitol Health", phone="608-263-6400", specialties="clinical_trials",
          hours="Mo-Fr 08:00-17:00", verified_on="2025-09-01", street="1 Main Street"),
    a_row("lakefront", organization="Capitol Health", lat="43.09"),
)  # fmt: skip
RETIRED = a_row("south", organization="Capitol Health", lat="43.01", phone="608-263-6499")


@pytest.fixture
def listed(database: Database) -> Database:
    """Return a database with a small list, one clinic of it retired."""
    list_clinics(database)
    return database


def list_clinics(database: Database) -> None:
    publish(database, *LISTED, RETIRED)
    with database.change() as stores:
        stores.clinics.retire([RETIRED["clinic_id"]], by=ADMIN)


def check(database: Database, content: bytes, **options: object) -> ImportReport:
    """Check a file that is these bytes; `options` are fields of ImportOptions."""
    wanted = ImportOptions(**options)  # type: ignore[arg-type]
    return check_import(io.BytesIO(content), name="clinics.csv", by=ADMIN, database=database, options=wanted).report


def assert_each_row_is_counted_once(report: ImportReport) -> None:
    assert sum(map(report.counts.of, RowAction)) == report.counts.rows > 0


@examples(200)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=500))
@example(b"", b"clinic_id\na\0")
@example(b"clinic_id,name\n", b"a,\xed\xa0\x80")
def test_any_bytes_are_reported_on_or_refused(listed: Database, beginning: bytes, rest: bytes) -> None:
    try:
        report = check(listed, beginning + rest, dry_run=True)
    except (UnreadableFile, FileTooLarge):
        return
    assert_each_row_is_counted_once(report)


@examples(80)
@given(clinic_files(), st.booleans(), st.booleans())
def test_each_row_is_counted_once(listed: Database, content: bytes, can_locate: bool, full: bool) -> None:
    organization = "Capitol Health" if full else None

    try:
        report = check(listed, content, dry_run=True, can_locate=can_locate, full_list_of=organization)
    except UnreadableFile:  # each of its rows is blank
        return

    assert_each_row_is_counted_once(report)
    assert can_locate or not report.counts.locating


@examples(60)
@given(clinic_files(), st.booleans())
def test_what_was_checked_can_be_published_once_and_undone(listed: Database, content: bytes, full: bool) -> None:
    organization = "Capitol Health" if full else None
    before = snapshot(listed)
    with as_it_was(listed):
        try:
            report = check(listed, content, full_list_of=organization)
        except UnreadableFile:
            return
        number = report.stored.brake.number if report.stored.brake else None

        published = publish_import(report.import_id, by=ADMIN, database=listed, confirmed=number)
        again = check(listed, content)

        assert published.counts == report.counts
        assert (again.counts.added, again.counts.changed) == (0, 0)
        assert again.counts.rows == report.counts.rows
        undo_import(report.import_id, by=ADMIN, database=listed)
        assert snapshot(listed) == before


@examples(40)
@given(st.text(max_size=60))
@example("Capitol\0Health")
@example("\ud800")
@example("%")
def test_any_name_of_an_organization_is_known_or_refused(listed: Database, organization: str) -> None:
    try:
        report = check(listed, b"clinic_id\ncapitol\n", dry_run=True, full_list_of=organization)
    except BadParameters:
        return
    assert report.stored.full_list_of == organization


@contextmanager
def as_it_was(database: Database) -> Iterator[None]:
    """Let a failed example leave the list as the next one expects it."""
    try:
        yield
    except BaseException:
        empty(url_of(database))
        list_clinics(database)
        raise
