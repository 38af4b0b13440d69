"""LOCATOR_GEOCODERS and its keys: what is allowed, and what is said about the rest."""

import os
from pathlib import Path

import pytest

from locator.config.settings import GEOCODERS, ChosenGeocoder, SettingsError, chosen_geocoders, read_settings
from locator.geo.geocoding.providers.kinds import KINDS
from locator.geo.geocoding.providers.provider import Provider


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("LOCATOR_"):
            monkeypatch.delenv(name)


def problems_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        read_settings()
    return raised.value.problems


def test_nobody_is_asked_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_geocoders(read_settings()) == ()

    monkeypatch.setenv("LOCATOR_GEOCODERS", "")
    monkeypatch.setenv("LOCATOR_GEOCODIO_KEY", "")
    monkeypatch.setenv("LOCATOR_GEOCODER_PROXY", "")
    monkeypatch.setenv("LOCATOR_GEOCODER_CA_FILE", "")
    assert chosen_geocoders(read_settings()) == ()


def test_all_are_read_in_their_order_with_their_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("from-a-file\n")
    monkeypatch.setenv("LOCATOR_GEOCODIO_KEY_FILE", str(key_file))
    monkeypatch.setenv("LOCATOR_GOOGLE_KEY", "google-key")
    monkeypatch.setenv("LOCATOR_PELIAS_KEY", "pelias-key")
    monkeypatch.setenv(
        "LOCATOR_GEOCODERS",
        "census, nominatim:http://nominatim:8080 ,pelias:https://maps.example/api,photon:http://[::1]:2322,"
        "geocodio,arcgis,google:http://127.0.0.1:9",
    )

    chosen = chosen_geocoders(read_settings())

    assert chosen == (
        ChosenGeocoder("census"),
        ChosenGeocoder("nominatim", "http://nominatim:8080"),
        ChosenGeocoder("pelias", "https://maps.example/api", "pelias-key"),
        ChosenGeocoder("photon", "http://[::1]:2322"),
        ChosenGeocoder("geocodio", None, "from-a-file"),
        ChosenGeocoder("arcgis"),
        ChosenGeocoder("google", "http://127.0.0.1:9", "google-key"),
    )
    assert [Provider(one.name, url=one.url, key=one.key).name for one in chosen] == list(KINDS)
    assert "key" not in repr(chosen)


def test_every_geocoder_can_be_chosen_and_no_other() -> None:
    assert list(GEOCODERS) == list(KINDS)
    assert {name for name, needs in GEOCODERS.items() if needs.url} == {
        name for name, kind in KINDS.items() if kind.domain is None
    }


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("bing", "is not a known geocoder; allowed are census, nominatim:URL"),
        ("census,Nominatim:http://nominatim:8080", "entry 2 is not a known geocoder"),
        ("census;google", "is not a known geocoder"),
        ("nominatim", "nominatim:http://host:port"),
        ("photon", "photon:http://host:port"),
        ("nominatim:", "has no plain http:// or https:// URL"),
        ("nominatim:nominatim:8080", "has no plain"),
        ("nominatim:ftp://nominatim", "has no plain"),
        ("nominatim:file:///etc/passwd", "has no plain"),
        ("nominatim:http://", "has no plain"),
        ("nominatim:http://host:99999", "has no plain"),
        ("nominatim:http://host:0", "has no plain"),
        ("nominatim:http://user:secret@host", "has no plain"),
        ("nominatim:http://host/?key=secret", "has no plain"),
        ("nominatim:http://host/#x", "has no plain"),
        ("nominatim:http://höst", "has no plain"),
        ("nominatim:http://ho st", "has no plain"),
        ("nominatim:http://[::1", "has no plain"),
        ("nominatim:https://nominatim.openstreetmap.org", "is the public Nominatim"),
        ("nominatim:https://NOMINATIM.OpenStreetMap.org./search", "is the public Nominatim"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(monkeypatch: pytest.MonkeyPatch, value: str, says: str) -> None:
    problems = problems_with(monkeypatch, LOCATOR_GEOCODERS=value)

    assert list(problems) == ["LOCATOR_GEOCODERS"]
    assert says in problems["LOCATOR_GEOCODERS"]
    assert "secret" not in problems["LOCATOR_GEOCODERS"]


def test_a_missing_key_is_named_before_the_service_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = problems_with(monkeypatch, LOCATOR_GEOCODERS="geocodio,google,arcgis,pelias:http://pelias")

    assert list(problems) == ["LOCATOR_GEOCODIO_KEY", "LOCATOR_GOOGLE_KEY"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOCATOR_GEOCODER_PROXY", "proxy:3128"),
        ("LOCATOR_GEOCODER_PROXY", "socks5://proxy:1080"),
        ("LOCATOR_GEOCODER_CA_FILE", "/nowhere/ca.pem"),
        ("LOCATOR_GEOCODER_DEADLINE_SECONDS", "0"),
        ("LOCATOR_GEOCODER_DEADLINE_SECONDS", "nan"),
        ("LOCATOR_GEOCODER_DEADLINE_SECONDS", "11"),
    ],
)
def test_other_settings_of_geocoders_are_checked(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    problems = problems_with(monkeypatch, **{variable: value})

    assert list(problems) == [variable]
    assert value not in problems[variable] or value in ("0", "11")
