"""A file without ids: each row finds its clinic, is asked about once, or is a new one; nothing is lost or guessed."""

import csv
import io

import pytest

from locator.errors import BadParameters, WrongImportState
from locator.importing.exporting import export_clinics, refused_file
from locator.importing.identity.deciding import decide_rows
from locator.importing.importer import publish_import, undo_import
from locator.importing.report import ImportReport
from locator.records.imports import IdentityState, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, check, codes, counted, listed_ids, publish, snapshot

BELLIN = a_row(
    "bellin-memorial-hospital-green-bay",
    name="Bellin Memorial Hospital",
    organization="Bellin Health",
    street="744 South Webster Avenue",
    city="Green Bay",
    zip="54301",
    phone="920-433-3500",
    lat="44.5010",
    lon="-88.0130",
)
MERCY = a_row(
    "mercy-hospital-oshkosh",
    name="Ascension Mercy Hospital",
    organization="Ascension Wisconsin",
    street="500 South Oakwood Road",
    city="Oshkosh",
    zip="54904",
    phone="920-223-2000",
    lat="44.0190",
    lon="-88.5890",
)


def without_id(row: dict[str, str], **cells: str) -> dict[str, str]:
    return {name: cell for name, cell in {**row, **cells}.items() if name != "clinic_id"}


@pytest.fixture
def listed(database: Database) -> Database:
    publish(database, BELLIN, MERCY)
    return database


def rows_of(database: Database, report: ImportReport) -> list[StoredRow]:
    with database.transaction() as stores:
        return list(stores.imports.rows(report.import_id))


def states(database: Database, report: ImportReport) -> list[tuple[str, str | None, str | None]]:
    """Return for each row its state, its clinic, and the one that is proposed."""
    return [
        (row.identity.state.value, row.clinic_id, row.identity.proposal) if row.identity else ("", row.clinic_id, None)
        for row in rows_of(database, report)
    ]


def decide(
    database: Database, report: ImportReport, decisions: dict[int, str | None], *, accept: bool = False
) -> ImportReport:
    return decide_rows(report.import_id, decisions, accept_proposals=accept, by=ADMIN, database=database)


def test_a_row_with_the_name_and_address_of_a_clinic_is_that_clinic(listed: Database) -> None:
    report = check(
        listed,
        without_id(BELLIN, street="744 S. Webster Ave", phone="920-433-3501"),
        without_id(MERCY),
    )

    assert counted(report) == {"rows": 2, "changed": 1, "unchanged": 1}
    assert states(listed, report) == [
        ("matched", "bellin-memorial-hospital-green-bay", None),
        ("matched", "mercy-hospital-oshkosh", None),
    ]


def test_the_federal_way_of_writing_a_name_is_the_same_name(listed: Database) -> None:
    report = check(listed, without_id(BELLIN, name="BELLIN MEMORIAL HSPTL", street="744 SOUTH WEBSTER AVENUE"))

    assert states(listed, report) == [("matched", "bellin-memorial-hospital-green-bay", None)]


def test_a_single_likely_clinic_is_proposed_and_the_row_is_held_until_somebody_agrees(listed: Database) -> None:
    before = snapshot(listed)
    row = without_id(BELLIN, name="Bellin Hospital Cancer Team", street="PO Drive 1", phone="(920) 433-3500")

    report = check(listed, row)

    assert counted(report) == {"rows": 1, "held": 1}
    (finding,) = [each for each in report.findings if each.code == "proposed-clinic"]
    assert (finding.row, finding.column) == (2, "clinic_id")
    assert finding.proposal == "bellin-memorial-hospital-green-bay"
    assert (finding.found or "").startswith("bellin-memorial-hospital-green-bay (a similar name, the same phone")
    publish_import(report.import_id, by=ADMIN, database=listed)
    assert snapshot(listed) == before

    again = check(listed, row)
    accepted = decide(listed, again, {}, accept=True)

    assert counted(accepted) == {"rows": 1, "changed": 1}
    assert codes(accepted) == ["point-of-old-address"]
    publish_import(again.import_id, by=ADMIN, database=listed, confirmed=accepted.counts.changed)
    with listed.transaction() as stores:
        clinic = stores.clinics.get("bellin-memorial-hospital-green-bay")
    assert clinic is not None
    assert clinic.name == "Bellin Hospital Cancer Team"
    assert listed_ids(listed) == ["bellin-memorial-hospital-green-bay", "mercy-hospital-oshkosh"]


def test_an_answer_is_asked_for_once(listed: Database) -> None:
    row = without_id(BELLIN, name="Bellin Hospital Cancer Team", street="1 Other Street")
    decide(listed, check(listed, row), {2: "bellin-memorial-hospital-green-bay"})

    again = check(listed, row)

    assert states(listed, again) == [("decided", "bellin-memorial-hospital-green-bay", None)]
    assert counted(again) == {"rows": 1, "changed": 1}


