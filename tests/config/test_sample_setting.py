"""LOCATOR_SAMPLE: only the private database of a checkout begins with the sample clinics, unless it is set."""

import pytest

from locator.config.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("given", "private", "own_database"),
    [(None, True, False), ("", True, False), ("true", True, True), ("false", False, False)],
)
def test_who_begins_with_the_sample_clinics(
    monkeypatch: pytest.MonkeyPatch, given: str | None, private: bool, own_database: bool
) -> None:
    monkeypatch.delenv("LOCATOR_DATABASE_URL", raising=False)
    monkeypatch.delenv("LOCATOR_SAMPLE", raising=False)
    if given is not None:
        monkeypatch.setenv("LOCATOR_SAMPLE", given)

    assert read_settings().wants_samples is private
    assert read_settings(database_url="postgresql://locator@db/locator").wants_samples is own_database


def test_anything_else_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCATOR_SAMPLE", "some")

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert list(refused.value.problems) == ["LOCATOR_SAMPLE"]
