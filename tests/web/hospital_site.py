"""A hospital's website on a port of its own, with our finder in its pages."""

import mimetypes
import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page
from werkzeug.serving import make_server

from locator.config.settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DEMO = PROJECT_FOLDER / "docs" / "demo"
IN_THE_DEMO = "http://127.0.0.1:8000"
ADDRESS = "1432 Marigold Street, Madison, WI 53703"
NOWHERE = "http://127.0.0.1:9"


class Host:
    """A hospital's website: the files of docs/demo on a port of their own, with our address written in."""

    def __init__(self) -> None:
        self.locator = NOWHERE
        self.page: str | None = None
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.origin = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def _answer(self, environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = DEMO / (environment["PATH_INFO"].lstrip("/") or "host.html")
        if path.parent != DEMO or not path.is_file():
            start("204 No Content", [])  # such as /favicon.ico
            return []
        text = path.read_text("utf-8")
        if path.suffix == ".html" and self.page is not None:
            text = re.sub(r"(?s)<main>.*</main>", lambda _: f"<main>{self.page}<p id='heard'></p></main>", text)
        start("200 OK", [("Content-Type", mimetypes.guess_type(path.name)[0] or "text/plain")])
        return [text.replace(IN_THE_DEMO, self.locator).encode()]


# What the page is told, and what its policy refused, kept where no page looks for it.
HEAR = """
window.finderEvents = [];
for (const name of ["results", "call", "directions", "unavailable"]) {
  document.addEventListener(`clinic-finder:${name}`, ({ detail }) => finderEvents.push([name, detail]));
}
addEventListener("securitypolicyviolation", (event) => console.error(event.violatedDirective, event.blockedURI));
"""


def heard(page: Page, name: str) -> list[Any]:
    found: list[Any] = page.evaluate(
        "name => finderEvents.filter((each) => each[0] === name).map((each) => each[1])", name
    )
    return found
