"""The description at /openapi.json is valid, whole and true; /docs shows it without asking anyone else."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def description(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_the_description_is_valid_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_it_describes_every_operation_of_the_api_and_no_other(client: FlaskClient, description: dict[str, Any]) -> None:
    served = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/") and method not in ("HEAD", "OPTIONS")
    }

    assert set(operations(description)) == served


def test_a_body_is_required_unless_everything_in_it_is_optional(description: dict[str, Any]) -> None:
    bodies = {
        name: operation["requestBody"]["required"]
        for name, operation in operations(description).items()
        if "requestBody" in operation
    }

    optional = [name.rpartition("/")[2] for name, required in bodies.items() if not required]
    assert optional == ["publish", "accept", "decisions"]


def test_every_operation_says_what_it_is_for(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(description).values()]
    assert len(set(ids)) == len(ids)
    for name, operation in operations(description).items():
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert operation["tags"], name


def test_every_parameter_and_every_answer_is_described(description: dict[str, Any]) -> None:
    for name, operation in operations(description).items():
        for parameter in operation.get("parameters", []):
            assert parameter["description"].rstrip("`").endswith((".", "”")), (name, parameter["name"])
        for status, response in operation["responses"].items():
            assert response["description"].endswith("."), (name, status)


def test_descriptions_are_sentences_without_holes(description: dict[str, Any]) -> None:
    for text in _texts(description):
        assert "  " not in text
        assert not re.search(r"\bNone\b(?!-Match)", text)
        assert "TODO" not in text
        assert text == text.strip()


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part[key] for key in ("description", "summary") if isinstance(part.get(key), str)]
    return own + [text for key, item in part.items() if key not in ("example", "examples") for text in _texts(item)]


def test_every_operation_has_an_example_of_its_answer_that_fits_its_schema(description: dict[str, Any]) -> None:
    for name, operation in operations(description).items():
        content = operation["responses"]["200"]["content"]
        for form, described in content.items():
            schema = {**described["schema"], "components": description["components"]}
            assert described["example"], (name, form)
            assert list(Draft202012Validator(schema).iter_errors(described["example"])) == [], (name, form)


def test_every_question_has_an_example_that_fits_its_schema(description: dict[str, Any]) -> None:
    for name, operation in operations(description).items():
        for parameter in operation.get("parameters", []):
            if parameter.get("required"):
                example = parameter.get("example", parameter["schema"].get("example"))
                assert example is not None, (name, parameter["name"])
                Draft202012Validator(parameter["schema"]).validate(example)


def test_problems_are_described_in_their_own_form(description: dict[str, Any]) -> None:
    for name, operation in operations(description).items():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (name, status)
        assert {"422", "500", "503"} <= set(operation["responses"]), name


def test_formats_the_description_promises_are_those_it_answers(description: dict[str, Any]) -> None:
    forms = {name: set(op["responses"]["200"]["content"]) for name, op in operations(description).items()}
    geo = {name for name, kinds in forms.items() if "application/geo+json" in kinds}

    assert geo == {
        "GET /api/v1/search",
        "POST /api/v1/search",
        "GET /api/v1/clinics",
        "GET /api/v1/clinics/{clinic_id}",
    }


class Addresses(HTMLParser):
    """Collects what a page loads or links to, and what runs or styles inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or given.get("href") or given.get("action") or given.get("srcset")
        if address:
            (self.linked if tag == "a" else self.loaded).append(address)
        if (tag == "script" and "src" not in given) or tag == "style":
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]


PAGES = ["/docs", "/problems", "/problems/unknown-place"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    addresses = Addresses()
    addresses.feed(page.get_data(as_text=True))

    assert addresses.loaded
    assert addresses.inline == []
    for address in addresses.loaded:
        assert address.startswith("/")
        assert not address.startswith("//")
        loaded = client.get(address)
        assert loaded.status_code == 200
        if loaded.mimetype == "text/css":
            assert not re.search(r"url\((?!['\"]?data:)|@import", loaded.get_data(as_text=True))
        loaded.close()
    for address in addresses.linked:
        if address.startswith("/"):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_is_told_to_load_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    policy = dict(rule.strip().split(" ", 1) for rule in client.get(path).headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert {word for words in policy.values() for word in words.split()} <= {"'none'", "'self'", "data:"}
    assert policy["script-src"] == "'self'"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_where_its_facts_come_from(client: FlaskClient, path: str) -> None:
    text = client.get(path).get_data(as_text=True)

    assert "GeoNames" in text
    assert "CC BY 4.0" in text
    assert "Census" in text


def test_docs_show_a_question_that_can_be_asked_as_it_is(client: FlaskClient) -> None:
    text = client.get("/docs").get_data(as_text=True).replace("&amp;", "&")

    asked = re.findall(r"curl '[a-z]+://[^/]+(/[^']+)'", text)
    assert asked
    assert client.get(asked[0]).status_code == 200
