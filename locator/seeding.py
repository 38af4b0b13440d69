"""FILLING A NEW LOCATOR: the sample clinics of `seed/clinics.csv`, until an admin publishes clinics of their own."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from locator.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty, Specialty, Status
from locator.geo.point import Point
from locator.store.database import Database

# How closely seed/clinics.csv's own points tell where the door is, by the word at the end of `source` (seed/README.md).
_PRECISIONS = {"hospital": "address", "clinic": "address", "campus": "street", "zip": "zip", "city": "city"}


def load_samples(database: Database, folder: Path, say: Callable[[str], None]) -> None:
    """Bring the list to the sample clinics of `folder`, unless an admin has published clinics of their own."""
    with database.transaction() as stores:
        if not stores.clinics.dataset().sample:
            return
        specialties = {specialty.code: specialty for specialty in stores.specialties.all()}
        samples = list(_read_samples(folder / "clinics.csv", specialties))
        held = {clinic.clinic_id: clinic for clinic in stores.clinics.listed()}
        changed = [clinic for clinic in samples if held.get(clinic.clinic_id) != _as_held(clinic, held)]
        gone = sorted(held.keys() - {clinic.clinic_id for clinic in samples})
        if changed:
            stores.clinics.save(changed)
        if gone:
            stores.clinics.retire(gone)
    if changed or gone:
        say(f"{len(samples):,} sample clinics")


def _as_held(clinic: Clinic, held: dict[str, Clinic]) -> Clinic:
    """Give the clinic with the county the store found for it: the file has none."""
    before = held.get(clinic.clinic_id)
    if before is None:
        return clinic
    return clinic.with_county(before.address.county)


def _read_samples(path: Path, specialties: dict[str, Specialty]) -> Iterator[Clinic]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cells = {name: cell or None for name, cell in row.items()}
            word = row["source"].rpartition("; point: ")[2]
            yield Clinic(
                clinic_id=row["clinic_id"],
                name=row["name"],
                organization=cells["organization"],
                address=Address(
                    street=cells["street"], unit=cells["unit"], city=row["city"], state=row["state"], zip=cells["zip"]
                ),
                location=ClinicPoint(
                    Point(lat=float(row["lat"]), lon=float(row["lon"])), _PRECISIONS.get(word, "address"), row["source"]
                ),
                phone=cells["phone"],
                website=cells["website"],
                specialties=tuple(
                    OfferedSpecialty(code, specialties[code].name)
                    for code in specialties
                    if code in row["specialties"].split(";")
                ),
                status=Status(row["status"]),
                accreditations=tuple(row["accreditations"].split(";")) if row["accreditations"] else (),
                notes=cells["notes"],
                staff_notes=cells["staff_notes"],
                source=row["source"],
            )
