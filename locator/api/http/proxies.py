"""What proxies in front of the service say of a client, believed only from the proxies of LOCATOR_TRUSTED_PROXIES.

A client can send the same headers itself, so it is the address of the sender that counts, never how many there are.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# More proxies than this are in no chain; a longer header is somebody's attempt to cost us time.
_MOST_HOPS = 10
# A request over a unix socket has no address: whoever may open the socket is a proxy of ours.
UNIX_SOCKET = "unix"


# In the environment of a request: whether somebody says that it came through a proxy, believed or not.
WAS_FORWARDED = "locator.was_forwarded"


class TrustedProxies:
    """Puts the client's address, scheme and host, as a trusted proxy gives them, in the place of the proxy's own.

    From any other sender these headers are dropped, so that nothing behind this can believe them. `proxies` are
    networks; UNIX_SOCKET among them means whoever connects over a unix socket.
    """

    def __init__(self, app: "WSGIApplication", proxies: Sequence[Network | str]):
        self._app = app
        self._networks = tuple(each for each in proxies if not isinstance(each, str))
        self._trusts_socket = UNIX_SOCKET in proxies

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        claims = {name: environ.pop(name, "") for name in _HEADERS}
        environ[WAS_FORWARDED] = any(claims.values())
        sender = address_of(environ.get("REMOTE_ADDR", ""))
        if self._is_trusted(sender):
            if client := self._client(claims["HTTP_X_FORWARDED_FOR"], sender):
                environ["REMOTE_ADDR"] = str(client)
            if (scheme := _last(claims["HTTP_X_FORWARDED_PROTO"]).lower()) in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            if host := _last(claims["HTTP_X_FORWARDED_HOST"]):
                environ["HTTP_HOST"] = host
        return self._app(environ, start_response)

    def _is_trusted(self, address: Address | None) -> bool:
        if address is None:
            return self._trusts_socket
        return any(address in network for network in self._networks if network.version == address.version)

    def _client(self, forwarded_for: str, sender: Address | None) -> Address | None:
        """Return the rightmost address that is no trusted proxy: each proxy adds the one that it was asked by.

        What is left of that address was sent by the client, who may write there what it likes.
        """
        client = sender
        for hop in reversed(forwarded_for.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]):
            address = address_of(hop)
            if address is None:
                break
            client = address
            if not self._is_trusted(address):
                break
        return client


_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
)


def address_of(text: str) -> Address | None:
    """Return an address, which may have a port, brackets or quotes; None if it is none.

    An IPv4 address that is written as an IPv6 one (::ffff:192.0.2.1) is the IPv4 address.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _last(values: str) -> str:
    return values.rpartition(",")[2].strip()
