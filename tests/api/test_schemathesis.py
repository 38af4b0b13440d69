"""Whatever the description allows is answered, whatever it forbids is refused: Schemathesis asks what nobody would."""

import itertools
import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from werkzeug.serving import WSGIRequestHandler, make_server

from locator.access.keys import Scope
from locator.importing.exporting import sample_file
from tests.api.import_api import CSV, IMPORTS, XLSX, ImportApi, rows_in
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.examples import share

Case = schemathesis.Case[Any]

ENOUGH_CASES = 1000
# The same seed asks the same questions; SCHEMATHESIS_SEED asks others.
SEED = int(os.environ.get("SCHEMATHESIS_SEED", "53703"))
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
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
# Two clinics of an import that look alike.
TWINS = ("lakeside-cancer-center", "lakeside-cancer-centre")
# Those who say that a file is the full list of an organization name one of these: they are in each file.
ORGANIZATIONS = ["UW Health", "ThedaCare"]
_OURS = [
    a_row("lakefront", organization="UW Health"),
    a_row("harbor", organization="ThedaCare", lat="43.0847"),
]
FILES = [
    a_file(*_OURS).getvalue(),
    a_file(*rows_in(sample_file()), *_OURS).getvalue(),
    a_file(*(a_row(twin, organization=name) for twin, name in zip(TWINS, ORGANIZATIONS, strict=True))).getvalue(),
]
CELLS = {
    "organization": ORGANIZATIONS,
    "us-state": ["WI", "Wisconsin"],
    "us-zip": ["53703", "53703-1234"],
    "us-phone": ["608-263-6400", "(608) 263-6400 ext. 12"],
    "web-address": ["https://www.example.org", "http://example.org/care?for=all"],
    "osm-opening-hours": ["Mo-Fr 08:00-17:00", "24/7"],
    "clinic-status": ["open", "temporarily_closed"],
    "language-code": ["es", "hmn"],
    "who-is-served": ["everyone", "veterans", "children", "unknown"],
    "interpreter": ["staff:es", "on_site", "phone:hmn", "video"],
    "accreditation": ["nci", "coc"],
    "external-id": ["npi:1234567893", "store-code:A 12"],
    "date": ["2026-10-01", "2025-01-31"],
}
_ADDRESS = {"street", "unit", "city", "state", "zip"}


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    """Leave none of our hooks to other tests."""
    yield
    schemathesis.hooks.unregister_all()


@pytest.fixture
def import_api(open_import_api: Callable[..., AbstractContextManager[ImportApi]]) -> Iterator[ImportApi]:
    """Return the API that is being asked; its values make the formats below truly valid."""
    with open_import_api(key_requests_per_minute=1_000_000) as import_api:
        import_api.upload(FILES[-1])
        client = import_api.client
        zips = client.get("/api/v1/places?q=54&limit=20").get_json()["places"]
        clinics = client.get("/api/v1/clinics").get_json()["clinics"]
        specialties = client.get("/api/v1/specialties").get_json()["specialties"]
        points = st.builds(lambda lat, lon: f"{lat:.6f},{lon:.6f}", st.floats(0, 89), st.floats(-179, 179))

        # What a format allows is more than a pattern can say; these are values that really are of it.
        places = [place["near"] for place in zips] + ["53703-1234", " 53 703 ", "54501", "60601"] + TOWNS + ADDRESSES
        schemathesis.openapi.format("place", st.sampled_from(places) | points)
        schemathesis.openapi.format("specialty-code", st.sampled_from([each["code"] for each in specialties]))
        schemathesis.openapi.format("clinic-id", st.sampled_from([clinic["clinic_id"] for clinic in clinics]))
        schemathesis.openapi.format(
            "typed-text", st.sampled_from(["eau", "537", "mil", "stage 4", "cáncer", "UW Health", "x!"])
        )
        # A cursor is valid for one question; `with_its_cursor` puts the real one in.
        schemathesis.openapi.format("cursor", st.just(f"WyJub3QiXQ.{0:043d}"))
        for cell, values in CELLS.items():
            schemathesis.openapi.format(cell, st.sampled_from(values))
        schemathesis.openapi.format("idempotency-key", st.uuids().map(str))
        schemathesis.openapi.format("clinic-file", st.sampled_from([file.decode("utf-8-sig") for file in FILES]))
        schemathesis.openapi.format("binary", st.sampled_from(FILES))
        schemathesis.serializer(CSV)(lambda _context, file: file if isinstance(file, bytes) else str(file).encode())
        yield import_api


