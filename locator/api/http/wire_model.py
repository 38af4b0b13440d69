"""WireModel: a part of an answer, stated once: its fields, their types, and where the value of each comes from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

Json = dict[str, Any]
Converter = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class From:
    """Takes a field from another attribute, such as "geocode.label", or from a function that returns it ready."""

    source: str | Converter


@dataclass(frozen=True, slots=True)
class Given:
    """Leaves a field to the caller of `write`, who passes it ready."""


@dataclass(frozen=True, slots=True)
class To:
    """Converts the value of a field, unless it is None."""

    convert: Converter


def rounded(digits: int) -> To:
    """Round a number to this many decimals."""
    return To(lambda number: round(number, digits))


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC, to the second, in ISO 8601."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


Moment = Annotated[datetime, To(utc_text)]


class WireModel(BaseModel):
    """A part of an answer.

    `class PointSchema(WireModel, of=Point)` describes in OpenAPI how a Point is written, and `PointSchema.write(point)`
    writes it. A field has the value of the attribute of the same name, unless its annotation says otherwise. If the
    type of a field is another model, that one writes the value; None stays None. A model without `of` only describes.
    """

    model_config = ConfigDict(extra="forbid")

    written_type: ClassVar[type | None] = None
    writer: ClassVar[Callable[..., Json]]

    def __init_subclass__(cls, *, of: type | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.written_type = of or cls.written_type

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.written_type is not None:
            cls.writer = staticmethod(_writer(cls.model_fields, cls.written_type))

    @classmethod
    def write(cls, thing: object, **given: object) -> Json:
        """Return `thing` as JSON, ready for orjson; `given` are the fields that are Given."""
        return cls.writer(thing, given)


def _writer(model_fields: dict[str, FieldInfo], written_type: type) -> Callable[..., Json]:
    """Return the function that writes one model: a single dict display, made from its fields.

    It is compiled once, as dataclasses compile their methods, because this is as fast as one written by hand. Raises
    TypeError if a field names an attribute that the written type does not have.
    """
    names: dict[str, object] = {}
    items = []
    for name, field in model_fields.items():
        source: str | Converter = next((each.source for each in field.metadata if isinstance(each, From)), name)
        if Given() in field.metadata:
            value = f"given[{name!r}]"
        elif not isinstance(source, str):
            names[f"make_{name}"] = source
            value = f"make_{name}(thing)"
        else:
            _require_attribute(written_type, source.partition(".")[0])
            value = f"thing.{source}"
            if convert := _converter(field.annotation, field.metadata):
                names[f"convert_{name}"] = convert
                if NoneType in get_args(field.annotation):
                    value = f"None if (it := {value}) is None else convert_{name}(it)"
                else:
                    value = f"convert_{name}({value})"
        items.append(f"{name!r}: {value}")
    writer: Callable[..., Json] = eval(f"lambda thing, given=None: {{{', '.join(items)}}}", names)  # noqa: S307
    return writer


def _require_attribute(written_type: type, attribute: str) -> None:
    own = [field.name for field in fields(written_type)] if is_dataclass(written_type) else []
    if attribute not in own and not hasattr(written_type, attribute):
        raise TypeError(f"{written_type.__name__} has no {attribute} to write")


def _converter(annotation: Any, metadata: Iterable[object] = ()) -> Converter | None:
    """Return what writes the values of a type, None if orjson writes them as they are."""
    for each in metadata:
        if isinstance(each, To):
            return each.convert
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _converter(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        return next(filter(None, map(_converter, arguments)), None)
    if origin is list:
        convert = _converter(arguments[0])
        return None if convert is None else lambda items: [convert(item) for item in items]
    if isinstance(annotation, type) and issubclass(annotation, WireModel):
        return annotation.writer
    return None
