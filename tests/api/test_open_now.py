"""How long an answer may be kept that says which clinics are open at this moment."""

from collections.abc import Callable

from locator.store.database import Database
from tests.api.conftest import MakeClient
from tests.helpers.clinics import a_clinic, open_clinics


def test_an_answer_that_says_what_is_open_now_is_kept_for_a_minute(
    make_client: MakeClient, new_database: Callable[[str | None], str], reference_url: str
) -> None:
    url = new_database(reference_url)
    database = Database(url)
    open_clinics(database, a_clinic("always", hours="24/7"))
    database.close()
    client = make_client(url)

    for path in ("/api/v1/search?near=53703", "/api/v1/clinics", "/api/v1/clinics/always"):
        assert client.get(path).headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/api/v1/search?near=53703").get_json()["matches"][0]["clinic"]["open_now"] is True


def test_an_answer_without_hours_may_be_kept_longer(make_client: MakeClient) -> None:
    assert "max-age=300" in make_client().get("/api/v1/search?near=53703").headers["Cache-Control"]
