"""Clinic files to download: the whole list, the refused rows of an import, and files to start from."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, request, send_file

from locator import __version__
from locator.access.keys import Scope
from locator.api.http.access import may_read_staff_columns
from locator.api.http.answers import NO_STORE
from locator.api.http.operations import Api, CsvAnswer
from locator.api.imports import examples
from locator.api.imports.params import ImportPath
from locator.errors import StorageFull
from locator.importing.export_files import ExportFile, ExportFiles
from locator.importing.exporting import export_version, refused_file, sample_file, template_file
from locator.services import Services

# Without room on the disk, an export is made anew for each request, in memory up to this size.
_IN_MEMORY = 2**24  # bytes


def register_downloads(api: Api, services: Services) -> None:
    """Register the routes that answer with clinic files."""
    database = services.database
    exports = ExportFiles(database, services.export_folder, program_version=__version__)

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
        cacheable=True,
        problems=[HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INSUFFICIENT_STORAGE],
    )  # fmt: skip
    def clinics() -> Response:
        """The list as a clinic file

        Every clinic that is not retired, including closed ones. Uploaded again, it changes nothing. Staff notes are
        included only for a key with the scope import or admin.
        """
        holder = api.gate.holder()
        staff = may_read_staff_columns(holder)
        try:
            response = _sent_from_disk(exports.current(staff=staff))
        except (OSError, StorageFull):
            export = export_version(database, staff=staff, in_memory=_IN_MEMORY)
            response = _csv(export.pieces, _name_of(export.version))
        # A copy is checked each time: the next download has to be the list as it is then.
        response.headers["Cache-Control"] = NO_STORE if holder else "no-cache"
        response.vary.add("Authorization")
        return response


def _csv(pieces: Iterable[bytes], name: str) -> Response:
    response = Response(pieces, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _sent_from_disk(export: ExportFile) -> Response:
    """Return the answer whose body the server reads from the file itself, compressed for those who take that."""
    is_compressed = request.accept_encodings["gzip"] > 0
    response = send_file(
        export.compressed if is_compressed else export.path,
        mimetype="text/csv",
        as_attachment=True,
        download_name=_name_of(export.version),
        etag=f"{export.tag}-gzip" if is_compressed else export.tag,
        conditional=False,  # parts of a list are of no use, and the API does not offer them
    )
    del response.headers["Last-Modified"]  # two versions may be of the same second
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return response


def _name_of(version: int) -> str:
    return f"clinics-version-{version}.csv"
