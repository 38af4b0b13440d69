"""Headers as people write them: understood where certain, asked back where not, passed over where strange."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locator.clinic.columns import COLUMN_NAMES
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.header import letters_of, read_header
from tests.importing.files.file_bytes import codes, opened, sample


def faults_of(*cells: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Read a header that must be refused; gives code, parameter and what to write."""
    with pytest.raises(UnreadableFile) as refusal:
        read_header(cells)
    assert refusal.value.code == "header"
    return [(fault.code, fault.parameter, tuple(fault.allowed)) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    "written",
    ["clinic_id", "CLINIC_ID", "Clinic ID", "clinic-id", " clinicId ", '"clinic_id"', "'Clinic Id'", "\ufeffclinic_id",
     "clinic\u00a0id", "clinic\u200bid", "ＣＬＩＮＩＣ＿ＩＤ", "clinic–id"],
)  # fmt: skip
def test_case_spaces_underscores_hyphens_and_marks_do_not_matter(written: str) -> None:
    header = read_header([written, "name"])

    assert header.positions == {"clinic_id": 0, "name": 1}
    assert header.given == (written, "name")
    assert header.findings == ()


@pytest.mark.parametrize(
    ("written", "column"),
    [("ZIP Code", "zip"), ("Telephone", "phone"), ("Street Address", "street"), ("Latitude", "lat"), ("lng", "lon"),
     ("Organisation", "organization"), ("Opening Hours", "hours")],
)  # fmt: skip
def test_another_name_that_can_mean_nothing_else_is_read_and_told(written: str, column: str) -> None:
    header = read_header(["clinic_id", written])

    assert header.positions == {"clinic_id": 0, column: 1}
    assert [(finding.code, finding.column, finding.found) for finding in header.findings] == [
        ("read-as-column", column, written)
    ]


@pytest.mark.parametrize(
    ("written", "likely"),
    [("Adress", "street"), ("address 1", "street"), ("Telefone", "phone"), ("Specialtys", "specialties"),
     ("nam", "name"), ("statuss", "status"), ("Language", "languages"), ("Suite", "unit"), ("comments", "notes"),
     ("URL", "website"), ("longitud", "lon"), ("accepting_new_patient", "accepting_new_patients"), ("zips", "zip")],
)  # fmt: skip
def test_a_doubtful_header_is_asked_back_with_the_likely_column(written: str, likely: str) -> None:
    assert faults_of("clinic_id", written) == [("doubtful-header", written, (likely,))]


def test_all_headers_at_fault_are_named_at_once() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        sample("doubtful-header.csv")

    told = {fault.parameter: fault.allowed for fault in refusal.value.faults}
    assert told == {"Clinc ID": ("clinic_id",), "Adress": ("street",), "Telefone": (), "Region": ()}
    assert all(f"“{column}”" in str(refusal.value) for column in ("clinic_id", "street"))


def test_a_refused_header_names_every_column_that_would_not_be_read() -> None:
    header = "Facility ID,Clinic / Facility Name,Addres,City,St,Zip Code,Telephone,Web Page,Hrs,Region,error,"

    assert faults_of(*header.split(",")) == [
        ("doubtful-header", "Clinic / Facility Name", ("name",)),
        ("doubtful-header", "Addres", ("street",)),
        ("doubtful-header", "St", ("state",)),
        ("doubtful-header", "Web Page", ("website",)),
        ("doubtful-header", "Hrs", ("hours",)),
        ("unknown-header", "Region", ()),
    ]


def test_what_is_not_read_is_told_with_its_place() -> None:
    with pytest.raises(UnreadableFile, match="“Region” \\(column B\\) is not read"):
        read_header(["city", "Region"])


def test_what_resembles_a_column_that_the_file_has_besides_is_only_passed_over() -> None:
    header = read_header(["clinic_id", "phone", "Phone 2", "name", "facility"])

    assert header.positions == {"clinic_id": 0, "phone": 1, "name": 3}
    assert [(finding.code, finding.found) for finding in header.findings] == [
        ("unknown-column", "Phone 2"), ("unknown-column", "facility"),
    ]  # fmt: skip