def make_truly_valid(import_api: ImportApi, case: Case) -> None:
    """Make a case that is valid by its schema valid in what it means, too."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    with_a_real_place(case)
    with_its_cursor(import_api, case)
    if case.path == IMPORTS:
        for part in (case.query, case.body):
            if isinstance(part, dict):
                part.pop("sheet", None)  # the files have none of these names, and no such row
                part.pop("header_row", None)
    if isinstance(case.body, dict):
        make_body_truly_valid(case, case.body)
    if case.media_type == XLSX:
        case.body = FILES[0]  # Schemathesis has workbooks of its own, of no clinics
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # each file is sent with a key of its own


def make_body_truly_valid(case: Case, body: dict[str, Any]) -> None:
    if case.method == "PATCH":
        body.pop("not_offered", None)  # a clinic may offer just that
        if body.keys() & {*_ADDRESS, "lat", "lon"}:
            # A new address has a point, and a point lies in its ZIP, also where that is the one the clinic has.
            body |= {"state": "WI", "zip": "53703", "lat": 43.0747, "lon": -89.3838}
    if case.path.endswith("/accept") and body.get("code"):
        body["code"] = "garbled-text"  # the codes are more than a pattern can say
    if case.path.endswith("/duplicates"):
        case.path_parameters["import_id"] = 1
        body |= {"clinic_id": TWINS[0], "other_clinic_id": TWINS[1]}
    if case.path.endswith("/mapping"):
        case.path_parameters["import_id"] = 1
        body |= {"columns": [{"position": 1, "column": "clinic_id"}], "accept_proposed": False}
    if case.path.endswith("/decisions"):
        case.path_parameters["import_id"] = 1
        body |= {"rows": [], "accept_proposed": True}
    if case.path == IMPORTS:
        for name in body.keys() & (case.query or {}).keys():
            del case.query[name]  # what the form says, the address need not


def with_a_real_place(case: Case) -> None:
    """Replace a place that only its pattern allows, such as "000", with one that is there.

    The coverage phase makes the shortest and the longest texts of a pattern, and asks no format for them.
    """
    for part in (case.query, case.body):
        if isinstance(part, dict) and isinstance(near := part.get("near"), str) and not near.strip("0"):
            part["near"] = TOWNS[0]


def with_its_cursor(import_api: ImportApi, case: Case) -> None:
    """Return a valid question for a later page the cursor of its own first page, or none if there is none."""
    parts = [part for part in (case.query, case.body) if isinstance(part, dict) and part.get("cursor") is not None]
    if not parts:
        return
    question = parts[0]
    first = {name: value for name, value in question.items() if name not in ("cursor", "clinic_id")} | {"limit": 1}
    path = "/api/v1/search" if case.path == "/api/v1/explain" else case.formatted_path
    answer = (
        import_api.post(path, first) if question is case.body else import_api.ask(path, query_string=_as_query(first))
    )
    question["cursor"] = answer.get_json(force=True).get("next")
    if question["cursor"] is None:
        del question["cursor"]


def _as_query(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


def from_everywhere(app: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """Return the app with each request from an address of its own: wrong keys are counted by it."""
    numbers = itertools.count(1)

    def asked(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        number = next(numbers)
        answer: Iterable[bytes] = app(
            environment | {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}, start_response
        )
        return answer

    return asked


class _QuietHandler(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Write nothing."""


@pytest.fixture
def address(import_api: ImportApi) -> Iterator[str]:
    """Serve the app on loopback, and give its address."""
    server = make_server("127.0.0.1", 0, from_everywhere(import_api.client.application), request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_thousand_questions_find_no_gap_between_the_description_and_the_service(
    import_api: ImportApi, address: str
) -> None:
    # Without all examples of Hypothesis, the phase that takes longest is left out too.
    is_full = share(100) == 100
    phases = PHASES if is_full else PHASES - {"coverage"}
    # Every check of Schemathesis is on, none is loosened.
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": {"max-examples": share(30), "deterministic": True, "database": "none"},
            "phases": {phase: {"enabled": phase in phases} for phase in PHASES},
            "continue-on-failure": True,
            "headers": {"Authorization": f"Bearer {import_api.keys[Scope.ADMIN]}"},
        }
    )
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)

    @schemathesis.hook
    def before_call(context: schemathesis.HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        make_truly_valid(import_api, case)

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
    assert cases.keys() == phases
    assert cases.total() >= share(ENOUGH_CASES), cases
