"""ImportFileStore: the files of imports that a worker has still to check."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text


class ImportFileStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, import_id: int, pieces: Iterable[bytes]) -> None:
        """Keep a file in pieces, so that nobody ever holds all of it in memory."""
        statement = text("insert into import_files (import_id, piece, content) values (:import_id, :piece, :content)")
        for number, piece in enumerate(pieces):
            self._connection.execute(statement, {"import_id": import_id, "piece": number, "content": piece})

    def pieces(self, import_id: int) -> Iterator[bytes]:
        """Return the file in pieces; none if the import has no file that waits."""
        statement = text("select content from import_files where import_id = :import_id and piece = :piece")
        number = 0
        while (
            piece := self._connection.execute(statement, {"import_id": import_id, "piece": number}).scalar()
        ) is not None:
            yield bytes(piece)
            number += 1

    def remove(self, import_id: int) -> None:
        self._connection.execute(
            text("delete from import_files where import_id = :import_id"), {"import_id": import_id}
        )
