"""CLINICS BY NAME: the listed clinics with a name or a phone, best match first."""

from datetime import UTC, datetime

from locator.clinic.clinic import Wanted
from locator.clinic.named import NameQuestion, PhoneQuestion, typed_words
from locator.errors import BadParameters, Fault
from locator.finding.listing import ClinicList
from locator.finding.search import notices_of, open_hours_for
from locator.records.pages import Page
from locator.store.database import Database


def list_by_name(
    name: str | None,
    phone: str | None,
    wanted: Wanted,
    *,
    limit: int,
    skip: int,
    database: Database,
    now: datetime | None = None,
) -> ClinicList:
    """Return the listed clinics with this name and this phone, best match first, after the first `skip`.

    The words of a name may come in any order, be misspelled within reason, and the last one may be only begun. The key
    of a page is how many clinics came before its end. Whom a clinic treats does not matter. Raises BadParameters for a
    phone with too few or too many digits.
    """
    now, wanted = now or datetime.now(UTC), wanted.of_everybody()
    number = _phone(phone) if phone is not None else None
    with database.transaction() as stores:
        open_hours = open_hours_for(wanted, stores, now)
        question = None
        if name is not None:
            question = NameQuestion.of(stores.names.spellings(typed_words(name)), is_begun=True)
        dataset = stores.clinics.dataset()
        if name is not None and question is None:
            return ClinicList(Page([], 0, None), dataset, notices_of(dataset))
        found = stores.names.find(question, number, wanted=wanted, limit=limit, skip=skip, open_hours=open_hours)
        total = stores.names.count(question, number, wanted=wanted, open_hours=open_hours, version=dataset.version)
    shown = skip + len(found)
    page = Page(found, total, shown if found and shown < total else None)
    return ClinicList(page, dataset, notices_of(dataset))


def _phone(text: str) -> PhoneQuestion:
    number = PhoneQuestion.read(text)
    if number is None:
        detail = "is not a phone number: its ten digits, or at least the last four, such as 608-263-6400."
        raise BadParameters([Fault("phone", detail, "unreadable")])
    return number
