"""The socket below a connection: whether the server has closed it, and how another thread can end waiting on it."""

import os
import select
import socket
from contextlib import suppress

from psycopg import Connection, Error


class SocketCopy:
    """A descriptor of its own for the socket of a connection.

    libpq waits for an answer without any limit, and a stopped server never sends one. Another thread can end that by
    shutting the socket down. The descriptor of the connection itself might have been closed by then, and have been
    given to another file.
    """

    _socket: socket.socket | None = None

    def __init__(self, connection: Connection):
        self._socket = socket.socket(fileno=os.dup(connection.pgconn.socket))

    def shut_down(self) -> None:
        """Make whoever waits for the server see the end of the connection."""
        with suppress(OSError):  # the server may have closed it just now
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def __del__(self) -> None:
        self.close()


def has_ended(connection: Connection) -> bool:
    """Return whether an idle connection is of no use anymore: the server has closed it, or has said that it will.

    This asks only this machine, so unlike a question to the server it takes no time, and never waits.
    """
    try:
        descriptor = connection.pgconn.socket
    except Error:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    # An idle server sends nothing but the reason why it hangs up. (It may also tell of a changed setting, rarely
    # enough for a new connection.)
    return bool(poll.poll(0))