def test_an_answer_counts_for_the_files_of_its_organization_alone(listed: Database) -> None:
    row = without_id(BELLIN, name="Cancer Team", street="1 Other Street")
    decide(listed, check(listed, row), {2: "bellin-memorial-hospital-green-bay"})

    other = check(listed, {**row, "organization": "Another Health"})

    assert [state for state, *_ in states(listed, other)] != ["decided"]


def test_several_likely_clinics_are_asked_about_and_named(database: Database) -> None:
    publish(
        database,
        a_row("north", name="Capitol Oncology North", phone="608-263-6400", street="1 Main Street"),
        a_row("south", name="Capitol Oncology South", phone="608-263-6400", street="1 Main Street"),
    )

    report = check(
        database, without_id(a_row("", name="Capitol Oncology", phone="608-263-6400", street="1 Main Street"))
    )

    assert counted(report) == {"rows": 1, "held": 1}
    assert codes(report) == ["which-clinic"]
    ((row),) = rows_of(database, report)
    assert row.identity is not None
    assert row.identity.proposal is None
    assert {each.clinic_id for each in row.identity.candidates} == {"north", "south"}
    assert counted(decide(database, report, {2: "south"})) == {"rows": 1, "changed": 1}
    assert counted(decide(database, report, {2: "north"})) == {"rows": 1, "changed": 1}  # somebody changed their mind


def test_a_row_like_no_clinic_is_a_new_one_whose_id_is_made_from_its_name(listed: Database) -> None:
    row = without_id(a_row("", name="Lakeside Cancer Center", street="9 Lake Street", phone="608-263-6499"))

    report = publish(listed, row)

    assert counted(report) == {"rows": 1, "added": 1}
    assert "lakeside-cancer-center-madison" in listed_ids(listed)
    again = check(listed, row)
    assert (counted(again), again.findings) == ({"rows": 1, "unchanged": 1}, [])
    renamed = check(listed, {**row, "phone": "608-263-6498", "name": "Lakeside Cancer Center"})
    assert counted(renamed) == {"rows": 1, "changed": 1}


def test_a_row_decided_to_be_new_is_never_asked_about_again(listed: Database) -> None:
    row = without_id(BELLIN, name="Bellin Breast Center")
    report = check(listed, row)
    assert counted(report) == {"rows": 1, "held": 1}

    decided = decide(listed, report, {2: None})

    assert counted(decided) == {"rows": 1, "added": 1}
    assert codes(decided) == []  # nor as a likely twin of the clinic that it is not
    publish_import(report.import_id, by=ADMIN, database=listed)
    assert "bellin-breast-center-green-bay" in listed_ids(listed)
    assert counted(check(listed, row)) == {"rows": 1, "unchanged": 1}


def test_undo_takes_the_new_clinic_back_and_the_same_file_gives_it_the_same_id(listed: Database) -> None:
    before = snapshot(listed)
    row = without_id(a_row("", name="Lakeside Cancer Center"))
    undo_import(publish(listed, row).import_id, by=ADMIN, database=listed)
    assert snapshot(listed) == before

    again = check(listed, row)

    assert states(listed, again) == [("decided", "lakeside-cancer-center-madison", None)]
    assert counted(again) == {"rows": 1, "added": 1}


def test_the_numbers_of_the_sender_are_kept_and_match_from_then_on(listed: Database) -> None:
    first = {**without_id(BELLIN), "NPI": "1234567893", "Store code": "A 12"}
    publish(listed, first)
    with listed.transaction() as stores:
        clinic = stores.clinics.get("bellin-memorial-hospital-green-bay")
    assert clinic is not None
    assert clinic.external_ids == ("npi:1234567893", "store-code:A 12")

    second = check(
        listed,
        {
            "NPI": "1234567893",
            "name": "Emplify Health Green Bay Hospital",
            "street": "1 New Street",
            "city": "Green Bay",
            "state": "WI",
            "phone": "920-433-3500",
        },
    )

    assert states(listed, second) == [("matched", "bellin-memorial-hospital-green-bay", None)]


def test_a_file_of_numbers_alone_finds_its_clinics(listed: Database) -> None:
    publish(listed, {**BELLIN, "external_ids": "npi:1234567893"})

    report = check(
        listed, {"NPI": "1234567893", "organization": "Bellin Health", "city": "Green Bay", "fax": "920-433-3599"}
    )

    assert states(listed, report)[0][0] in ("matched", "proposed")
    assert "proposed-clinic" in codes(report) or counted(report) == {"rows": 1, "changed": 1}


def test_a_number_of_one_organization_says_nothing_of_another(listed: Database) -> None:
    publish(listed, {**BELLIN, "external_ids": "store-code:7"}, MERCY)

    report = check(
        listed,
        {
            **without_id(a_row("", name="Lakeside Cancer Center", street="9 Lake Street")),
            "organization": "Lakeside Health",
            "Store code": "7",
        },
    )

    assert states(listed, report)[0][0] == "new"


