"""Whatever the description allows is answered, whatever it forbids is refused: Schemathesis asks what nobody would."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

from tests.api.conftest import MakeClient

Case = schemathesis.Case[Any]

ENOUGH_CASES = 1000
TOWNS = [
    "Eau Claire",
    "Eau Claire, WI",
    "madison",
    "City of Superior, WI",
    "Vilas County",
    "Duluth, MN",
    "Beloit 53511",
]
ADDRESSES = ["600 Highland Ave, Madison, WI 53792", "N56W39043 Wisconsin Ave, Oconomowoc", "W3985 County Road NN 53121"]


@pytest.fixture
def app_client(make_client: MakeClient) -> FlaskClient:
    """Give a client of the app that is being asked; its values make the formats below truly valid."""
    client = make_client()
    zips = client.get("/api/v1/places?q=54&limit=20").get_json()["places"]
    clinics = client.get("/api/v1/clinics").get_json()["clinics"]
    specialties = client.get("/api/v1/specialties").get_json()["specialties"]
    points = st.builds(lambda lat, lon: f"{lat:.6f},{lon:.6f}", st.floats(0, 89), st.floats(-179, 179))

    # What a format allows is more than a pattern can say; these are values that really are of it.
    known_places = [place["near"] for place in zips] + ["53703-1234", " 53 703 ", "54501", "60601"] + TOWNS + ADDRESSES
    schemathesis.openapi.format("place", st.sampled_from(known_places) | points)
    schemathesis.openapi.format("specialty-code", st.sampled_from([specialty["code"] for specialty in specialties]))
    schemathesis.openapi.format("clinic-id", st.sampled_from([clinic["clinic_id"] for clinic in clinics]))
    schemathesis.openapi.format(
        "typed-text", st.sampled_from(["eau", "537", "mil", "stage 4", "cáncer", "UW Health", "x!"])
    )
    # A cursor is valid for one question; `with_its_cursor` puts the real one in.
    schemathesis.openapi.format("cursor", st.just("the-next-of-the-page-before"))
    return client


def with_its_cursor(client: FlaskClient, case: Case) -> Case:
    """Give a valid question for a later page the cursor of its own first page, or none where there is none."""
    parts = [part for part in (case.query, case.body) if isinstance(part, dict) and part.get("cursor") is not None]
    if not parts or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return case
    question = parts[0]
    first = {name: value for name, value in question.items() if name not in ("cursor", "clinic_id")} | {"limit": 1}
    if case.path == "/api/v1/clinics":
        answer = client.get(case.path, query_string=_as_query(first))
    elif question is case.body:
        answer = client.post("/api/v1/search", json=first)
    else:
        answer = client.get("/api/v1/search", query_string=_as_query(first))
    question["cursor"] = answer.get_json(force=True).get("next")
    if question["cursor"] is None:
        del question["cursor"]
    return case


def _as_query(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


def test_a_thousand_questions_find_no_gap_between_the_description_and_the_service(app_client: FlaskClient) -> None:
    # Every check of Schemathesis is on, none is loosened; the same seed asks the same questions.
    config = SchemathesisConfig.from_dict(
        {
            "seed": 53703,
            "generation": {"max-examples": 30, "deterministic": True, "database": "none"},
            "continue-on-failure": True,
        }
    )
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app_client.application, config=config)

    @schema.hook
    def map_case(context: schemathesis.HookContext, case: Case) -> Case:
        return with_its_cursor(app_client, case)

    cases: Counter[str] = Counter()
    problems: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            cases[event.phase.value] += len(event.recorder.cases)
            problems += [
                f"{check.name}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info
            ]
        elif isinstance(event, events.NonFatalError):
            problems.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, events.FatalError):
            raise event.exception

    assert problems == [], "\n\n".join(problems[:10])
    assert cases.keys() == {"examples", "coverage", "fuzzing", "stateful"}
    assert cases.total() >= ENOUGH_CASES, cases
