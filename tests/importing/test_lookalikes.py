"""New clinics that look like others: what was decided is heeded everywhere, and nobody is listed twice unseen."""

from collections.abc import Iterator

import pytest

from locator.errors import ListChanged
from locator.importing.importer import decide_likeness, get_report, publish_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, check, codes, counted, listed_ids, publish, snapshot

PHONE = "608-263-6400"


def decide(database: Database, report: ImportReport, clinic_id: str, other: str, decision: str) -> ImportReport:
    return decide_likeness(report.import_id, clinic_id, other, decision, by=ADMIN, database=database)


def publish_checked(database: Database, report: ImportReport) -> ImportReport:
    return publish_import(report.import_id, by=ADMIN, database=database)


def alike(report: ImportReport) -> Iterator[str]:
    """Return the clinics that new ones look like, in the order of the findings."""
    for finding in report.findings:
        if finding.likeness:
            yield finding.likeness.clinic_id


def test_the_likely_twin_is_shown_first_then_the_nearest_of_the_same_phone(database: Database) -> None:
    publish(
        database,
        a_row("another", name="Somewhere Else", phone=PHONE),
        a_row("twin", name="Capitol Oncology", phone=PHONE, lat="43.2"),
    )
    report = check(database, a_row("new", name="Oncology at the Capitol", phone=PHONE, lat="43.1"))

    assert (codes(report), list(alike(report)), report.counts.held) == (["likely-duplicate"], ["twin"], 1)
    decided = decide(database, report, "new", "twin", "different")
    assert (codes(decided), list(alike(decided)), decided.counts.held) == (["similar-clinic"], ["another"], 0)
    assert list(alike(decide(database, report, "new", "another", "different"))) == []


def test_the_same_holds_among_the_rows_of_one_file(database: Database) -> None:
    report = check(database, *(a_row(name, phone=PHONE, lat=lat) for name, lat in
                               [("one", "43.0"), ("two", "43.1"), ("three", "43.17")]))  # fmt: skip

    assert list(alike(report)) == ["one", "two"]
    assert list(alike(decide(database, report, "three", "two", "different"))) == ["one", "one"]


def test_the_nearest_of_those_with_the_phone_is_named(database: Database) -> None:
    publish(
        database,
        *(a_row(f"c{number}", name=f"Site {number}", phone=PHONE, lat=f"43.0{number}") for number in range(1, 5)),
    )

    assert list(alike(check(database, a_row("new", name="Twin", phone=PHONE, lat="43.031")))) == ["c3"]


def test_of_those_at_one_door_with_the_phone_the_most_similar_is_named(database: Database) -> None:
    publish(database, *(a_row(f"c{number}", name=name, phone=PHONE) for number, name in
                        enumerate(["Breast Care", "Infusion Suite", "Radiation Therapy"])))  # fmt: skip

    assert list(alike(check(database, a_row("new", name="Infusions", phone=PHONE)))) == ["c1"]


def test_the_same_clinic_is_found_even_if_another_is_nearer(database: Database) -> None:
    publish(database, a_row("same", name="Twin", phone=PHONE, lat="43.2"))
    row = a_row("new", name="The Twin", phone=PHONE)
    decide(database, check(database, row), "new", "same", "same")
    publish(database, a_row("nearer", name="Somewhere Else", phone=PHONE, lat="43.08"))

    report = check(database, row)

    assert codes(report) == ["same-clinic"]
    assert list(alike(report)) == ["same"]


def test_a_mind_can_be_changed_both_ways(database: Database) -> None:
    publish(database, a_row("capitol", phone=PHONE))
    report = check(database, a_row("new", phone=PHONE, lat="43.2"))

    for decision, counts in 2 * [("different", {"rows": 1, "added": 1}), ("same", {"rows": 1, "held": 1})]:
        assert counted(decide(database, report, "new", "capitol", decision)) == counts


def test_what_is_decided_in_one_import_reaches_another_that_is_checked_already(database: Database) -> None:
    publish(database, a_row("capitol", phone=PHONE))
    row = a_row("new", phone=PHONE, lat="43.2")
    mine, theirs = check(database, row), check(database, row)
    decide(database, theirs, "new", "capitol", "same")

    with pytest.raises(ListChanged, match="new"):
        publish_checked(database, mine)

    assert counted(get_report(mine.import_id, database=database)) == {"rows": 1, "held": 1}
    assert publish_checked(database, mine).status == "published"
    assert listed_ids(database) == ["capitol"]


def test_a_row_that_was_held_is_not_published_unseen_when_it_is_decided_to_be_different(database: Database) -> None:
    publish(database, a_row("capitol", phone=PHONE))
    row = a_row("new", phone=PHONE, lat="43.2")
    decide(database, check(database, row), "new", "capitol", "same")
    mine = check(database, row, a_row("other", lat="43.15"))
    decide(database, check(database, row), "new", "capitol", "different")

    with pytest.raises(ListChanged):
        publish_checked(database, mine)

    assert counted(get_report(mine.import_id, database=database)) == {"rows": 2, "added": 2}


