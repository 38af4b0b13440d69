"""An answer is of one version of the list, and says of which."""

from threading import Event, Thread

from locator.clinic.clinic import Clinic, Wanted
from locator.finding.search import find_clinics
from locator.geo.places import Places
from locator.records.actor import SAMPLE_DATA
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from tests.helpers.clinics import MILWAUKEE, a_clinic, open_clinics, search_query
from tests.helpers.search_results import ids, notices


def test_an_answer_names_the_version_it_is_of(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    before = find_clinics(search_query("53703"), places=places, database=database)

    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE))
    after = find_clinics(search_query("53703"), places=places, database=database)

    assert (before.total, after.total) == (1, 2)
    assert after.dataset.version == before.dataset.version + 1


def test_sample_data_is_told_until_it_is_none(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    told = notices(find_clinics(search_query("53703"), places=places, database=database))
    with database.connection() as connection:
        connection.exec_driver_sql("update dataset set sample = false")

    assert told == ["sample_data"]
    assert notices(find_clinics(search_query("53703"), places=places, database=database)) == []


def test_a_search_while_the_list_is_published_sees_one_version_of_it(database: Database, places: Places) -> None:
    """Two lists take turns; an answer is wholly of one, with the total and the version of that one."""
    blue = [a_clinic(f"blue-{number}", specialties=("clinical_trials",)) for number in range(3)]
    green = [a_clinic(f"green-{number}", specialties=("palliative_care",)) for number in range(5)]
    open_clinics(database, *blue)
    shown: dict[int, set[str]] = {}
    finished = Event()

    def publish_in_turn() -> None:
        publisher = Database(database_url(database))
        try:
            for turn in range(40):
                published, withdrawn = (green, blue) if turn % 2 == 0 else (blue, green)
                with publisher.transaction() as stores:
                    stores.clinics.retire([clinic.clinic_id for clinic in withdrawn], by=SAMPLE_DATA)
                    stores.clinics.save(published, by=SAMPLE_DATA)
                    version = stores.clinics.dataset().version
                    shown[version] = {clinic.clinic_id for clinic in published}
        finally:
            finished.set()
            publisher.close()

    # No clinic has both: the answer takes several statements, and counts what one specialty alone would give.
    wanted = Wanted(specialties=("clinical_trials", "palliative_care"))
    answers = []
    writer = Thread(target=publish_in_turn)
    writer.start()
    while not finished.is_set():
        answers.append(find_clinics(search_query("53703"), places=places, database=database))
        answers.append(find_clinics(search_query("53703", wanted=wanted), places=places, database=database))
    writer.join()

    versions = {answer.dataset.version for answer in answers if answer.dataset.version in shown}
    assert len(versions) > 3
    for answer in answers:
        expected = shown.get(answer.dataset.version)
        if expected is None:  # before the first turn
            continue
        assert set(ids(answer)) == expected
        if answer.relaxations:
            totals = {relaxation.drop["specialty"]: relaxation.total for relaxation in answer.relaxations}
            is_blue = "blue-0" in expected
            assert totals == {"clinical_trials": 0 if is_blue else 5, "palliative_care": 3 if is_blue else 0}
        else:
            assert answer.total == len(expected)


def database_url(database: Database) -> str:
    with database.connection() as connection:
        return connection.engine.url.render_as_string(hide_password=False)


def test_two_processes_need_not_agree_on_what_they_remember(database: Database) -> None:
    """What one remembers of a version is never told for another."""
    first, second = Database(database_url(database)), Database(database_url(database))
    homes = {process: Places(DatabaseGazetteer(process)) for process in (first, second)}

    totals = []
    for count in range(1, 5):
        open_clinics(database, a_clinic(f"clinic-{count}"))
        totals.append(
            {
                find_clinics(search_query("53703"), places=home, database=process).total
                for process, home in homes.items()
            }
        )

    assert totals == [{1}, {2}, {3}, {4}]
    first.close()
    second.close()


def test_a_clinic_keeps_its_own_words(database: Database, places: Places) -> None:
    clinic: Clinic = a_clinic("capitol", name="St. Mary’s “East”", notes="Call Ñandú.")
    open_clinics(database, clinic)

    match = find_clinics(search_query("53703"), places=places, database=database).matches[0]

    assert (match.clinic.name, match.clinic.notes) == (clinic.name, clinic.notes)


def test_what_nobody_offered_is_found_once_a_clinic_offers_it(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    question = search_query("53703", wanted=Wanted(specialties=("palliative_care",)))
    assert find_clinics(question, places=places, database=database).total == 0

    open_clinics(database, a_clinic("lakefront", specialties=("palliative_care",)))

    result = find_clinics(question, places=places, database=database)
    assert (ids(result), result.total) == (["lakefront"], 1)
