"""A model of an answer writes what it describes, from the value it is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import orjson
import pytest

from locator.api.http.wire_model import From, Given, Moment, To, WireModel, rounded


@dataclass(frozen=True, slots=True)
class Wheel:
    inches: float


@dataclass(frozen=True, slots=True)
class Bicycle:
    name: str
    wheels: tuple[Wheel, ...]
    spare: Wheel | None = None
    color: str | None = None
    lock_number: str = "4711"

    @property
    def is_tandem(self) -> bool:
        return len(self.wheels) > 2


class WheelSchema(WireModel, of=Wheel):
    inches: Annotated[float, rounded(1)]


class BicycleSchema(WireModel, of=Bicycle):
    name: str
    wheels: list[WheelSchema]
    spare: WheelSchema | None
    color: Annotated[str | None, To(str.upper)]
    is_tandem: bool
    spare_inches: Annotated[float | None, From(lambda bicycle: bicycle.spare and bicycle.spare.inches)]


BICYCLE = Bicycle("Ann's", (Wheel(26.04), Wheel(28.96)), color="red")


def test_every_field_is_written_and_no_other() -> None:
    assert orjson.loads(orjson.dumps(BicycleSchema.write(BICYCLE))) == {
        "name": "Ann's",
        "wheels": [{"inches": 26.0}, {"inches": 29.0}],
        "spare": None,
        "color": "RED",
        "is_tandem": False,
        "spare_inches": None,
    }


def test_none_is_written_as_null_and_never_converted() -> None:
    written = BicycleSchema.write(Bicycle("plain", ()))

    assert (written["color"], written["spare"], written["wheels"]) == (None, None, [])


def test_a_field_comes_from_another_attribute_by_its_path() -> None:
    class FirstWheel(WireModel, of=Bicycle):
        inches: Annotated[float | None, From("spare.inches")]

    assert FirstWheel.write(Bicycle("spared", (), spare=Wheel(24))) == {"inches": 24}


def test_the_caller_gives_what_is_not_in_the_value() -> None:
    class Listed(BicycleSchema):
        price: Annotated[int, Given()]

    written = Listed.write(BICYCLE, price=200)

    assert (written["price"], written["name"]) == (200, "Ann's")
    with pytest.raises(KeyError):
        Listed.write(BICYCLE)


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    @dataclass
    class Ride:
        began: datetime
        ended: datetime | None

    class RideSchema(WireModel, of=Ride):
        began: Moment
        ended: Moment | None

    central = timezone(timedelta(hours=-6))

    assert RideSchema.write(Ride(datetime(2026, 11, 22, 4, 5, 6, 789, tzinfo=central), None)) == {
        "began": "2026-11-22T10:05:06Z",
        "ended": None,
    }
    assert RideSchema.write(Ride(*[datetime(2026, 11, 22, tzinfo=UTC)] * 2))["ended"] == "2026-11-22T00:00:00Z"


def test_a_field_that_nothing_is_known_of_is_refused_when_the_model_is_defined() -> None:
    with pytest.raises(TypeError, match="Bicycle has no gears to write"):

        class GearedSchema(WireModel, of=Bicycle):
            gears: int


def test_what_is_written_fits_its_own_schema() -> None:
    BicycleSchema.model_validate_json(orjson.dumps(BicycleSchema.write(BICYCLE)))
