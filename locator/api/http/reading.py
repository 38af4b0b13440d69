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

from locator.api.http.conditions import read_json_object
from locator.errors import BadParameters, ClinicNotFound, Fault, LocatorError
from locator.finding.specialties import SpecialtyBook

Model = TypeVar("Model", bound=BaseModel)
View = Callable[..., Response]

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")


class RequestReader:
    """Reads requests into the models of params.py; knows which specialties there are."""

    def __init__(self, specialties: SpecialtyBook):
        self._specialties = specialties

    def into_models(self, view: View) -> View:
        """Hand the view what it takes by these names, each as the model it says; whatever else is sent is refused.

        `path`: the parts of the address; what cannot be one is not found. `query`: the query string. `header`: those
        headers. `body`: a JSON object, which may be left out where the model needs nothing of it.
        """
        models = {name: view.__annotations__[name] for name in _PARTS if name in view.__annotations__}

        @wraps(view)
        def read(**path: str) -> Response:
            return view(**{name: self._part(name, model, path) for name, model in models.items()})

        if "query" in models:
            return _documented_only(read)

        @wraps(view)
        def read_without_query(**path: str) -> Response:
            refuse_query(models.get("body"))
            return read(**path)

        return _documented_only(read_without_query)

    def form(self, model: type[Model], fields: MultiDict[str, str]) -> Model:
        """Read the fields of a form like a query string."""
        values, faults = _plain_values(model, fields)
        return self._validated(model, values, faults)

    def _part(self, name: str, model: type[Model], path: Mapping[str, str]) -> Model:
        match name:
            case "path":
                return _path(model, path)
            case "query":
                values, faults = _plain_values(model, _query())
                return self._validated(model, values, faults)
            case "header":
                names = [str(field.alias) for field in model.model_fields.values()]
                given = {each: request.headers[each] for each in names if each in request.headers}
                return self._validated(model, given, [])
            case _:
                required = any(field.is_required() for field in model.model_fields.values())
                return self._validated(model, read_json_object(required=required), [])

    def _validated(self, model: type[Model], values: Mapping[str, Any], faults: list[Fault]) -> Model:
        # JSON has one kind of number: 10.0 is the integer 10.
        plain = {name: int(value) if _is_whole(value) else value for name, value in values.items()}
        try:
            valid = model.model_validate(plain, context=self._specialties)
        except ValidationError as error:
            faults = faults + [_in_our_words(details, model) for details in error.errors(include_url=False)]
        if faults:
            raise BadParameters(faults)
        return valid


_PARTS = ("path", "query", "header", "body")


def _path(model: type[Model], path: Mapping[str, str]) -> Model:
    try:
        return model.model_validate(path)
    except ValidationError:
        not_found: type[LocatorError] = getattr(model, "NOT_FOUND", ClinicNotFound)
        raise not_found from None


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


def _plain_values(model: type[BaseModel], pairs: MultiDict[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Give the pairs of a query string or form as JSON would, and what is given more than once.

    Numbers and yes/no are read by their plain spelling; what may be repeated is a list.
    """
    values: dict[str, Any] = {}
    faults = []
    for name, given in pairs.lists():
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


def _in_our_words(details: ErrorDetails, model: type[BaseModel]) -> Fault:
    """Say what is the matter with one parameter; what was given is never repeated."""
    known = list(model.model_fields)
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
            return Fault(name, sentence.format(range=_range_of(model, name), pattern=_PATTERNS.get(name, "")), code)


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
    "Idempotency-Key": "must be 1 to 200 letters, digits and signs without a space, such as a UUID.",
}


def _range_of(model: type[BaseModel], name: str) -> str:
    """Say which numbers a parameter takes, such as: a whole number from 1 to 50."""
    field = model.model_fields.get(name)
    bounds = (
        {kind: getattr(each, kind) for each in field.metadata for kind in _BOUNDS if hasattr(each, kind)}
        if field
        else {}
    )
    numbers = "a whole number" if field and "int" in str(field.annotation) else "a number"
    if "gt" in bounds:
        return f"{numbers} above {bounds['gt']}, at most {bounds['le']}"
    return f"{numbers} from {bounds['ge']} to {bounds['le']}" if "ge" in bounds else numbers


_BOUNDS = ("gt", "ge", "le")


def _shown(name: str) -> str:
    """Give an unknown parameter's name as far as it is one: anything else may be what a person typed."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,40}", name) else "(unreadable name)"
