"""GET /.well-known/security.txt (RFC 9116): whom to tell about a weakness."""

from datetime import datetime, time, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort

from locator.config.settings import Settings
from locator.web.frame.requests import now, own_origin

PATH = "/.well-known/security.txt"
# RFC 9116 advises less than a year; a service that nobody runs any more answers nothing at all.
_VALID_FOR = timedelta(days=180)
_A_DAY = "public, max-age=86400"


def register_security_txt(blueprint: Blueprint, settings: Settings) -> None:
    """Register the route; without LOCATOR_SECURITY_CONTACT it answers 404."""

    @blueprint.get(PATH)
    def security_txt() -> Response:
        if not settings.security_contacts:
            abort(HTTPStatus.NOT_FOUND)
        expires = datetime.combine((now() + _VALID_FOR).date(), time.min)
        lines = [f"Contact: {contact}" for contact in settings.security_contacts]
        lines += [f"Expires: {expires.isoformat()}Z", "Preferred-Languages: en", f"Canonical: {own_origin()}{PATH}"]
        response = Response("\n".join(lines) + "\n", mimetype="text/plain")
        response.headers["Cache-Control"] = _A_DAY
        return response
