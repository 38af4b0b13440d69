"""Web addresses: https and http only, as a browser shows them."""

import re
from functools import lru_cache

from locator.importing.cells.cells import BadCell, Reading, Remark

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_WEB = re.compile(r"(?i)(https?)://(.*)", re.DOTALL)
# What no address contains as it is: a browser would show it as %20, %22, ..., or read it differently than we do.
_NOT_IN_AN_ADDRESS = re.compile(r"[\s<>\"'`\\^{|}]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.){{1,10}}(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})")
_PORT = re.compile(r"[0-9]{1,5}")
_AFTER_THE_HOST = re.compile(r"[/?#]")
_LONGEST_HOST = 253


@lru_cache(maxsize=16_384)
def read_url(text: str) -> Reading:
    """Return the address, with its scheme (https if there is none) and its host in lowercase."""
    if found := _WEB.fullmatch(text):
        return Reading(_checked(found[1].lower(), found[2]))
    try:
        proposed = _checked("https", text)
    except BadCell:
        has_scheme = _SCHEME.match(text) is not None
        raise BadCell(Remark("url-scheme" if has_scheme else "malformed-url")) from None
    return Reading(proposed, (Remark("url-completed", proposed),))


def _checked(scheme: str, rest: str) -> str:
    """Return the whole address. Raises BadCell if its host cannot be one, or if it contains forbidden characters."""
    if _NOT_IN_AN_ADDRESS.search(rest):
        raise BadCell(Remark("malformed-url"))
    after = _AFTER_THE_HOST.search(rest)
    site, path = (rest[: after.start()], rest[after.start() :]) if after else (rest, "")
    host, colon, port = site.lower().partition(":")
    if "@" in site:
        raise BadCell(Remark("malformed-url", "The address without a user name or a password."))
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host) or (colon and not _PORT.fullmatch(port)):
        raise BadCell(Remark("malformed-url"))
    return f"{scheme}://{host}{colon}{port}{path}"
