"""One import from the file to the list and back: what it would change, what it changes, and what undo brings back."""

import pytest

from locator.clinic.columns import cells_of
from locator.errors import (
    BadParameters,
    BrakeOn,
    IdempotencyKeyReused,
    ImportNotFound,
    ListChanged,
    UndoBlocked,
    WrongImportState,
)
from locator.importing.importer import (
    ImportOptions,
    check_import,
    decide_likeness,
    get_report,
    publish_import,
    undo_import,
)
from locator.importing.report import ImportReport
from locator.records.findings import Likeness, LikenessKind
from locator.records.imports import Change, Coverage, ListImpact, OrganizationImpact, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_file, a_row, check, codes, counted, listed_ids, publish, snapshot
from tests.helpers.clinics import MILWAUKEE, a_clinic, open_clinics


def rows_of(database: Database, report: ImportReport) -> list[StoredRow]:
    with database.transaction() as stores:
        return list(stores.imports.rows(report.import_id))


def test_a_check_says_what_would_change_and_changes_nothing(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400"), a_row("lakefront", phone="414-555-0101"))
    before = snapshot(database)

    report = check(
        database,
        a_row("capitol", phone="608-263-6401"),
        a_row("lakefront", phone="414-555-0101"),
        a_row("new", phone="608-263-6499"),
        a_row("bad", zip="5370"),
    )

    assert counted(report) == {"rows": 4, "added": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert codes(report) == ["zip-lost-zeros"]
    changed = rows_of(database, report)[0]
    assert changed.changes == (Change("phone", "+16082636400", "+16082636401"),)
    assert report.status == "checked"
    assert snapshot(database) == before


def test_publishing_makes_the_list_what_the_file_says(database: Database) -> None:
    open_clinics(database, a_clinic("old"))
    row = a_row("capitol", phone="608-263-6400", specialties="clinical trials; palliative_care", telehealth="yes")

    report = publish(database, row)

    assert report.status == "published"
    assert report.stored.published_by == "dana"
    with database.transaction() as stores:
        clinic = stores.clinics.get("capitol")
        dataset = stores.clinics.dataset()
        (version,) = stores.clinics.history("capitol")
        audit = [(line.action, line.import_id) for line in stores.audit.lines()]
    assert clinic is not None
    assert (clinic.phone, clinic.telehealth, clinic.address.county) == ("+16082636400", True, "Dane")
    assert clinic.specialty_codes() == {"clinical_trials", "palliative_care"}
    assert listed_ids(database) == ["capitol", "old"]
    assert (version.import_id, version.by, version.change) == (report.import_id, ADMIN, "added")
    assert report.stored.dataset_version == dataset.version
    assert audit == [("import-published", report.import_id), ("import-checked", report.import_id)]


def test_an_empty_cell_leaves_and_clear_empties(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400", website="https://capitol.example", hours="Mo 08:00-12:00"))

    publish(database, {"clinic_id": "capitol", "phone": "", "website": "(clear)"})

    with database.transaction() as stores:
        clinic = stores.clinics.get("capitol")
    assert clinic is not None
    assert (clinic.phone, clinic.website, clinic.hours) == ("+16082636400", None, "Mo 08:00-12:00")


def test_the_same_file_twice_is_nothing_to_do(database: Database) -> None:
    row = a_row("capitol", phone="608-263-6400", specialties="clinical_trials", hours="Mo-Fr 08:00-17:00")
    first = publish(database, row)
    before = snapshot(database)

    second = publish(database, row)

    assert counted(second) == {"rows": 1, "unchanged": 1}
    assert second.findings == []
    assert snapshot(database) == before
    assert second.stored.dataset_version == first.stored.dataset_version


def test_undo_brings_back_exactly_what_was_replaced(database: Database) -> None:
    open_clinics(
        database,
        a_clinic("capitol", phone="+16082636400", specialties=("clinical_trials",), organization="Capitol Health"),
        a_clinic("south", organization="Capitol Health", at=MILWAUKEE),
    )
    before = snapshot(database)
    row = a_row("capitol", phone="608-263-6401", specialties="palliative_care", organization="Capitol Health")
    report = publish(database, row, a_row("new", organization="Capitol Health"), full_list_of="Capitol Health")
    assert listed_ids(database) == ["capitol", "new"]
    assert snapshot(database) != before

    undone = undo_import(report.import_id, by=ADMIN, database=database)

    assert undone.status == "undone"
    assert snapshot(database) == before
    with database.transaction() as stores:
        assert [version.change for version in stores.clinics.history("new")] == ["undone", "added"]
        assert stores.audit.lines(import_id=report.import_id)[0].action == "import-undone"


def test_imports_are_undone_one_after_the_other(database: Database) -> None:
    empty = snapshot(database)
    first = publish(database, a_row("capitol", phone="608-263-6400"))
    between = snapshot(database)
    second = publish(database, a_row("capitol", phone="608-263-6401"))

    with pytest.raises(UndoBlocked) as blocked:
        undo_import(first.import_id, by=ADMIN, database=database)
    assert blocked.value.clinic_ids == ("capitol",)

    undo_import(second.import_id, by=ADMIN, database=database)
    assert snapshot(database) == between
    undo_import(first.import_id, by=ADMIN, database=database)
    assert snapshot(database) == empty


def test_what_an_undone_import_said_of_a_new_clinic_is_forgotten(database: Database) -> None:
    report = publish(database, a_row("capitol", phone="608-263-6499"))
    undo_import(report.import_id, by=ADMIN, database=database)

    publish(database, a_row("capitol"))

    with database.transaction() as stores:
        clinic = stores.clinics.get("capitol")
    assert clinic is not None
    assert clinic.phone is None


def test_publishing_and_undoing_twice_is_once(database: Database) -> None:
    report = publish(database, a_row("capitol"))
    again = publish_import(report.import_id, by=ADMIN, database=database)
    assert again.stored.published_at == report.stored.published_at

    undone = undo_import(report.import_id, by=ADMIN, database=database)
    assert undo_import(report.import_id, by=ADMIN, database=database).stored.undone_at == undone.stored.undone_at
    with pytest.raises(WrongImportState, match="was undone"):
        publish_import(report.import_id, by=ADMIN, database=database)
    with database.transaction() as stores:
        actions = [line.action for line in stores.audit.lines(import_id=report.import_id)]
    assert actions == ["import-undone", "import-published", "import-checked"]


def test_an_import_that_is_not_published_cannot_be_undone(database: Database) -> None:
    report = check(database, a_row("capitol"))

    with pytest.raises(WrongImportState, match="nothing to undo"):
        undo_import(report.import_id, by=ADMIN, database=database)


@pytest.mark.parametrize("story", [publish_import, undo_import])
def test_an_import_that_is_not_there_is_told(database: Database, story: object) -> None:
    with pytest.raises(ImportNotFound):
        story(987654, by=ADMIN, database=database)  # type: ignore[operator]
    with pytest.raises(ImportNotFound):
        get_report(987654, database=database)


def test_a_dry_run_keeps_nothing(database: Database) -> None:
    report = check(database, a_row("capitol"), dry_run=True)

    assert counted(report) == {"rows": 1, "added": 1}
    with pytest.raises(ImportNotFound):
        get_report(report.import_id, database=database)
    with database.transaction() as stores:
        assert stores.audit.lines() == []


def test_a_list_that_changed_since_the_check_is_compared_again(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400"), a_row("other"))
    mine = check(database, {"clinic_id": "capitol", "phone": "608-263-6401", "fax": "608-263-6402"})
    publish(database, {"clinic_id": "capitol", "phone": "608-263-6401"})

    with pytest.raises(ListChanged) as changed:
        publish_import(mine.import_id, by=ADMIN, database=database, confirmed=1)

    assert changed.value.clinic_ids == ("capitol",)
    (row,) = rows_of(database, mine)
    assert row.changes == (Change("fax", None, "+16082636402"),)
    assert publish_import(mine.import_id, by=ADMIN, database=database, confirmed=1).status == "published"


def test_a_change_of_other_clinics_blocks_nothing(database: Database) -> None:
    publish(database, a_row("capitol"), a_row("lakefront"))
    mine = check(database, {"clinic_id": "capitol", "phone": "608-263-6401"})
    publish(database, {"clinic_id": "lakefront", "phone": "608-263-6402"})

    assert publish_import(mine.import_id, by=ADMIN, database=database, confirmed=1).status == "published"


def test_a_refused_row_leaves_its_clinic_as_it_is(database: Database) -> None:
    publish(database, a_row("capitol", organization="Capitol Health", phone="608-263-6400"), a_row("south"))
    before = snapshot(database)

    report = publish(
        database, a_row("capitol", organization="Capitol Health", phone="call us"), full_list_of="Capitol Health"
    )

    assert counted(report) == {"rows": 1, "refused": 1}
    assert snapshot(database) == before


def test_rows_about_one_clinic_are_all_refused(database: Database) -> None:
    report = check(database, a_row("capitol"), a_row("lakefront"), a_row("capitol", name="Another"))

    assert counted(report) == {"rows": 3, "added": 1, "refused": 2}
    assert codes(report) == ["duplicate-id", "duplicate-id"]
    assert "Row 4 has the same clinic_id" in report.findings[0].expected


def test_a_new_clinic_needs_its_name_and_town(database: Database) -> None:
    report = check(database, {"clinic_id": "capitol", "phone": "608-263-6400"})

    assert counted(report) == {"rows": 1, "refused": 1}
    assert [finding.column for finding in report.findings] == ["name", "city", "state"]


def test_a_row_without_a_point_is_held_where_nobody_looks_addresses_up(database: Database) -> None:
    publish(database, a_row("capitol", street="1 Main Street"))
    before = snapshot(database)

    report = publish(
        database,
        a_row("new", lat="", lon="", street="2 Main Street"),
        {"clinic_id": "capitol", "street": "3 Main Street"},
    )

    assert counted(report) == {"rows": 2, "held": 2}
    [told] = [finding for finding in report.findings if finding.code == "no-geocoder"]
    assert (told.row, told.found) == (None, "rows 2 and 3")
    assert "LOCATOR_GEOCODERS" in told.expected
    assert [row.findings[-1].code for row in rows_of(database, report)] == ["no-geocoder", "no-geocoder"]
    assert snapshot(database) == before


def test_another_suite_is_the_same_house(database: Database) -> None:
    publish(database, a_row("capitol", street="1 Main Street", unit="Suite 1"))

    report = publish(database, {"clinic_id": "capitol", "unit": "Suite 2"})

    assert counted(report) == {"rows": 1, "changed": 1}


def test_a_full_list_retires_the_absent(database: Database) -> None:
    publish(database, *(a_row(f"c{number}", organization="Capitol Health") for number in range(10)), a_row("other"))

    report = check(
        database,
        *(a_row(f"c{number}", organization="capitol health") for number in range(9)),
        full_list_of="CAPITOL HEALTH",
    )

    assert [each.clinic_id for each in report.retiring] == ["c9"]
    assert report.counts.retired == 1


def test_a_full_list_of_an_unknown_organization_is_refused(database: Database) -> None:
    publish(database, a_row("capitol", organization="Capitol Health"))

    with pytest.raises(BadParameters, match="Did you mean “Capitol Health”"):
        check(database, a_row("capitol"), full_list_of="Capitol Helth")


def test_a_full_list_with_an_unreadable_row_retires_nobody(database: Database) -> None:
    publish(database, a_row("capitol", organization="Capitol Health"), a_row("south", organization="Capitol Health"))

    report = check(
        database,
        a_row("capitol", organization="Capitol Health"),
        a_row("", name=""),
        full_list_of="Capitol Health",
    )

    assert report.counts.retired == 0
    assert "full-list-incomplete" in codes(report)
    assert publish_import(report.import_id, by=ADMIN, database=database).status == "published"
    assert listed_ids(database) == ["capitol", "south"]


def test_a_kind_of_care_is_never_both_offered_and_not_offered(database: Database) -> None:
    publish(database, a_row("capitol", specialties="clinical_trials;palliative_care"))

    by_list = check(database, {"clinic_id": "capitol", "not_offered": "palliative_care"})
    by_row = check(database, a_row("new", specialties="clinical_trials", not_offered="clinical_trials"))
    moved_over = check(
        database, {"clinic_id": "capitol", "specialties": "clinical_trials", "not_offered": "palliative_care"}
    )

    assert [codes(report) for report in (by_list, by_row)] == [["offered-and-not-offered"]] * 2
    assert by_list.findings[0].found == "palliative_care"
    assert [report.counts.refused for report in (by_list, by_row)] == [1, 1]
    assert (moved_over.counts.changed, codes(moved_over)) == (1, [])


def moved(*numbers: int) -> list[dict[str, str]]:
    """Return rows that change these clinics."""
    return [{"clinic_id": f"c{number}", "notes": "Moved."} for number in numbers]


@pytest.mark.parametrize(("listed", "touched", "braked"), [(4, 4, False), (25, 5, False), (20, 5, True)])
def test_more_than_a_fifth_of_an_organization_and_at_least_five_need_the_number(
    database: Database, listed: int, touched: int, braked: bool
) -> None:
    publish(database, *(a_row(f"c{number}", organization="Capitol Health") for number in range(listed)))

    report = check(database, *moved(*range(touched)))

    assert (report.stored.brake is not None) is braked
    if not braked:
        assert publish_import(report.import_id, by=ADMIN, database=database).status == "published"
        return
    for wrong in (None, touched + 1):
        with pytest.raises(BrakeOn, match="5 of the 20 clinics of Capitol Health") as brake:
            publish_import(report.import_id, by=ADMIN, database=database, confirmed=wrong)
        assert brake.value.number == touched
    assert publish_import(report.import_id, by=ADMIN, database=database, confirmed=touched).status == "published"


def test_one_corrected_phone_never_needs_the_number(database: Database) -> None:
    publish(database, a_row("alone"), a_row("only", organization="Small Health"))

    report = check(database, {"clinic_id": "alone", "phone": "608-263-6400"}, {"clinic_id": "only", "notes": "New."})

    assert report.stored.brake is None
    assert publish_import(report.import_id, by=ADMIN, database=database).status == "published"


def closed(clinic_id: str) -> dict[str, str]:
    return {"clinic_id": clinic_id, "status": "closed"}


def test_taking_all_of_an_organization_off_the_list_needs_the_number(database: Database) -> None:
    publish(database, a_row("alone"), *(a_row(f"c{number}", organization=f"Org {number}") for number in range(12)))

    report = check(database, *map(closed, ("alone", "c0", "c1", "c2")))

    with pytest.raises(BrakeOn) as brake:
        publish_import(report.import_id, by=ADMIN, database=database)
    assert str(brake.value) == (
        "This would change or retire 1 of the 1 clinics of Org 0, 1 of the 1 clinics of Org 1, 1 of the 1 clinics of"
        " Org 2 and of 1 other organization. If that is intended, confirm it with the number 4."
    )
    alone = check(database, closed("alone"))
    with pytest.raises(BrakeOn, match="1 of the 1 clinics without an organization"):
        publish_import(alone.import_id, by=ADMIN, database=database)


def test_the_brake_counts_an_organization_once_however_it_is_spelled(database: Database) -> None:
    spellings = ["Capitol Health"] * 8 + ["CAPITOL HEALTH"] * 2
    publish(database, *(a_row(f"c{number}", organization=each) for number, each in enumerate(spellings)))

    two_of_two = check(database, *moved(8, 9))
    five_of_ten = check(database, *moved(0, 1, 2, 8, 9))

    assert two_of_two.stored.brake is None
    assert five_of_ten.stored.brake is not None
    assert five_of_ten.stored.brake.organizations == (
        OrganizationImpact("Capitol Health", listed=10, changed=5, retired=0),
    )


@pytest.mark.parametrize(("leaving", "braked"), [(4, False), (5, True)])
def test_leaving_less_than_half_of_the_list_needs_the_number(database: Database, leaving: int, braked: bool) -> None:
    publish(database, *(a_row(f"c{number}", organization=f"Org {number % 2}") for number in range(8)))

    report = check(database, *(closed(f"c{number}") for number in range(leaving)))

    whole = report.stored.brake.whole_list if report.stored.brake else None
    assert whole == (ListImpact(listed=8, added=0, changed=0, retired=5) if braked else None)
    if braked:
        with pytest.raises(BrakeOn, match=r"take 5 of the 8 listed clinics off the list\. .* with the number 5"):
            publish_import(report.import_id, by=ADMIN, database=database)
        assert publish_import(report.import_id, by=ADMIN, database=database, confirmed=5).status == "published"


@pytest.mark.parametrize(("listed", "added", "number"), [(0, 20, None), (1, 4, None), (3, 6, None), (3, 7, 7)])
def test_adding_more_than_twice_the_list_needs_the_number(
    database: Database, listed: int, added: int, number: int | None
) -> None:
    if listed:
        publish(database, *(a_row(f"c{number}", organization="Capitol Health") for number in range(listed)))

    report = check(database, *(a_row(f"new-{each}", organization="Capitol Health") for each in range(added)))

    assert (report.stored.brake.number if report.stored.brake else None) == number
    if number:
        with pytest.raises(BrakeOn, match="add 7 clinics to a list of 3"):
            publish_import(report.import_id, by=ADMIN, database=database)


def test_likely_duplicates_are_told_and_the_decision_is_remembered(database: Database) -> None:
    publish(database, a_row("capitol", name="Capitol Cancer Center", phone="608-263-6400"))
    rows = (
        a_row("capitol-2", name="Somewhere Else", phone="608-263-6400", lat="43.2"),
        a_row("capitol-3", name="Capitol Cancer Centre", lat="43.0748"),
    )

    report = check(database, *rows)

    assert codes(report) == ["likely-duplicate", "similar-clinic"]
    assert report.findings[0].likeness == Likeness("capitol", LikenessKind.PLACE, 11)
    assert report.findings[0].found == "capitol (a similar name, 11 m away)"
    assert report.findings[0].expected == (
        "capitol, on the list, is “Capitol Cancer Center”, Madison, 608-263-6400; the two points are 11 m apart. Say"
        " whether they are the same clinic or different ones; this is remembered. Until then, the row is held."
    )
    assert (report.findings[1].found or "").startswith("capitol (the same phone, ")
    assert counted(report) == {"rows": 2, "added": 1, "held": 1}

    same = decide_likeness(report.import_id, "capitol-3", "capitol", "same", by=ADMIN, database=database)
    assert counted(same) == {"rows": 2, "added": 1, "held": 1}
    decide_likeness(report.import_id, "capitol-2", "capitol", "different", by=ADMIN, database=database)
    again = check(database, *rows)
    assert codes(again) == ["same-clinic"]
    assert counted(again) == {"rows": 2, "added": 1, "held": 1}

    changed_mind = decide_likeness(again.import_id, "capitol", "capitol-3", "different", by=ADMIN, database=database)
    assert counted(changed_mind) == {"rows": 2, "added": 2}
    assert codes(changed_mind) == []


def test_clinics_of_one_file_are_held_against_each_other(database: Database) -> None:
    report = check(
        database, a_row("one", phone="608-263-6400"), a_row("two", phone="608-263-6400", lat="43.1"), a_row("three")
    )

    assert codes(report) == ["similar-clinic"]
    assert report.findings[0].row == 3


def test_a_decision_needs_a_suspicion(database: Database) -> None:
    report = check(database, a_row("one"), a_row("two", lat="43.2"))

    with pytest.raises(BadParameters, match="does not look like"):
        decide_likeness(report.import_id, "one", "two", "same", by=ADMIN, database=database)


def test_a_retired_clinic_is_listed_again_by_a_file(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400"))
    with database.transaction() as stores:
        stores.clinics.retire(["capitol"], by=ADMIN)

    report = publish(database, {"clinic_id": "capitol"})

    assert counted(report) == {"rows": 1, "added": 1}
    assert [finding.code for finding in report.findings] == ["listed-again"]
    assert listed_ids(database) == ["capitol"]


def test_a_kind_of_care_has_a_day_of_its_own(database: Database) -> None:
    def published(**cells: str) -> dict[str, str | None]:
        publish(database, {"clinic_id": "capitol", **cells})
        with database.transaction() as stores:
            clinic = stores.clinics.get("capitol")
        assert clinic is not None
        return {each.code: str(each.verified_on) if each.verified_on else None for each in clinic.specialties}

    # The clinic's day never vouches for its kinds of care.
    publish(database, a_row("capitol", specialties="clinical_trials", verified_on="2026-10-01"))
    assert published(verified_on="2026-10-02") == {"clinical_trials": None}
    assert published(specialties="palliative_care;clinical_trials:2026-11-02") == {
        "clinical_trials": "2026-11-02",
        "palliative_care": None,
    }
    # Without a day it keeps the one that the list has.
    assert published(specialties="clinical_trials") == {"clinical_trials": "2026-11-02"}
    assert published(specialties="Clinical trials (11/3/2026)") == {"clinical_trials": "2026-11-03"}
    assert published(specialties="clinical_trials: (clear)") == {"clinical_trials": None}


def test_an_export_keeps_the_days_of_care(database: Database) -> None:
    publish(database, a_row("capitol", specialties="clinical_trials:2026-11-02;palliative_care"))

    report = check(database, {"clinic_id": "capitol", "specialties": "clinical_trials:2026-11-02;palliative_care"})

    assert counted(report) == {"rows": 1, "unchanged": 1}
    with database.transaction() as stores:
        (clinic,) = stores.clinics.listed()
    assert cells_of(clinic)["specialties"] == "clinical_trials:2026-11-02;palliative_care"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("clinical_trials:2999-01-01", ["date-in-future"]),
        ("clinical_trials:1920-01-01", ["date-too-old"]),
        ("clinical_trials:since 2015", ["unreadable-date"]),
        ("clinical_trials:2026-11-02;heart surgery", ["unknown-specialty"]),
        ("heart surgery:2026-11-02", ["unknown-specialty"]),
        ("no clinical trials:2026-11-02", ["negated-specialty"]),
        ("clinical_trials:2026-11-02:2026-11-03", ["unknown-specialty"]),
    ],
)
def test_a_day_of_care_that_cannot_be_is_refused(database: Database, cell: str, found: list[str]) -> None:
    report = check(database, a_row("capitol", specialties=cell))

    assert codes(report) == found
    assert counted(report)["refused"] == 1


def test_what_is_not_offered_has_no_day(database: Database) -> None:
    report = check(database, a_row("capitol", not_offered="clinical_trials:2026-11-02"))

    assert codes(report) == ["unknown-specialty"]


def test_an_older_verification_is_told(database: Database) -> None:
    publish(database, a_row("capitol", verified_on="2026-11-02"))

    report = check(database, {"clinic_id": "capitol", "verified_on": "2026-10-01"})

    assert codes(report) == ["verified-earlier"]
    publish(database, {"clinic_id": "capitol", "specialties": "clinical_trials:2026-11-02"})

    report = check(database, {"clinic_id": "capitol", "specialties": "clinical_trials:2026-11-01"})

    assert codes(report) == ["verified-earlier"]


def test_the_same_key_is_the_same_import(database: Database) -> None:
    options = ImportOptions(idempotency_key="k-1")

    def send(*rows: dict[str, str]) -> tuple[int, bool]:
        checked = check_import(a_file(*rows), name="a.csv", by=ADMIN, database=database, options=options)
        return checked.report.import_id, checked.replayed

    first, replayed = send(a_row("capitol"))
    assert not replayed
    assert send(a_row("capitol")) == (first, True)
    with pytest.raises(IdempotencyKeyReused):
        send(a_row("lakefront"))


def test_coverage_tells_how_much_is_known(database: Database) -> None:
    publish(database, a_row("known", phone="608-263-6400", hours="Mo-Fr 08:00-17:00", verified_on="2026-11-02"))

    report = check(
        database,
        a_row("known", phone="608-263-6400", hours="Mo-Fr 08:00-17:00", verified_on="2026-11-02"),
        a_row("new", lat="43.2"),
        a_row("bad", zip="1"),
    )

    assert report.stored.coverage == Coverage(clinics=2, with_point=2, with_phone=1, with_hours=1, verified=1)
