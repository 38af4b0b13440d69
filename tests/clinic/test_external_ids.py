"""The numbers by which other lists know a clinic."""

from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.external_ids import is_npi, kind_of, with_ids


def test_the_last_digit_of_an_npi_checks_the_others() -> None:
    # The example of the standard (CMS, "Requirements for National Provider Identifier and NPI Check Digit", 2004).
    assert is_npi("1234567893")
    assert not any(is_npi(f"123456789{digit}") for digit in "012456789")
    assert not is_npi("123456789")
    assert not is_npi("12345678933")
    assert not is_npi("١٢٣٤٥٦٧٨٩٣")


@given(st.integers(100_000_000, 299_999_999))
def test_one_check_digit_fits_each_number(number: int) -> None:
    assert sum(is_npi(f"{number}{digit}") for digit in range(10)) == 1


_IDS = st.lists(st.from_regex(r"(npi|ccn|store-code):[A-Z0-9]{1,4}", fullmatch=True), max_size=6, unique=True)


@given(_IDS, _IDS)
def test_ids_that_are_given_replace_those_of_their_kind_and_no_others(known: list[str], given_ids: list[str]) -> None:
    after = with_ids(known, given_ids)

    kinds = {kind_of(each) for each in given_ids}
    assert set(after) == set(given_ids) | {each for each in known if kind_of(each) not in kinds}
    assert with_ids(after, given_ids) == after
