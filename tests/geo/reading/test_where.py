"""Reading what a person typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo.errors import UnreadablePlace
from locator.geo.point import Point
from locator.geo.reading.where import LONGEST_WHERE, County, StreetAddress, Town, Where, Zip, read_where


@pytest.mark.parametrize(
    "text",
    [
        "53703",
        " 53703 ",
        "53 703",
        "5 3 7 0 3",
        "53703-1234",
        "53703 - 1234",
        "537031234",
        "53703–1234",  # an en dash, as word processors make it
        "５３７０３",  # full-width
        "٥٣٧٠٣",  # Arabic-Indic
        "५३७०३",  # Devanagari
        "\u200b53703\ufeff",  # pasted with a zero-width space and a byte order mark
        "53703\u00a0",
        "53703\r\n",
        "WI 53703",
        "wi, 53703",
        "53703, USA",
        "WI 53703-1234, United States",
    ],
)
def test_a_zip_is_read_however_it_is_typed(text: str) -> None:
    assert read_where(text) == Zip("53703")


@pytest.mark.parametrize("text", ["537O3", "5370o", "l3703", "53I03"])
def test_a_letter_in_a_zip_is_told(text: str) -> None:
    with pytest.raises(UnreadablePlace, match="ZIP code with a letter in it"):
        read_where(text)


@pytest.mark.parametrize("text", ["5", "5370", "537031", "53703123", "5370312345", "1" * LONGEST_WHERE, "12 13"])
def test_a_number_of_another_length_is_no_zip(text: str) -> None:
    with pytest.raises(UnreadablePlace, match="five digits"):
        read_where(text)


@pytest.mark.parametrize(
    "text",
    [
        "43.0731,-89.4012",
        " 43.0731 , -89.4012 ",
        "43.0731 -89.4012",
        "+43.0731, -89.4012",
        "43.0731°, -89.4012°",
        "43.0731N,89.4012W",
        "43.0731° N, 89.4012° W",
        "43.0731n 89.4012w",
        "43.0731N, -89.4012W",
        "４３．０７３１，－８９．４０１２",
        "43.0731,\u221289.4012",  # a minus sign
    ],
)
def test_a_point_is_read_north_first(text: str) -> None:
    assert read_where(text) == Point(lat=43.0731, lon=-89.4012)


def test_a_point_may_have_no_decimals_where_a_comma_parts_it() -> None:
    assert read_where("43,-89") == Point(lat=43.0, lon=-89.0)


@pytest.mark.parametrize("text", ["33.9S,151.2W", "-33.9S,-151.2W", "-33.9,-151.2"])
def test_south_and_west_are_negative_also_when_said_twice(text: str) -> None:
    assert read_where(text) == Point(lat=-33.9, lon=-151.2)


@pytest.mark.parametrize("text", ["-89.4012,43.0731", "-87.9, 43.0"])
def test_a_swapped_point_is_told(text: str) -> None:
    with pytest.raises(UnreadablePlace, match="These look swapped"):
        read_where(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("91,0", "lat must be a number from -90 to 90"),
        ("-91.5,44.8", "lat must be a number from -90 to 90"),
        ("43,-181", "lon must be a number from -180 to 180"),
        ("99999999999999999999,-89.5", "lat must be a number from -90 to 90"),
        ("nan,-89.4", "two plain numbers"),
        ("43.07,NaN", "two plain numbers"),
        ("inf,-inf", "two plain numbers"),
        ("43.07,-Infinity", "two plain numbers"),
        ("1e400,-89.4", "two plain numbers"),
        ("4.3e1,-8.9e1", "two plain numbers"),
    ],
)
def test_a_point_that_is_none_is_told(text: str, what: str) -> None:
    with pytest.raises(UnreadablePlace, match=what):
        read_where(text)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Eau Claire", Town(name="Eau Claire", whole="Eau Claire")),
        ("Eau Claire, WI", Town(name="Eau Claire", whole="Eau Claire, WI", state="WI")),
        ("Eau Claire WI", Town(name="Eau Claire", whole="Eau Claire WI", state="WI")),
        ("Eau Claire, Wisconsin, USA", Town(name="Eau Claire", whole="Eau Claire, Wisconsin", state="WI")),
        ("Madison, Wis.", Town(name="Madison", whole="Madison, Wis.", state="WI")),
        ("Madison wi 53703", Town(name="Madison", whole="Madison wi", state="WI", zip=Zip("53703"))),
        ("Madison, 53703-1234", Town(name="Madison", whole="Madison", zip=Zip("53703"))),
        ("53703, Madison", Town(name="Madison", whole="Madison", zip=Zip("53703"))),
        ("Fargo North Dakota", Town(name="Fargo", whole="Fargo North Dakota", state="ND")),
        ("Washington, District of Columbia", Town("Washington", "Washington, District of Columbia", state="DC")),
        ("Lake Wisconsin", Town(name="Lake", whole="Lake Wisconsin", state="WI")),
        ("Oregon", Town(name="Oregon", whole="Oregon")),
        ("Village of Superior", Town(name="Superior", whole="Village of Superior", kind="village")),
        (
            "City of Superior, Douglas County, WI",
            Town("Superior", "City of Superior, Douglas County, WI", state="WI", county="Douglas", kind="city"),
        ),
        ("Silver Lake, Kenosha Co.", Town("Silver Lake", "Silver Lake, Kenosha Co.", county="Kenosha")),
    ],
)
def test_a_town_is_read_with_all_that_was_added(text: str, town: Town) -> None:
    assert read_where(text) == town


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("Dane County", County("Dane")),
        ("dane county, wisconsin", County("dane", state="WI")),
        ("Dane Co.", County("Dane")),
        ("Fond du Lac County WI", County("Fond du Lac", state="WI")),
        ("Cook County, IL", County("Cook", state="IL")),
    ],
)
def test_a_county_is_read(text: str, county: County) -> None:
    assert read_where(text) == county


@pytest.mark.parametrize(
    ("text", "parts", "state", "zip_code"),
    [
        ("600 Highland Ave, Madison, WI 53792", ("600 Highland Ave", "Madison"), "WI", Zip("53792")),
        ("600 Highland Ave Madison", ("600 Highland Ave Madison",), None, None),
        ("600 Highland Ave, Madison, Dane County, WI", ("600 Highland Ave", "Madison"), "WI", None),
        ("N56W39043 Wisconsin Ave, Oconomowoc", ("N56W39043 Wisconsin Ave", "Oconomowoc"), None, None),
        ("12345 W Capitol Dr, Brookfield WI", ("12345 W Capitol Dr", "Brookfield"), "WI", None),
        ("State Street, Madison", ("State Street", "Madison"), None, None),
    ],
)
def test_an_address_is_read_down_to_its_town(
    text: str, parts: tuple[str, ...], state: str | None, zip_code: Zip | None
) -> None:
    assert read_where(text) == StreetAddress(text=text, parts=parts, state=state, zip=zip_code)


@pytest.mark.parametrize("text", ["", "   ", "?", ",,,", "-", "\u200b", "'"])
def test_nothing_is_answered_with_what_to_give(text: str) -> None:
    with pytest.raises(UnreadablePlace, match="Please enter a ZIP code"):
        read_where(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mad\x00ison",
        "53703\x07",
        "Madison\x1b[31m",
        "\u202e30735",
        "Madi\u2066son",
        "\ud800",
        "53703\udfff",
        "\ue000Rome",
    ],
)
def test_what_no_person_types_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePlace, match="characters that we cannot read"):
        read_where(text)


def test_text_that_was_not_utf8_is_refused() -> None:
    with pytest.raises(UnreadablePlace, match="not valid UTF-8"):
        read_where("Pr\ufffdirie du Chien")


@pytest.mark.parametrize("character", ["5", "a", " ", ",", "\u0301", "\ufdfa", "é", "💥"])
def test_a_megabyte_of_text_is_refused(character: str) -> None:
    with pytest.raises(UnreadablePlace, match=f"at most {LONGEST_WHERE} characters"):
        read_where(character * 1_000_000)


_PIECES = [
    "Madison", "WI", "53703", "Dane", "County", "Co.", "of", "Village", "City", ",", ", ", " ", "-", "USA", "12",
    "N56W390", "north", "Dakota", "43.1", "-89.4", "nan", "1e9", "'", ".",
]  # fmt: skip
_TYPED = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="0123456789 ,.-+°NSEWnsewOoIleWIco", max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=9).map(" ".join),
)


@given(_TYPED)
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    told = ""
    try:
        where = read_where(text)
    except UnreadablePlace as error:
        told = str(error)

    assert told.endswith((".", "?")) if told else isinstance(where, Where)


@given(
    st.sampled_from(["{}\x00", "{},1e5", "{},-89.4", "9{}9", "{}" + "x" * 200, "\u202e{}", "{}, inf", "44.1,{}"]),
    st.integers(10**9, 10**10 - 1),
)
def test_a_refusal_never_repeats_what_was_typed(form: str, mark: int) -> None:
    with pytest.raises(UnreadablePlace) as caught:
        read_where(form.format(mark))

    assert str(mark) not in str(caught.value)


@given(st.floats(0, 90), st.floats(-180, -1e-9))
def test_a_written_point_is_read_back(lat: float, lon: float) -> None:
    where = read_where(f"{lat:.15f},{lon:.15f}")

    assert isinstance(where, Point)
    assert (where.lat, where.lon) == pytest.approx((lat, lon), abs=1e-14)
