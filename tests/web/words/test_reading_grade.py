"""Every English text is short and plain: a frightened person reads it once."""

import csv
import re

import pytest

from locator.config.settings import PROJECT_FOLDER
from tests.web.words.messages import extracted, forms_of
from tests.web.words.reading_grade import grade, syllables, words_of

HIGHEST_OF_ALL = 6.0
HIGHEST_OF_ONE = 8.5
# Flesch and Kincaid made their formula for running text: in a label of three words, one long word is the whole grade.
FEWEST_WORDS = 5
LONG_SYLLABLES = 4

# Words of four syllables and more, and why each stays.
LONG_WORDS = {
    "american": "a name",
    "available": "a word everybody meets on every website",
    "emergency": "what people call it",
    "independence": "the name of a holiday",
    "interpreter": "what hospitals and signs call it",
    "memorial": "the name of a holiday",
    "opinion": "second opinion is what it is called",
    "radiation": "what the treatment is called",
    "society": "a name",
    "temporarily": "closed for now would be read as closed for good, or for today",
    "vietnamese": "a name",
}
# Messages above the highest grade of one, and why each stays.
ABOVE: dict[str, str] = {}
# The one human sentence of the first page; no excuse of ours.
_KIND = "We are sorry you need this page."
# Never alarmed, never cute.
NEVER = re.compile(
    r"(?i)\b(?:oops|sorry|invalid|illegal|fatal|abort\w*|failed|warning|danger\w*|terminal|victim|suffer\w*)\b"
)


def messages() -> list[str]:
    return [form for message in extracted() for form in forms_of(message.id)]


def plain_names() -> list[str]:
    with (PROJECT_FOLDER / "seed" / "specialties.csv").open(encoding="utf-8", newline="") as file:
        return [line["plain_name"] for line in csv.DictReader(file)]


def sentences() -> list[str]:
    """Return the messages that are whole sentences; names and labels would make the rest look easier than it is."""
    return [text for text in messages() if re.search(r"[.?]$", text)]


def test_all_texts_together_are_easy() -> None:
    assert len(sentences()) > 50
    assert grade(sentences()) <= HIGHEST_OF_ALL
    assert grade([*messages(), *plain_names()]) <= HIGHEST_OF_ALL


def test_each_text_alone_is_easy() -> None:
    texts = [text for text in [*messages(), *plain_names()] if len(words_of(text)) >= FEWEST_WORDS]

    assert [
        (text, round(grade([text]), 1)) for text in texts if grade([text]) > HIGHEST_OF_ONE and text not in ABOVE
    ] == []


def test_long_words_are_few_and_each_has_its_reason() -> None:
    long_words = {
        word.lower()
        for text in [*messages(), *plain_names()]
        for word in words_of(text)
        if syllables(word) >= LONG_SYLLABLES
    }

    assert long_words - LONG_WORDS.keys() == set()


def test_every_exception_is_still_needed() -> None:
    texts = [*messages(), *plain_names()]

    assert [text for text in ABOVE if text not in texts or grade([text]) <= HIGHEST_OF_ONE] == []


def test_no_text_is_alarmed() -> None:
    assert [text for text in messages() if NEVER.search(text.replace(_KIND, ""))] == []
    assert [text for text in messages() if "!" in text] == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "care call zip miles closed asked searched tests text straight page please place one two"),
        (1, "five nine noon queue through eight cheese bridge judged laughed loved filled walked climbed used use"),
        (2, "cancer clinic doctor people places pages tested needed wanted table little apple simple title open even"),
        (2, "address number nearest county again about above below before hopeful careless wheelchair somewhere trial"),
        (2, "surgeons pages houses changes closes reaches dishes boxes handled settled chosen quiet being"),
        (3, "another medical direction hospital radio video area idea medicine surgery general"),
        (3, "extension location remember appointment beautiful carefully different usual studio piano"),
        (4, "society interpreter emergency radiation oncology education information January American temporary"),
        (5, "university opportunity immediately rehabilitate"),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_spoken(count: int, words: str) -> None:
    assert {word: syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Counted by hand: words, sentences, syllables.
        ("The cat sat on the mat.", 0.39 * 6 / 1 + 11.8 * 6 / 6 - 15.59),
        ("We list clinics. Call first.", 0.39 * 5 / 2 + 11.8 * 6 / 5 - 15.59),
        ("There are {count} clinics near {place}.", 0.39 * 6 / 1 + 11.8 * 9 / 6 - 15.59),
    ],
)
def test_the_grade_is_flesch_and_kincaids(text: str, expected: float) -> None:
    assert grade([text]) == pytest.approx(expected)


def test_a_hard_text_has_a_high_grade() -> None:
    hard = "Immunotherapeutic interventions are administered following multidisciplinary oncological consultation."

    assert grade([hard]) > 20
