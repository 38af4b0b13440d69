"""Running a WSGI application (PEP 3333) on a request whose body is in memory.

A slow reader never holds a thread: what the application returns is taken completely before the answer is sent, up to a
mebibyte in memory and beyond that in an unnamed file. An application that has a file hands it over with
`wsgi.file_wrapper` (in Flask: `send_file`), and it is sent as it is.
"""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from locator.serving.messages import Answer, FileBody, Headers, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# In the environment of a request that is asked again once its body is there, unless it is refused before.
BODY_FOLLOWS = "locator.body_follows"

_IN_MEMORY = 2**20  # bytes
_PIECE = 2**16  # bytes


class BodyNeeded(BaseException):
    """The application reads the body, which has not been received yet. Not an Exception, so that it passes through."""


class FileWrapper:
    """The server's `wsgi.file_wrapper`: a file that is the body, from where it stands to its end."""

    def __init__(self, filelike: Any, blksize: int = _PIECE):
        self.filelike = filelike
        self.blksize = blksize

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.filelike.read(self.blksize):
            yield piece

    def close(self) -> None:
        if hasattr(self.filelike, "close"):
            self.filelike.close()


class _Unread(io.RawIOBase):
    """Stands for a body that has not been received."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise BodyNeeded


def run_wsgi(app: "WSGIApplication", request: Request, *, body_is_there: bool = True) -> Answer:
    """Return the application's answer; what it raises passes through.

    If the body is not there and the application wants to read it, raises BodyNeeded.
    """
    started: list[tuple[int, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
        started[:] = [(int(status[:3]), headers)]
        return written.append

    source: io.BufferedIOBase = io.BufferedReader(_Unread())
    if body_is_there:
        whole = b"".join(request.body)
        request.body.clear()  # a clinic file is large enough to be in memory once
        source = io.BytesIO(whole)
        if request.is_chunked:
            request.length = len(whole)  # a body that was cut off never gets here
    result = app(_environ(request, source, is_complete=body_is_there), start_response)
    body = _file_body(result) if isinstance(result, FileWrapper) and not written else _taken(written, result)
    status, headers = started[0]
    return Answer(status, headers, body)


def _environ(request: Request, body: io.BufferedIOBase, *, is_complete: bool) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "REQUEST_URI": request.target.decode("latin-1"),
        "SERVER_NAME": request.server[0],
        "SERVER_PORT": str(request.server[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": request.client[0],
        "REMOTE_PORT": str(request.client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in request.headers:
        if b"_" in name:
            continue  # X_Request_Id would become the same variable as X-Request-Id, which a proxy sets
        text = value.decode("latin-1")
        variable = name.decode("latin-1").upper().replace("-", "_")
        if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            variable = f"HTTP_{variable}"
        if variable in environ:
            text = f"{environ[variable]}{'; ' if variable == 'HTTP_COOKIE' else ','}{text}"
        environ[variable] = text
    if request.is_chunked and is_complete:
        environ["CONTENT_LENGTH"] = str(request.length)
    if not is_complete:
        environ[BODY_FOLLOWS] = True
    return environ


def _file_body(wrapper: FileWrapper) -> bytes | FileBody:
    """Return the file as the body; the bytes of a file that is only in memory."""
    file = wrapper.filelike
    try:
        file.fileno()
        position = file.tell()
        return FileBody(file, position, file.seek(0, io.SEEK_END))
    except (AttributeError, OSError):
        return _taken([], wrapper)


def _taken(written: list[bytes], result: Iterable[bytes]) -> bytes | FileBody:
    """Take all that the application returns, and close it."""
    size = sum(map(len, written))
    spool: Any = None
    try:
        for piece in result:
            size += len(piece)
            if spool is None and size > _IN_MEMORY:
                spool = TemporaryFile()  # noqa: SIM115 - it is closed once it is sent
                spool.writelines(written)
            if spool is None:
                written.append(piece)
            else:
                spool.write(piece)
        if spool is None:
            return written[0] if len(written) == 1 else b"".join(written)
        spool.flush()
        return FileBody(spool, 0, size)
    except BaseException:
        if spool is not None:
            with suppress(OSError):
                spool.close()
        raise
    finally:
        if hasattr(result, "close"):
            result.close()