def test_one_number_for_many_sites_makes_nobody_another_clinic(listed: Database) -> None:
    """Some organizations have one NPI for all their sites."""
    publish(listed, {**BELLIN, "external_ids": "npi:1234567893"})
    before = snapshot(listed)
    sites = [
        {
            **without_id(BELLIN, name=f"Bellin Health {town}", street=f"{number} Oak Street", phone=""),
            "NPI": "1234567893",
        }
        for number, town in enumerate(("Ashwaubenon", "De Pere"), 1)
    ]

    report = check(listed, *sites)

    assert counted(report) == {"rows": 2, "held": 2}
    publish_import(report.import_id, by=ADMIN, database=listed)
    assert snapshot(listed) == before


def test_two_rows_are_never_the_same_clinic(listed: Database) -> None:
    report = check(listed, without_id(BELLIN), without_id(BELLIN, name="Bellin Hospital Cancer Team"))
    assert counted(report) == {"rows": 2, "held": 2}

    with pytest.raises(BadParameters) as refused:
        decide(listed, report, dict.fromkeys((2, 3), "bellin-memorial-hospital-green-bay"))

    assert [fault.code for fault in refused.value.faults] == ["taken", "taken"]
    assert counted(decide(listed, report, {2: "bellin-memorial-hospital-green-bay", 3: None})) == {
        "rows": 2, "unchanged": 1, "added": 1,
    }  # fmt: skip


def test_a_row_with_an_id_goes_before_one_that_only_looks_like_its_clinic(listed: Database) -> None:
    report = check(listed, BELLIN, {**without_id(BELLIN), "phone": "920-433-3501", "clinic_id": ""})

    assert [row.action.value for row in rows_of(listed, report)] == ["unchanged", "held"]


def test_rows_that_say_the_same_of_who_they_are_are_refused(listed: Database) -> None:
    row = without_id(a_row("", name="Lakeside Cancer Center"))

    report = check(listed, row, {**row, "phone": "608-263-6499"})

    assert counted(report) == {"rows": 2, "refused": 2}
    assert codes(report) == ["same-row-twice", "same-row-twice"]


def test_an_undecided_row_retires_nobody(listed: Database) -> None:
    """Its clinic is in the full list, though nobody knows yet which one it is."""
    row = without_id(BELLIN, name="Bellin Hospital Cancer Team", street="1 Other Street")

    report = check(listed, row, full_list_of="Bellin Health")

    assert counted(report) == {"rows": 1, "held": 1}
    assert "full-list-incomplete" in codes(report)
    decided = decide(listed, report, {2: "bellin-memorial-hospital-green-bay"})
    assert (counted(decided), codes(decided)) == ({"rows": 1, "changed": 1}, ["point-of-old-address"])


def test_an_undecided_row_goes_back_to_its_sender_whole(listed: Database) -> None:
    row = without_id(BELLIN, name="Bellin Hospital Cancer Team", street="1 Other Street")
    report = check(listed, row)

    text = b"".join(refused_file(report.import_id, listed)).decode("utf-8-sig")

    assert "Bellin Hospital Cancer Team" in text
    assert "most likely about this clinic" in text


def test_what_cannot_be_decided_is_refused_row_by_row(listed: Database) -> None:
    report = check(listed, without_id(BELLIN, name="Bellin Hospital Cancer Team", street="1 Other Street"), MERCY)

    with pytest.raises(BadParameters) as refused:
        decide(listed, report, {2: "no-such-clinic", 3: "mercy-hospital-oshkosh", 99: None})

    assert [(fault.parameter, fault.code) for fault in refused.value.faults] == [
        ("row 2", "no-such-clinic"), ("row 3", "no-such-row"), ("row 99", "no-such-row"),
    ]  # fmt: skip
    publish_import(report.import_id, by=ADMIN, database=listed)
    with pytest.raises(WrongImportState):
        decide(listed, report, {2: None})


def test_a_retired_clinic_is_found_too(listed: Database) -> None:
    with listed.transaction() as stores:
        stores.clinics.retire(["mercy-hospital-oshkosh"], by=ADMIN)

    report = check(listed, without_id(MERCY))

    assert states(listed, report) == [("matched", "mercy-hospital-oshkosh", None)]
    assert [each.code for each in report.findings if each.code == "listed-again"] == ["listed-again"]


def test_an_export_without_its_ids_is_nothing_to_do(database: Database) -> None:
    """Even clinics of one organization in one building tell themselves apart."""
    publish(database, BELLIN, MERCY, *(
        a_row(f"capitol-{name}", name=f"Capitol Health {name.title()}", organization="Capitol Health",
              street="1 Main Street", phone="608-263-6400")
        for name in ("oncology", "radiation", "imaging")
    ))  # fmt: skip
    lines = b"".join(export_clinics(database, staff=True)).decode("utf-8-sig")
    rows = [without_id(row) for row in csv.DictReader(io.StringIO(lines))]

    report = check(database, *rows)

    assert counted(report) == {"rows": 5, "unchanged": 5}
    assert {state for state, *_ in states(database, report)} == {IdentityState.MATCHED.value}
