"""From a path, a query string, headers, a form or a JSON body to checked parameters; faults are told by name."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from werkzeug.datastructures import MultiDict

from locator.api.http.content import read_json_object
from locator.api.http.wire_model import Json
from locator.errors import MOST_FAULTS, BadParameters, Fault, LocatorError
from locator.finding.specialties import SpecialtyBook

Model = TypeVar("Model", bound=BaseModel)

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")
_REFUSED = "refused"
# Of a query string, no more than this is read: no operation has half as many parameters, nor values half as long.
_MOST_PAIRS = 100
_MOST_BYTES = 16_000


class PathModel(BaseModel):
    """The variable parts of a path; `NOT_FOUND` is raised if one of them cannot be right."""

    NOT_FOUND: ClassVar[type[LocatorError]]


def refusal(sentence: str, code: str, *, instead: str | None = None) -> PydanticCustomError:
    """Return the error that a validator of a parameter raises; `instead` is a value that would be accepted."""
    return PydanticCustomError(_REFUSED, "{sentence}", {"sentence": sentence, "code": code, "instead": instead})


class ParameterReader:
    """Reads the parts of the current request into models. Validators find the SpecialtyBook as their context."""

    def __init__(self, specialties: SpecialtyBook):
        self._specialties = specialties

    def path(self, model: type[PathModel], values: Mapping[str, str]) -> PathModel:
        try:
            return model.model_validate(values)
        except ValidationError:
            raise model.NOT_FOUND from None

    def query(self, model: type[Model]) -> Model:
        fields, more = _query()
        values, faults = _json_values(model, fields)
        return self._validated(model, values, faults, more=more)

    def form(self, model: type[Model], fields: MultiDict[str, str]) -> Model:
        """Return the fields of a form or a query string. Raises BadParameters, which lists every fault."""
        values, faults = _json_values(model, fields)
        return self._validated(model, values, faults)

    def header(self, model: type[Model]) -> Model:
        names = [str(field.alias) for field in model.model_fields.values()]
        return self._validated(model, {name: request.headers[name] for name in names if name in request.headers}, [])

    def body(self, model: type[Model]) -> Model:
        """Return the JSON body, which may be left out if the model requires nothing."""
        return self._validated(model, read_json_object(required=needs_body(request.method, model)), [])

    def _validated(self, model: type[Model], values: Mapping[str, Any], faults: list[Fault], *, more: int = 0) -> Model:
        """Return the values as a model. Raises BadParameters; `more` is how many faults were only counted."""
        names = _names_of(model)
        known = set(names)
        # JSON has one kind of number: 10.0 is the integer 10.
        plain = {name: int(value) if _is_whole(value) else value for name, value in values.items() if name in known}
        unknown = [name for name in values if name not in known]
        try:
            valid = model.model_validate(plain, context=self._specialties)
        except ValidationError as error:
            faults = faults + [_fault(details, model) for details in error.errors(include_url=False)]
        # What somebody may have meant takes a while to find, so it is found for as many as are told, and no more.
        looked_at = unknown[: max(0, MOST_FAULTS - len(faults))]
        faults = faults + [_unknown_parameter(name, names) for name in looked_at]
        if faults or more:
            raise BadParameters(faults, more=more + len(unknown) - len(looked_at))
        return valid


def needs_body(method: str, model: type[BaseModel]) -> bool:
    """Return whether a request must have its body: a field of it is required, or it says what to change."""
    return method in ("PATCH", "PUT") or any(field.is_required() for field in model.model_fields.values())


def refuse_query(body: type[BaseModel] | None = None) -> None:
    """Raise BadParameters if there is a query string; `body` is the model of the body, if there is one."""
    in_body = set(body.model_fields) if body else set()
    fields, more = _query()
    faults = [
        Fault(
            _shown(name),
            "belongs in the body here." if name in in_body else "is not a parameter of this request.",
            "unknown-parameter",
        )
        for name in fields
    ]
    if faults:
        raise BadParameters(faults, more=more)


def _query() -> tuple[MultiDict[str, str], int]:
    """Return the pairs of the query string that are read, and how many others there are.

    Bytes that are not UTF-8 become U+FFFD, which no parameter may contain.
    """
    pairs = [pair for pair in request.query_string.split(b"&") if pair]
    read: list[bytes] = []
    size = 0
    for pair in pairs[:_MOST_PAIRS]:
        if size > _MOST_BYTES:
            break
        read.append(pair[:_MOST_BYTES])  # a longer value is too long for any parameter, and so is what is left of it
        size += len(pair)
    text = b"&".join(read).decode(errors="replace")
    return MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace")), len(pairs) - len(read)


def _json_values(model: type[BaseModel], pairs: MultiDict[str, str]) -> tuple[Json, list[Fault]]:
    """Return the pairs of a query string or form as JSON would have them, and the faults of those given repeatedly.

    A number, true or false is read only in its plain spelling; a parameter that may be repeated is a list.
    """
    values: Json = {}
    faults = []
    readers = _text_readers(model)
    for name, given in pairs.lists():
        read = readers.get(name, str)
        if read is list:
            values[name] = given
            continue
        values[name] = read(given[0])
        if len(given) > 1 and name in readers:
            faults.append(Fault(name, "is given more than once.", "repeated"))
    return values, faults


@cache
def _text_readers(model: type[BaseModel]) -> Mapping[str, Callable[[str], object]]:
    """Return, for each field of a model, what turns its text into a JSON value."""
    return MappingProxyType({name: _text_reader(field.annotation) for name, field in model.model_fields.items()})


def _text_reader(annotation: object) -> Callable[[str], object]:
    if get_origin(annotation) is list:
        return list
    types = {annotation, *get_args(annotation)}  # of `int | None`, too
    return next((read for kind, read in _TEXT_READERS.items() if kind in types), str)


def _boolean(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


def _integer(text: str) -> object:
    return int(text) if _INTEGER.fullmatch(text) else text


def _number(text: str) -> object:
    return float(text) if _NUMBER.fullmatch(text) else text


_TEXT_READERS: Mapping[type, Callable[[str], object]] = {bool: _boolean, int: _integer, float: _number}


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()


def _fault(details: ErrorDetails, model: type[BaseModel]) -> Fault:
    """Return what is wrong with one parameter, in our words; what was sent is never repeated."""
    name = str(details["loc"][0]) if details["loc"] else "body"
    context = details.get("ctx", {})
    match details["type"]:
        case "refused":
            instead = context.get("instead")
            return Fault(name, context["sentence"], context["code"], (instead,) if instead else ())
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


@cache
def _names_of(model: type[BaseModel]) -> Sequence[str]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _unknown_parameter(name: str, known: Sequence[str]) -> Fault:
    ours = _OTHER_NAMES.get(name.lower().replace("-", "_"))
    if ours is not None and ours in known:
        hint = " Send a point as lat,lon." if name.lower() in _COORDINATES else ""
        return Fault(
            _shown(name),
            f"is not a parameter of this request. Did you mean “{ours}”?{hint}",
            "unknown-parameter",
            (ours,),
        )
    # "raduis" resembles the beginning of radius_miles more than the whole of it.
    spellings = {parameter[: len(name)]: parameter for parameter in known} | {
        parameter: parameter for parameter in known
    }
    looks_like_one = _shown(name) == name
    found = difflib.get_close_matches(name, spellings, n=1, cutoff=0.6) if looks_like_one else []
    close = [spellings[spelling] for spelling in found]
    hint = f" Did you mean “{close[0]}”?" if close else ""
    return Fault(_shown(name), f"is not a parameter of this request.{hint}", "unknown-parameter", close or known)


_COORDINATES = frozenset(
    ["lat", "lng", "lon", "long", "latitude", "longitude", "latlng", "latlon", "coords", "coordinates"]
)
# What other locators call our parameters.
_OTHER_NAMES = {
    **dict.fromkeys(
        [
            *_COORDINATES, "zip", "zipcode", "zip_code", "postal_code", "postalcode", "postcode", "q", "query",
            "address", "addr", "street", "city", "town", "county", "state", "location", "loc", "place", "where",
            "near_me", "around", "from", "origin", "point", "search", "near_zip", "position",
        ],
        "near",
    ),
    **dict.fromkeys(["radius", "distance", "miles", "within", "within_miles", "max_distance"], "radius_miles"),
    **dict.fromkeys(["size", "count", "max", "per_page", "page_size", "results", "max_results"], "limit"),
    **dict.fromkeys(["page", "offset", "next", "after"], "cursor"),
    **dict.fromkeys(["service", "services", "care", "category", "type"], "specialty"),
}  # fmt: skip

# By pydantic's type of error: our code, and the sentence.
_SENTENCES = {
    "missing": ("missing", "is required."),
    "bool_type": ("not-allowed", "must be true or false."),
    "list_type": ("wrong-type", "must be a list of strings."),
    "string_type": ("wrong-type", "must be a string."),
    "string_pattern_mismatch": ("unreadable", "{pattern}"),
    **dict.fromkeys(("int_type", "float_type"), ("not-a-number", "must be {range}.")),
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"),
        ("out-of-range", "must be {range}."),
    ),
}
_PATTERNS = {
    "specialty": "must be the code of a specialty, such as clinical_trials; see /api/v1/specialties.",
    "language": "must be a language code of two or three lowercase letters, such as es or hmn.",
    "clinic_id": "must be the id of a clinic, such as uw-carbone-university-hospital.",
    "Idempotency-Key": "must be 1 to 200 letters, digits and signs without a space, such as a UUID.",
}


def _range_of(model: type[BaseModel], name: str) -> str:
    """Return which numbers a parameter takes, such as: a whole number from 1 to 50."""
    field = model.model_fields.get(name)
    bounds = (
        {kind: getattr(each, kind) for each in field.metadata for kind in _BOUNDS if hasattr(each, kind)}
        if field
        else {}
    )
    numbers = "a whole number" if field and _text_reader(field.annotation) is _integer else "a number"
    if "gt" in bounds:
        return f"{numbers} above {bounds['gt']}, at most {bounds['le']}"
    return f"{numbers} from {bounds['ge']} to {bounds['le']}" if "ge" in bounds else numbers


_BOUNDS = ("gt", "ge", "le")


def _shown(name: str) -> str:
    """Return the name of an unknown parameter only if it looks like one: anything else may be what a person typed."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,40}", name) else "(unreadable name)"
