"""/.well-known/security.txt: whom to tell about a weakness (RFC 9116)."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from locator.config.settings import SettingsError, read_settings
from tests.web.conftest import MakeSite

PATH = "/.well-known/security.txt"


def test_it_names_the_contacts_and_expires_within_a_year(make_site: MakeSite) -> None:
    site = make_site(security_contacts=("mailto:security@example.org", "https://example.org/report"))

    answer = site.get(PATH)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = [line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines()]
    assert [value for name, value in fields if name == "Contact"] == [
        "mailto:security@example.org",
        "https://example.org/report",
    ]
    named = dict(fields)
    expires = datetime.fromisoformat(named["Expires"])
    assert timedelta(days=90) < expires - datetime.now(UTC) < timedelta(days=365)
    assert named["Canonical"] == f"http://localhost{PATH}"
    assert named["Preferred-Languages"] == "en"


def test_without_a_contact_there_is_none(site: FlaskClient) -> None:
    assert site.get(PATH).status_code == 404


@pytest.mark.parametrize(
    "contacts",
    [
        "security@example.org",
        "http://example.org",
        "mailto:a@b.org\nExpires: 2099-01-01T00:00:00Z",
        "tel:+16085550100,call us",
        "https://",
    ],
)
def test_what_is_no_contact_is_refused_by_its_name(contacts: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(security_contacts=contacts)

    assert list(refused.value.problems) == ["LOCATOR_SECURITY_CONTACTS"]
