"""GET /embed and /widget.js: the finder on somebody else's page, in a frame or as an element of its own."""

import hashlib
import json
import re

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from locator.errors import LocatorError
from locator.web.finder.finder import Finder
from locator.web.frame.error_pages import ErrorPages, message_of
from locator.web.frame.pages import Pages
from locator.web.frame.question import Part
from locator.web.words.words import LANGUAGES, Words

# The address stays the same for years while the script changes: an update reaches every website within the hour.
_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
# A website as it may be written in a header: a scheme and a host, which may begin with "*." and have a port.
_WEBSITE = re.compile(r"\*|https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?", re.IGNORECASE)
_SERVED = "const served = {};"


def register_embed(blueprint: Blueprint, pages: Pages, finder: Finder) -> None:
    """Register both routes."""
    policy = pages.policy(ancestors=ancestors_of(pages.settings.cors_origins))
    script = widget_script(pages)
    version = hashlib.blake2b(script, digest_size=12).hexdigest()

    @blueprint.get("/embed")
    def embed() -> Response:
        try:
            response = finder.by_address(MultiDict([("fragment", Part.EMBED), *request.args.items(multi=True)]))
        except LocatorError as error:
            # The usual error page may not be framed.
            words = pages.words()
            response = ErrorPages(pages).answer(message_of(error, words), words, embedded=True)
        response.headers["Content-Security-Policy"] = policy
        return response

    @blueprint.get("/widget.js")
    def widget() -> Response:
        response = Response(script, mimetype="text/javascript")
        response.headers["Cache-Control"] = _AN_HOUR
        # Websites that verify what they load (crossorigin on the script) must be able to read it.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.set_etag(version)
        response.make_conditional(request)
        return response


def ancestors_of(websites: tuple[str, ...]) -> str:
    """Return who may frame our pages, as a policy lists it: the websites of LOCATOR_CORS_ORIGINS, or nobody."""
    return " ".join(website for website in websites if _WEBSITE.fullmatch(website)) or "'none'"


def widget_script(pages: Pages) -> bytes:
    """Return widget.js with what only the server knows: names of files, and what to say if it cannot be reached."""
    served = {
        "module": pages.assets.url("finder.js"),
        "stylesheet": pages.assets.url("finder.css"),
        "phone": pages.settings.help_phone,
        "texts": {language: _texts(Words(language)) for language in LANGUAGES},
    }
    script = pages.assets.plain("widget.js").content.decode()
    # Some tools take "</" for the end of a script that they copy into a page.
    written = json.dumps(served, ensure_ascii=True, separators=(",", ":")).replace("</", "<\\/")
    return script.replace(_SERVED, f"const served = {written};", 1).encode()


def _texts(words: Words) -> dict[str, str]:
    phone = "{phone}"
    return {
        "away": words.t("We cannot reach the list right now. Please try again, or call {phone}.", phone=phone),
        "elsewhere": words.t(
            "The clinic list cannot be shown on this website. You can open it on its own page, or call {phone}.",
            phone=phone,
        ),
        "open": words.t("Open the clinic list"),
        "again": words.t("Try again"),
    }
