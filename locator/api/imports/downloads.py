"""Clinic files to download: the whole list, the refused rows of an import, and files to start from."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response

from locator.access.keys import Scope
from locator.api.http.access import may_read_staff_columns
from locator.api.http.operations import Api, CsvAnswer
from locator.api.imports import examples
from locator.api.imports.params import ImportPath
from locator.importing.exporting import export_version, refused_file, sample_file, template_file
from locator.services import Services


def register_downloads(api: Api, services: Services) -> None:
    """Register the routes that answer with clinic files."""
    database = services.database

    @api.operation(
        "GET", "/imports/<import_id>/refused.csv", "get_refused_rows", CsvAnswer(examples.REFUSED_CSV),
        scope=Scope.IMPORT,
    )  # fmt: skip
    def refused(path: ImportPath) -> Response:
        """The refused and held rows, as a file

        As they were in the uploaded file, with a last column that says what is wrong. Once corrected, the file can be
        uploaded as it is: that column is ignored. It contains staff notes, so a key that may only read cannot get it.
        """
        return _csv(refused_file(path.import_id, database), f"import-{path.import_id}-refused.csv")

    @api.operation("GET", "/imports/template.csv", "get_template", CsvAnswer(examples.TEMPLATE_CSV))
    def template() -> Response:
        """An empty clinic file

        A header row with every column, and nothing below it.
        """
        return _csv([template_file()], "clinics-template.csv")

    @api.operation("GET", "/imports/sample.csv", "get_sample", CsvAnswer(examples.SAMPLE_CSV))
    def sample() -> Response:
        """A clinic file to try

        Two invented clinics, one with mistakes, to see what the check reports.
        """
        return _csv([sample_file()], "clinics-sample.csv")

    @api.operation(
        "GET", "/clinics.csv", "export_clinics", CsvAnswer(examples.SAMPLE_CSV),
        problems=[HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS],
    )  # fmt: skip
    def clinics() -> Response:
        """The list as a clinic file

        Every clinic that is not retired, including closed ones. Uploaded again, it changes nothing. Staff notes are
        included only for a key with the scope import or admin.
        """
        export = export_version(database, staff=may_read_staff_columns(api.gate.holder()))
        response = _csv(export.pieces, f"clinics-version-{export.version}.csv")
        response.vary.add("Authorization")
        return response


def _csv(pieces: Iterable[bytes], name: str) -> Response:
    response = Response(pieces, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