def test_two_imports_do_not_add_one_clinic_under_two_ids_unseen(database: Database) -> None:
    mine = check(database, a_row("mine", phone=PHONE), a_row("far-away", lat="43.2"))
    theirs = check(database, a_row("theirs", phone=PHONE, lat="43.08"))
    publish_checked(database, theirs)

    with pytest.raises(ListChanged) as changed:
        publish_checked(database, mine)

    assert changed.value.clinic_ids == ("mine",)
    now = get_report(mine.import_id, database=database)
    assert list(alike(now)) == ["theirs"]
    assert now.stored.dataset_version is None
    assert publish_checked(database, mine).status == "published"  # somebody has looked


def test_what_was_seen_and_what_looks_like_no_other_clinic_blocks_nothing(database: Database) -> None:
    publish(database, a_row("capitol", phone=PHONE))
    mine = check(database, a_row("new", phone=PHONE, lat="43.2"))
    publish(database, a_row("other", phone="608-263-6499", lat="43.15"))

    assert publish_checked(database, mine).status == "published"


CAPITOL = a_row("capitol", name="Capitol Cancer Center", phone=PHONE, street="1 Main Street")
TWIN = CAPITOL | {"clinic_id": "twin", "name": "Capitol Cancer Centre", "phone": "608-263-6401"}
OTHER = a_row("other", name="Dean Clinic", lat="43.15")


def test_an_undecided_twin_is_not_published_and_the_listed_clinic_stays_as_it_is(database: Database) -> None:
    publish(database, CAPITOL)
    before = snapshot(database)

    report = publish(database, TWIN)
    more = publish(database, TWIN, OTHER)

    assert (codes(report), counted(report)) == (["likely-duplicate"], {"rows": 1, "held": 1})
    assert counted(more) == {"rows": 2, "added": 1, "held": 1}
    assert listed_ids(database) == ["capitol", "other"]
    assert snapshot(database)[0] == before[0]


def test_two_clinics_are_asked_about_once_and_no_later_file_asks_again(database: Database) -> None:
    publish(database, CAPITOL)
    report = check(database, TWIN)
    publish_checked(database, decide(database, report, "twin", "capitol", "different"))
    assert listed_ids(database) == ["capitol", "twin"]

    again = check(database, TWIN | {"phone": "608-263-6402"}, CAPITOL | {"phone": "608-263-6403"})
    full = check(database, CAPITOL, TWIN)
    retired = publish(database, CAPITOL | {"organization": "Capitol Health"}, full_list_of="Capitol Health")

    assert (codes(again), counted(again)) == ([], {"rows": 2, "changed": 2})
    assert (codes(full), counted(full)) == ([], {"rows": 2, "unchanged": 2})
    assert retired.counts.held == 0


def test_of_two_rows_of_one_file_that_are_likely_one_clinic_the_second_is_held(database: Database) -> None:
    report = check(database, CAPITOL, TWIN, OTHER)

    assert (codes(report), counted(report)) == (["likely-duplicate"], {"rows": 3, "added": 2, "held": 1})
    assert "capitol, new in row 2, is “Capitol Cancer Center”, Madison, 608-" in report.findings[0].expected
    assert counted(decide(database, report, "twin", "capitol", "different")) == {"rows": 3, "added": 3}
    assert counted(check(database, CAPITOL, TWIN, OTHER)) == {"rows": 3, "added": 3}


def test_a_listed_clinic_that_comes_to_look_like_another_is_still_updated(database: Database) -> None:
    publish(database, CAPITOL, OTHER)

    report = publish(database, OTHER | {"name": "Capitol Cancer Center", "phone": PHONE, "lat": CAPITOL["lat"]})

    assert counted(report) == {"rows": 1, "changed": 1}


def test_a_twin_is_found_by_its_address_even_if_its_point_is_elsewhere(database: Database) -> None:
    publish(database, CAPITOL)

    report = check(database, TWIN | {"street": "1 MAIN ST", "lat": "43.0800"})

    assert (codes(report), report.counts.held) == (["likely-duplicate"], 1)
    assert report.findings[0].found == "capitol (a similar name and house number, 589 m away)"


def test_a_new_clinic_without_an_id_that_is_like_another_row_is_held(database: Database) -> None:
    rows = [
        {name: cell for name, cell in row.items() if name != "clinic_id"}
        for row in (CAPITOL, CAPITOL | {"name": "Capitol Cancer Team"})
    ]

    report = check(database, *rows)

    assert (codes(report), counted(report)) == (["likely-duplicate"], {"rows": 2, "added": 1, "held": 1})


def test_a_twin_hidden_among_departments_with_the_same_phone_is_found(database: Database) -> None:
    publish(database, CAPITOL, *(
        a_row(name, name=f"Capitol Cancer Center {name.title()}", phone=PHONE, lat=lat)
        for name, lat in [("infusion", "43.0761"), ("radiation", "43.0762"), ("breast", "43.0763"), ("lung", "43.0764")]
    ))  # fmt: skip

    report = check(database, CAPITOL | {"clinic_id": "twin", "lat": "43.0762", "street": "9 Other Street"})

    assert "capitol" in list(alike(report))
    assert report.counts.held == 1
