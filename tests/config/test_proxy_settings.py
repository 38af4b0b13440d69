"""LOCATOR_TRUSTED_PROXIES: the proxies by address or network; what cannot be meant is refused with what to write."""

import pytest

from locator.config.settings import Settings, SettingsError, read_settings


def proxies(text: str) -> list[str]:
    return [str(each) for each in Settings.model_validate({"trusted_proxies": text}).trusted_proxies]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("127.0.0.1", ["127.0.0.1/32"]),
        (" 10.0.0.0/8 , ::1,", ["10.0.0.0/8", "::1/128"]),
        ("10.0.0.0/255.0.0.0", ["10.0.0.0/8"]),
        ("FD00:0::/8", ["fd00::/8"]),
        ("unix", ["unix"]),
        ("127.0.0.1,unix", ["127.0.0.1/32", "unix"]),
        ("::ffff:10.0.0.1", ["10.0.0.1/32"]),
        ("::ffff:10.0.0.0/104", ["10.0.0.0/8"]),
    ],
)
def test_addresses_and_networks_are_read(text: str, read: list[str]) -> None:
    assert proxies(text) == read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1", "is not an address or a network"),
        ("nginx", "is not an address or a network"),
        ("10.0.0.0/33", "is not an address or a network"),
        ("127.0.0.1:8000", "is not an address or a network"),
        ("*", "is not an address or a network"),
        ("10.0.0.1/8", "write 10.0.0.0/8 for the whole network"),
        ("127.0.0.1,10.0.0.1/8", "write 10.0.0.0/8 for the whole network"),
        ("0.0.0.0/0", "would believe every client"),
        ("::/0", "would believe every client"),
        ("::ffff:0:0/96", "would believe every client"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setenv("LOCATOR_TRUSTED_PROXIES", text)

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert told in refused.value.problems["LOCATOR_TRUSTED_PROXIES"]


@pytest.mark.parametrize("value", ["1", "0", "many"])
def test_the_setting_of_before_is_told_with_the_one_to_write(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LOCATOR_PROXIES", value)

    with pytest.raises(SettingsError) as refused:
        read_settings(trusted_proxies="127.0.0.1")

    assert "LOCATOR_TRUSTED_PROXIES" in refused.value.problems["LOCATOR_PROXIES"]


def test_an_empty_setting_of_before_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCATOR_PROXIES", "")

    assert read_settings(trusted_proxies="127.0.0.1").trusted_proxies
