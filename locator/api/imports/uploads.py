"""The uploaded file: the body itself, or the part `file` of a form. It never gets a name on our disk."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import LengthRequired
from werkzeug.formparser import FormDataParser

from locator.api.http.content import CSV, UnreadableBody, UnsupportedBody, refuse_compressed
from locator.errors import BadParameters, Fault
from locator.importing.files.reader import LARGEST_FILE
from locator.importing.files.spool import Spool

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM = "multipart/form-data"

_PIECE = 2**16  # bytes
_LARGEST_FIELD = 2**18  # bytes; werkzeug also applies this to what it reads of a file, 64 KiB at a time
_FORM_AROUND_THE_FILE = 2**16  # bytes
_MOST_PARTS = 10
_ZIP = b"PK\x03\x04"  # how a workbook begins, and how no CSV file does


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: its bytes, its name in a form, and the other fields of that form."""

    file: BinaryIO
    name: str | None
    fields: MultiDict[str, str]


@contextmanager
def received_file() -> Iterator[Upload]:
    """Read the file of the request, and delete it at the end.

    Raises UnsupportedBody for another kind of body, before anything of it is read; UnreadableBody for a body that was
    cut off; BadParameters for a form without exactly one file; StorageFull; werkzeug's RequestEntityTooLarge beyond 20
    MB, even if the length was not sent; and LengthRequired if a missing length could hide that the file was cut off.
    """
    refuse_compressed()
    if request.mimetype not in (CSV, XLSX, FORM):
        raise UnsupportedBody(f"Please send the file as {CSV}, as {XLSX}, or as the part “file” of {FORM}.")
    with ExitStack() as spools:
        yield _from_form(spools) if request.mimetype == FORM else _from_body(spools)


def _from_body(spools: ExitStack) -> Upload:
    # One byte more, because at exactly the limit werkzeug cannot tell if the body goes on.
    request.max_content_length = LARGEST_FILE + 1
    spool, size = _spool(spools), 0
    while piece := request.stream.read(_PIECE):
        size += spool.write(piece)
    # To some servers, a complete body and one whose sender hung up end in the same way. Half a file must not pass for a
    # complete one, so it needs its length, unless it is a workbook or a form, which show where they end.
    spool.seek(0)
    if request.content_length is None and size and spool.read(len(_ZIP)) != _ZIP:
        raise LengthRequired
    if request.content_length is not None and size < request.content_length:
        raise UnreadableBody("The body is shorter than its Content-Length, so it was cut off.")
    spool.seek(0)
    return Upload(spool, None, MultiDict())


def _from_form(spools: ExitStack) -> Upload:
    request.max_content_length = LARGEST_FILE + _FORM_AROUND_THE_FILE
    parser = FormDataParser(
        stream_factory=lambda *_, **__: _spool(spools),
        max_form_memory_size=_LARGEST_FIELD,
        max_form_parts=_MOST_PARTS,
        silent=False,
    )
    try:
        _, fields, files = parser.parse(request.stream, FORM, request.content_length, request.mimetype_params)
    except ValueError:
        raise UnreadableBody("The form cannot be read, or it was cut off.") from None
    return _only_file(fields, files)


def _only_file(fields: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Upload:
    given = files.getlist("file")
    faults = [Fault(_shown(name), "may not be a file.", "unknown-parameter") for name in files if name != "file"]
    if "file" in fields:
        faults.append(Fault("file", "is sent as text. Send it as a file, with its name.", "wrong-type"))
    elif not given:
        faults.append(Fault("file", "is required.", "missing"))
    elif len(given) > 1:
        faults.append(Fault("file", "is given more than once.", "repeated"))
    if faults:
        raise BadParameters(faults)
    return Upload(cast("BinaryIO", given[0].stream), given[0].filename, fields)


def _shown(name: str | None) -> str:
    # The name of a part may be anything; it is repeated only if it looks like a parameter.
    return (
        name if name is not None and name.isidentifier() and name.isascii() and len(name) <= 40 else "(unreadable name)"
    )


def _spool(spools: ExitStack) -> Any:
    return spools.enter_context(Spool())