@pytest.mark.parametrize("strange", ["Region", "county", "email", "CLIA", "created at", "x" * 500, "???", ""])
def test_a_column_near_to_nothing_is_passed_over_and_told(strange: str) -> None:
    header = read_header(["clinic_id", strange, "name"])

    assert header.positions == {"clinic_id": 0, "name": 2}
    assert [finding.code for finding in header.findings] == ["unknown-column"]
    assert len(header.findings[0].found or "") <= 40


def test_the_column_of_our_refused_rows_is_passed_over_without_a_word() -> None:
    header = read_header(["error", "clinic_id", "name"])

    assert header.positions == {"clinic_id": 1, "name": 2}
    assert header.findings == ()


def test_something_must_tell_which_clinic_a_row_is_about() -> None:
    assert faults_of("city", "phone") == [("missing-header", "clinic_id", ("clinic_id",))]
    assert read_header(["name", "city"]).positions == {"name": 0, "city": 1}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("NPI", "npi"), ("CMS Certification Number (CCN)", "ccn"), ("Facility ID", "facility-id"),
        ("Store code", "store-code"), ("BPHC Assigned Number", "hrsa-site"), ("Entity ID", "entity-id"),
    ],
)  # fmt: skip
def test_a_column_of_another_lists_numbers_is_known(header: str, kind: str) -> None:
    read = read_header([header, "city"])

    assert (read.positions, read.ids) == ({"city": 1}, {kind: 0})
    (finding,) = read.findings
    assert (finding.code, finding.column, finding.found) == ("read-as-column", "external_ids", header)


def test_a_doubtful_clinic_id_is_not_told_as_missing_besides() -> None:
    assert faults_of("id", "name") == [("doubtful-header", "id", ("clinic_id",))]


def test_the_same_column_twice_is_refused_with_each_position() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        sample("twice-the-same-header.csv")

    (fault,) = refusal.value.faults
    assert (fault.code, fault.parameter) == ("duplicate-header", "phone")
    assert all(place in fault.detail for place in ("2 (B)", "4 (D)", "5 (E)"))


def test_strange_columns_may_stand_twice() -> None:
    assert read_header(["clinic_id", "Region", "Region"]).positions == {"clinic_id": 0}


def test_blank_cells_behind_the_header_do_not_count() -> None:
    clinics = opened(b"clinic_id,name,,\nlakeside,Lakeside,,\ncapitol,Capitol,x,\n")

    assert clinics.header == ("clinic_id", "name")
    assert [codes(line) for line in clinics.lines()] == [[], ["too-many-cells"]]


def test_a_row_too_wide_for_a_header_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="cannot be a header"):
        read_header(["clinic_id"] * 501)


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_a_spreadsheet_does(position: int, letters: str) -> None:
    assert letters_of(position) == letters


@given(st.lists(st.one_of(st.text(max_size=70), st.sampled_from(COLUMN_NAMES)), max_size=8))
@example(["clinic_id", "\ud800"])
def test_any_header_is_read_or_refused(cells: list[str]) -> None:
    refusal, header = None, None
    try:
        header = read_header(cells)
    except UnreadableFile as error:
        refusal = error

    if header is not None:
        assert header.ids or {"clinic_id", "name", "external_ids"} & header.positions.keys()
        assert set(header.positions) <= set(COLUMN_NAMES)
    if refusal is not None:
        assert refusal.faults
        assert all(len(fault.parameter) <= 40 and fault.parameter.isprintable() for fault in refusal.faults)


@given(st.permutations(COLUMN_NAMES), st.integers(1, len(COLUMN_NAMES)))
def test_columns_may_stand_in_any_order(columns: list[str], count: int) -> None:
    some = list(dict.fromkeys(["clinic_id", *columns[:count]]))

    header = read_header(some)

    assert list(header.positions) == some
    assert {finding.code for finding in header.findings} <= {"notes-are-public"}
