"""From a query string or a JSON body to checked parameters; what cannot be read is refused by name."""

import difflib
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from flask import Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from locator.api.conditions import read_json_object
from locator.api.params import LONGEST_RADIUS_MILES
from locator.errors import BadParameters, ClinicNotFound, Fault
from locator.specialties import SpecialtyBook

Model = TypeVar("Model", bound=BaseModel)
View = Callable[..., Response]

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")


class RequestReader:
    """Reads requests into the models of params.py; knows which specialties there are."""

    def __init__(self, specialties: SpecialtyBook):
        self._specialties = specialties

    def query(self, view: View) -> View:
        """Hand the view its `query`, read from the query string; anything else in it is refused."""
        model = view.__annotations__["query"]

        @wraps(view)
        def read(**path: str) -> Response:
            values, faults = _query_values(model)
            return view(query=self._validated(model, values, faults), **path)

        return _documented_only(read)

    def body(self, view: View) -> View:
        """Hand the view its `body`, read from a JSON object; the query string must be empty."""
        model = view.__annotations__["body"]

        @wraps(view)
        def read() -> Response:
            refuse_query(model)
            return view(body=self._validated(model, read_json_object(), []))

        return _documented_only(read)

    def path(self, view: View) -> View:
        """Hand the view its `path`; an id that cannot be one is simply not found."""
        model = view.__annotations__["path"]

        @wraps(view)
        def read(**path: str) -> Response:
            refuse_query()
            try:
                return view(path=model.model_validate(path))
            except ValidationError:
                raise ClinicNotFound from None

        return _documented_only(read)

    def _validated(self, model: type[Model], values: Mapping[str, Any], faults: list[Fault]) -> Model:
        # JSON has one kind of number: 10.0 is the integer 10.
        plain = {name: int(value) if _is_whole(value) else value for name, value in values.items()}
        try:
            valid = model.model_validate(plain, context=self._specialties)
        except ValidationError as error:
            known = list(model.model_fields)
            faults = faults + [_in_our_words(details, known) for details in error.errors(include_url=False)]
        if faults:
            raise BadParameters(faults)
        return valid


def _documented_only(view: View) -> View:
    # flask-openapi3 documents the model but shall not read the request: it would make the model's schema anew for each.
    view.__delay_validate_request__ = True  # type: ignore[attr-defined]
    return view


def refuse_query(model: type[BaseModel] | None = None) -> None:
    """Refuse a query string where none is read."""
    names = set(model.model_fields) if model else set()
    faults = [
        Fault(
            name,
            "belongs in the body here." if name in names else "is not a parameter of this request.",
            "unknown-parameter",
        )
        for name in _query()
    ]
    if faults:
        raise BadParameters([Fault(_shown(fault.parameter), fault.detail, fault.code) for fault in faults])


def _query() -> MultiDict[str, str]:
    """Give the query string's pairs; bytes that are no UTF-8 become U+FFFD, which no text of ours may hold."""
    text = request.query_string.decode(errors="replace")
    return MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _query_values(model: type[BaseModel]) -> tuple[dict[str, Any], list[Fault]]:
    """Give the query string as JSON would, and what is given more than once.

    Numbers and yes/no are read by their plain spelling; what may be repeated is a list.
    """
    values: dict[str, Any] = {}
    faults = []
    for name, given in _query().lists():
        field = model.model_fields.get(name)
        kind = str(field.annotation) if field else ""
        if kind.startswith("list"):
            values[name] = given
            continue
        values[name] = _plain_value(given[0], kind)
        if len(given) > 1 and field is not None:
            faults.append(Fault(name, "is given more than once.", "repeated"))
    return values, faults


def _plain_value(text: str, kind: str) -> object:
    if "bool" in kind:
        return {"true": True, "false": False}.get(text, text)
    if "int" in kind and _INTEGER.fullmatch(text):
        return int(text)
    if "float" in kind and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()


def _in_our_words(details: ErrorDetails, known: list[str]) -> Fault:
    """Say what is the matter with one parameter; what was given is never repeated."""
    name = str(details["loc"][0]) if details["loc"] else "body"
    context = details.get("ctx", {})
    match details["type"]:
        case "said":
            near = context.get("near")
            return Fault(name, context["sentence"], context["code"], (near,) if near else ())
        case "extra_forbidden":
            return _unknown_parameter(name, known)
        case "string_unicode" if not details["loc"]:  # the name itself is no text
            return _unknown_parameter("", known)
        case "string_too_short":
            return Fault(name, f"needs at least {context['min_length']} character(s).", "too-short")
        case "string_too_long":
            return Fault(name, f"may have at most {context['max_length']} characters.", "too-long")
        case "too_long":
            return Fault(name, f"may be given at most {context['max_length']} times.", "too-many")
        case "literal_error":
            return Fault(name, f"must be {context['expected'].replace(chr(39), '')}.", "not-allowed")
        case kind:
            code, sentence = _SENTENCES.get(kind, _SENTENCES["string_type"])
            return Fault(name, sentence.format(range=_range_of(name), pattern=_PATTERNS.get(name, "")), code)


def _unknown_parameter(name: str, known: list[str]) -> Fault:
    # "raduis" is near the beginning of radius_miles, if not near the whole of it.
    spellings = {parameter[: len(name)]: parameter for parameter in known} | {
        parameter: parameter for parameter in known
    }
    close = [spellings[spelling] for spelling in difflib.get_close_matches(name, spellings, n=1, cutoff=0.6)]
    hint = f" Did you mean “{close[0]}”?" if close else ""
    return Fault(_shown(name), f"is not a parameter of this request.{hint}", "unknown-parameter", close or known)


# By pydantic's type of error: our code, and the sentence.
_SENTENCES = {
    "missing": ("missing", "is required."),
    "bool_type": ("not-allowed", "must be true or false."),
    "list_type": ("wrong-type", "must be a list of texts."),
    "string_type": ("wrong-type", "must be a text."),
    "string_pattern_mismatch": ("unreadable", "{pattern}"),
    **dict.fromkeys(("int_type", "float_type"), ("not-a-number", "must be {range}.")),
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"),
        ("out-of-range", "must be {range}."),
    ),
}
_PATTERNS = {
    "specialty": "must be a specialty's code, such as clinical_trials; see /api/v1/specialties.",
    "language": "must be a language's code of two or three small letters, such as es or hmn.",
    "clinic_id": "must be a clinic's id, such as uw-carbone-university-hospital.",
}


def _range_of(name: str) -> str:
    if name == "radius_miles":
        return f"a number above 0, at most {LONGEST_RADIUS_MILES}"
    return "a whole number from 1 to 50"


def _shown(name: str) -> str:
    """Give an unknown parameter's name as far as it is one: anything else may be what a person typed."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,40}", name) else "(unreadable name)"
