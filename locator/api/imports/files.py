"""Files out: the list as a clinic file, what an import refused, and the files to start from."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response

from locator.access.keys import Scope
from locator.api.http.access import Gate
from locator.api.http.keyed import NO_IMPORT, KeyedApi
from locator.api.http.reading import RequestReader
from locator.api.imports import examples
from locator.api.imports.params import ImportPath
from locator.api.imports.staff_columns import may_read_staff_columns
from locator.importing.exporting import export_version, refused_file, sample_file, template_file
from locator.services import Services


def add_import_files(api: KeyedApi, reading: RequestReader, services: Services, gate: Gate) -> None:
    """Hang the files on the API."""
    database = services.database

    @api.operation(
        "get", "/imports/<import_id>/refused.csv", "get_refused_rows", scope=Scope.IMPORT, answers=examples.REFUSED_CSV,
        problems=[HTTPStatus.NOT_FOUND], meanings=NO_IMPORT,
    )  # fmt: skip
    @reading.into_models
    def refused(path: ImportPath) -> Response:
        """The rows that were refused or held, as a file

        As they stood in the file, with a last column that says what is wrong. Mended, the file can be brought in as it
        is: that column is passed over. The notes of the staff are in it, so a key that may only read does not get it.
        """
        return _csv(refused_file(path.import_id, database), f"import-{path.import_id}-refused.csv")

    @api.operation("get", "/imports/template.csv", "get_template", scope=None, answers=examples.TEMPLATE_CSV)
    @reading.into_models
    def template() -> Response:
        """A file to start from

        A header with every column, and nothing below it.
        """
        return _csv([template_file()], "clinics-template.csv")

    @api.operation("get", "/imports/sample.csv", "get_sample", scope=None, answers=examples.SAMPLE_CSV)
    @reading.into_models
    def sample() -> Response:
        """A file to try

        One good row and one bad one, of invented clinics, to see what checking them says.
        """
        return _csv([sample_file()], "clinics-sample.csv")

    @api.operation(
        "get", "/clinics.csv", "export_clinics", scope=None, answers=examples.SAMPLE_CSV,
        problems=[HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS],
    )  # fmt: skip
    @reading.into_models
    def clinics() -> Response:
        """The list as a clinic file

        Every clinic that is not retired, closed ones too; brought in again, it changes nothing. For everybody without
        the notes of the staff; a key with the scope import, or admin, gets those as well.
        """
        export = export_version(database, staff=may_read_staff_columns(gate.holder()))
        response = _csv(export.pieces, f"clinics-version-{export.version}.csv")
        response.vary.add("Authorization")
        return response


def _csv(pieces: Iterable[bytes], name: str) -> Response:
    response = Response(pieces, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
