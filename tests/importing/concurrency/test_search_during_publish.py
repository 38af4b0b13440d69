"""A search during a publish gets the list before it or the list after it: never a mixture, never nothing."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event

from locator.clinic.clinic import Wanted
from locator.finding.search import SearchResult, find_clinics
from locator.geo.places import Places
from locator.importing.importer import publish_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from tests.helpers.clinic_files import ADMIN, Row, check, publish
from tests.helpers.clinics import search_query
from tests.helpers.concurrency import TIMEOUT_SECONDS, opened
from tests.helpers.list_change import clinic_row
from tests.helpers.service import wait_for

SIZE = 5000
WITHOUT_TRIALS = 1000  # clinics without trials in every other generation, so that totals tell generations apart
LIMIT = 50
TRIALS = Wanted(specialties=("clinical_trials",))
# No clinic has both: the answer takes several statements, and counts what leaving out either would give.
NOBODY_HAS = Wanted(specialties=("clinical_trials", "chemotherapy_infusion"))


@dataclass(frozen=True, slots=True)
class TimedSearch:
    """One answer, and when it was asked for and given."""

    began: float
    result: SearchResult
    ended: float


def generation(number: int) -> list[Row]:
    """Return the rows of all clinics as they are in one generation: every phone tells which it is."""
    few, all_of_them = "palliative_care", "palliative_care;clinical_trials"
    return [
        clinic_row(
            clinic,
            phone=f"608-263-64{number:02}",
            specialties=few if number % 2 and clinic < WITHOUT_TRIALS else all_of_them,
        )
        for clinic in range(SIZE)
    ]


def searched_while(work: Callable[[], int], database: Database) -> list[TimedSearch]:
    """Search from all sides while some work publishes a version, until that version is found; give every answer."""
    places = Places(DatabaseGazetteer(database))
    questions = [search_query("53703", limit=LIMIT, wanted=wanted) for wanted in (TRIALS, NOBODY_HAS, Wanted())]
    answers: list[TimedSearch] = []
    is_over = Event()

    def search_on(question: partial[SearchResult]) -> None:
        while not is_over.is_set():
            began = time.monotonic()
            result = question()
            answers.append(TimedSearch(began, result, time.monotonic()))

    with ThreadPoolExecutor(len(questions)) as pool:
        searching = [
            pool.submit(search_on, partial(find_clinics, question, places=places, database=database))
            for question in questions
        ]
        try:
            wait_for(lambda: len(answers) > len(questions), seconds=10)
            version = work()
            wait_for(lambda: answers[-1].result.dataset.version == version, seconds=10)
        finally:
            is_over.set()
        for each in searching:
            each.result(timeout=TIMEOUT_SECONDS)
    return answers


def test_each_answer_during_a_publish_is_of_one_version(
    new_database: Callable[[str | None], str], reference_url: str
) -> None:
    url = new_database(reference_url)
    answers: list[TimedSearch] = []
    spans: list[tuple[float, float]] = []
    with opened(url) as publisher, opened(url, connections=3) as searcher:
        first = publish(publisher, *generation(0))
        generations = {first.stored.dataset_version: 0}
        for number in (1, 2):
            report = check(publisher, *generation(number))

            def make_it_the_list(report: ImportReport = report, number: int = number) -> int:
                began = time.monotonic()
                published = publish_import(report.import_id, by=ADMIN, database=publisher, confirmed=SIZE)
                spans.append((began, time.monotonic()))
                assert published.stored.dataset_version is not None
                generations[published.stored.dataset_version] = number
                return published.stored.dataset_version

            answers += searched_while(make_it_the_list, searcher)

    for answer in answers:
        assert_is_of(generations[answer.result.dataset.version], answer.result)
    meanwhile = [each for each in answers for began, ended in spans if began < each.began and each.ended < ended]
    assert meanwhile
    assert {generations[answer.result.dataset.version] for answer in answers} == {0, 1, 2}


def assert_is_of(number: int, result: SearchResult) -> None:
    """See that all of an answer, its clinics and all that it counts, is of one generation."""
    with_trials = SIZE - WITHOUT_TRIALS if number % 2 else SIZE
    first = result.matches[0]
    assert len(result.matches) == LIMIT
    assert {listed.clinic.phone for listed in result.matches} == {f"+160826364{number:02}"}
    if first.missing:
        totals = {relaxation.drop["specialty"]: relaxation.total for relaxation in result.relaxations}
        assert totals == {"clinical_trials": 0, "chemotherapy_infusion": with_trials}
    else:
        assert result.total == (with_trials if first.matched else SIZE)
