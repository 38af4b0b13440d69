"""SpecialtyStore: the kinds of care, in the order in which they are shown."""

from sqlalchemy import Connection, select

from locator.clinic.clinic import Specialty
from locator.store import tables


class SpecialtyStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def all(self) -> list[Specialty]:
        """Return every specialty, in the order of seed/specialties.csv."""
        rows = self._connection.execute(select(tables.specialties).order_by(tables.specialties.c.position))
        return [
            Specialty(
                code=row.code,
                name=row.name,
                plain_name=row.plain_name,
                description=row.description,
                group=row.specialty_group,
                synonyms=tuple(row.synonyms),
                names={"es": row.name_es, "hmn": row.name_hmn},
                plain_names={"es": row.plain_name_es, "hmn": row.plain_name_hmn},
            )
            for row in rows
        ]
