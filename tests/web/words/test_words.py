"""The words of a page: its language, and how it writes sentences, days, times and lengths."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from locator.clinic.clinic import Specialty
from locator.text.sentence import Sentence
from locator.web.words.words import LANGUAGES, Words, chosen_language

EN, ES, HMN = Words("en"), Words("es"), Words("hmn")


@pytest.mark.parametrize(
    ("lang", "accept_language", "language"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "es", "es"),
        (None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "ES_us", "es"),
        (None, "en;q=0.3,es;q=0.7", "es"),
        (None, "de,fr;q=0.9,hmn;q=0.1", "hmn"),
        (None, "mww", "hmn"),
        (None, "hmv-Latn", "hmn"),
        (None, "hnj", "hmn"),
        (None, "es;q=0,de", "en"),
        (None, "*", "en"),
        (None, "zh-CN,zh;q=0.9", "en"),
        (None, "estonian", "en"),
        ("hmn", "es", "hmn"),
        ("es-US", "en", "es"),
        (" es ", None, "es"),
        ("de", "es", "es"),
        ("", "es", "es"),
        ("en", "es", "en"),
    ],
)
def test_the_link_decides_the_language_then_the_browser(
    lang: str | None, accept_language: str | None, language: str
) -> None:
    assert chosen_language(lang, accept_language) == language


@given(st.none() | st.text(), st.none() | st.text() | st.from_regex(r"([a-z]{2}(-[A-Z]{2})?(;q=[0-9.]{1,4})?,?){1,9}"))
def test_any_header_leads_to_a_supported_language(lang: str | None, accept_language: str | None) -> None:
    assert chosen_language(lang, accept_language) in LANGUAGES


def test_an_unsupported_language_is_refused() -> None:
    with pytest.raises(ValueError, match="the pages have no language"):
        Words("tlh")


def test_a_message_is_said_in_each_language() -> None:
    assert [words.t("Find clinics") for words in (EN, ES, HMN)] == [
        "Find clinics",
        "Buscar clínicas",
        "Nrhiav chaw kho mob",
    ]


def test_a_message_that_no_catalog_has_stays_english() -> None:
    assert ES.t("There is no such {thing}.", thing="unicorn") == "There is no such unicorn."
    assert ES.n("{count} unicorn", "{count} unicorns", 2) == "2 unicorns"


def test_a_count_takes_its_form_and_its_commas() -> None:
    def said_of(words: Words, count: int) -> str:
        one, many = (
            "{count} clinic within {miles} of {place}",
            "{count} clinics within {miles} of {place}",
        )
        return words.n(one, many, count, miles=words.n("{count} mile", "{count} miles", 25), place="Troy")

    assert [said_of(EN, count) for count in (0, 1, 1200)] == [
        "0 clinics within 25 miles of Troy",
        "1 clinic within 25 miles of Troy",
        "1,200 clinics within 25 miles of Troy",
    ]
    assert [said_of(ES, count) for count in (1, 1200)] == [
        "1 clínica a menos de 25 millas de Troy",
        "1,200 clínicas a menos de 25 millas de Troy",
    ]
    assert [said_of(HMN, count) for count in (1, 1200)] == [
        "1 lub chaw kho mob hauv 25 mais ntawm Troy",
        "1,200 lub chaw kho mob hauv 25 mais ntawm Troy",
    ]


def test_a_sentence_from_below_is_said_in_the_language_with_all_its_facts() -> None:
    notice = Sentence(
        "We searched from the center of ZIP {zip}. {because}",
        zip="54501",
        because=Sentence("We could not find the street."),
    )

    assert EN.translated(notice) == notice
    assert ES.translated(notice) == "Buscamos desde el centro del código postal 54501. No pudimos encontrar la calle."
    assert HMN.translated(notice) == "Peb nrhiav pib ntawm plawv ZIP 54501. Peb nrhiav tsis tau txoj kev ntawd."


def test_any_other_text_stays_as_it_is() -> None:
    assert ES.translated("Find clinics") == "Find clinics"


def test_english_says_a_sentence_as_it_was_born() -> None:
    sentence = Sentence("Only {count} clinics within {miles} miles have all you asked for.", count=1200, miles=61.25)

    assert EN.translated(sentence) == sentence


def test_a_link_in_a_sentence_leaves_everything_else_escaped() -> None:
    shown = ES.t("Call {phone}", phone=Markup('<a href="tel:1">{}</a>').format("<1>"))
    mixed = EN.t("{first} to {last}", first=Markup("<b>A</b>"), last="<img onerror>")

    assert shown == 'Llamar al <a href="tel:1">&lt;1&gt;</a>'
    assert isinstance(mixed, Markup)
    assert mixed == "<b>A</b> to &lt;img onerror&gt;"
    assert not isinstance(EN.t("Call {phone}", phone="<1>"), Markup)


@given(st.text())
def test_what_a_person_typed_is_in_a_sentence_as_it_is(text: str) -> None:
    assert ES.t("We took this to mean {place}.", place=text) == f"Entendimos que se trata de {text}."


def test_days_are_written_with_their_year() -> None:
    day = date(2026, 11, 3)

    assert [words.date(day) for words in (EN, ES, HMN)] == [
        "November 3, 2026",
        "3 de noviembre de 2026",
        "lub Kaum Ib Hlis tim 3, 2026",
    ]
    assert [words.weekday(day) for words in (EN, ES, HMN)] == ["Tuesday", "martes", "hnub Tuesday"]


@pytest.mark.parametrize(
    ("moment", "english", "spanish", "hmong"),
    [
        (time(8), "8 am", "a las 8 a. m.", "8 teev sawv ntxov"),
        (time(8, 30), "8:30 am", "a las 8:30 a. m.", "8:30 teev sawv ntxov"),
        (time(11, 59), "11:59 am", "a las 11:59 a. m.", "11:59 teev sawv ntxov"),
        (time(12), "noon", "al mediodía", "12 teev tav su"),
        (time(12, 5), "12:05 pm", "a las 12:05 p. m.", "12:05 teev tav su"),
        (time(13), "1 pm", "a la 1 p. m.", "1 teev tav su"),
        (time(17), "5 pm", "a las 5 p. m.", "5 teev tsaus ntuj"),
        (time(0), "midnight", "a la medianoche", "12 teev ib tag hmo"),
        (time(0, 30), "12:30 am", "a las 12:30 a. m.", "12:30 teev sawv ntxov"),
    ],
)
def test_clock_times_are_said_as_people_say_them(moment: time, english: str, spanish: str, hmong: str) -> None:
    said_at = [words.at(moment).replace("\N{NO-BREAK SPACE}", " ") for words in (EN, ES, HMN)]

    assert said_at == [english, spanish, hmong]


def test_a_clock_time_stays_in_one_line() -> None:
    assert ES.clock(time(17)) == "5\N{NO-BREAK SPACE}p.\N{NO-BREAK SPACE}m."


@pytest.mark.parametrize(
    ("distance", "english", "spanish", "hmong"),
    [
        (0.0, "Less than 0.1 miles", "Menos de 0.1 millas", "Tsawg dua 0.1 mais"),
        (0.05, "0.1 miles", "0.1 millas", "0.1 mais"),
        (0.96, "1 mile", "1 milla", "1 mais"),
        (2.13, "2.1 miles", "2.1 millas", "2.1 mais"),
        (2.0, "2 miles", "2 millas", "2 mais"),
        (9.94, "9.9 miles", "9.9 millas", "9.9 mais"),
        (9.96, "10 miles", "10 millas", "10 mais"),
        (18.4, "18 miles", "18 millas", "18 mais"),
        (1234.5, "1,234 miles", "1,234 millas", "1,234 mais"),
    ],
)
def test_distances_have_one_decimal_under_ten(distance: float, english: str, spanish: str, hmong: str) -> None:
    assert [words.miles(distance) for words in (EN, ES, HMN)] == [english, spanish, hmong]


@pytest.mark.parametrize(
    ("distance", "english", "spanish", "hmong"),
    [
        (0.0, "About 1 mile", "Más o menos 1 milla", "Kwv yees 1 mais"),
        (2.7, "About 3 miles", "Unas 3 millas", "Kwv yees 3 mais"),
    ],
)
def test_a_distance_to_the_middle_of_a_town_is_no_more_than_that(
    distance: float, english: str, spanish: str, hmong: str
) -> None:
    assert [words.rough_miles(distance) for words in (EN, ES, HMN)] == [english, spanish, hmong]


@pytest.mark.parametrize(
    ("distance", "beyond", "exact", "rough"),
    [
        (50.2, 50, "50.2 miles", "About 51 miles"),
        (50.04, 50, "50.1 miles", "About 51 miles"),
        (61.3, 50, "61 miles", "About 61 miles"),
        (1.02, 1, "1.1 miles", "About 2 miles"),
    ],
)
def test_what_is_beyond_the_radius_never_reads_as_if_it_were_within(
    distance: float, beyond: float, exact: str, rough: str
) -> None:
    assert EN.miles(distance, beyond=beyond) == exact
    assert EN.rough_miles(distance, beyond=beyond) == rough


def test_a_kind_of_care_has_its_plain_and_its_medical_name() -> None:
    trials = Specialty(
        "clinical_trials",
        "Clinical trials",
        "Studies of new treatments",
        "",
        "research",
        names={"es": "Ensayos clínicos"},
        plain_names={"es": "Estudios de tratamientos nuevos"},
    )

    assert (EN.specialty(trials), EN.specialty_medical(trials)) == ("Studies of new treatments", "Clinical trials")
    assert (ES.specialty(trials), ES.specialty_medical(trials)) == (
        "Estudios de tratamientos nuevos",
        "Ensayos clínicos",
    )
    assert (HMN.specialty(trials), HMN.specialty_medical(trials)) == ("Studies of new treatments", "Clinical trials")


@pytest.mark.parametrize(
    ("items", "english", "spanish"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a and b", "a y b"), (["a", "b", "c"], "a, b and c", "a, b y c")],
)
def test_lists_end_with_and(items: list[str], english: str, spanish: str) -> None:
    assert (EN.joined(items), ES.joined(items)) == (english, spanish)
