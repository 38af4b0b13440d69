"""Write deploy/nginx/errors.conf.template: nginx's own errors, in the words and with the headers of the service.

    python -m deploy.nginx_errors

The problems come from locator/api/http/problem_kinds.py and the pages from the sentences of our error pages, in every
language, so that nobody notices which of the two answered.
"""

import base64
import hashlib
import html
import json
from http import HTTPStatus
from pathlib import Path

from flask import Flask

from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL
from locator.api.http.requests import register_requests
from locator.web.frame.error_pages import message_of_status
from locator.web.words.words import LANGUAGES, Words

TARGET = Path(__file__).parent / "nginx" / "errors.conf.template"

# nginx's status -> the status and the problem to answer with. 494 is its own number for too large a header, and 495 to
# 497 are for TLS, if an operator adds it. It never answers 408 and 499: it hangs up.
_ANSWERED_AS = {
    400: 400, 495: 400, 496: 400, 497: 400, 505: 400,
    404: 404, 405: 405, 413: 413, 414: 414, 429: 429, 431: 431, 494: 431,
    500: 500, 501: 501, 502: 503, 503: 503, 504: 503, 507: 500,
}  # fmt: skip
_REFUSALS = (401, 403, 429, 503)
_RETRY_AFTER_SECONDS = {429: 5, 503: 5}
# TRACE and CONNECT, which nginx refuses itself, are the same everywhere.
_ALLOWED_METHODS = "GET, HEAD, OPTIONS, PATCH, POST"
_WITHOUT_A_LINK = (429, 500, 501, 503)

_STYLE = (
    "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1.125rem/1.5 system-ui,sans-serif}"
    "h1,h2{font-size:1.5rem;line-height:1.25}section+section{border-top:1px solid;margin-top:1.5rem}"
    "a{color:LinkText}"
)
# nginx reads its configuration 4,096 bytes at a time, and no text in it may be longer.
_LONGEST_TEXT = 4000

_HEAD = """\
# Made by `python -m deploy.nginx_errors` from the words of the service; do not edit.
# Errors of nginx itself. The service's own errors pass unchanged.

"""


def errors_template() -> str:
    """Return the content of the file."""
    lines = [_HEAD.rstrip("\n"), ""]
    # Without a number after “=”, the location decides on the status; with one, no “100 Continue” is sent before it.
    lines += [
        f"error_page {status} ={'' if answer == HTTPStatus.INTERNAL_SERVER_ERROR else answer} $error_location/{answer};"
        for status, answer in sorted(_ANSWERED_AS.items())
    ]
    # The service's answers to nginx's questions, which are always about the API.
    lines += [f"error_page {status} ={status} /-/refusal/{status};" for status in (401, 403)]
    statuses = sorted(set(_ANSWERED_AS.values()))
    lines += _locations("problem", {status: _problem(status) for status in statuses}, "application/problem+json")
    lines += _locations("page", {status: _page(status) for status in statuses}, "text/html; charset=utf-8")
    lines += _locations("refusal", dict.fromkeys(_REFUSALS, "$refusal"), "application/problem+json")
    return "\n".join(lines) + "\n"


def _locations(name: str, texts: dict[int, str], media_type: str) -> list[str]:
    headers = _service_headers() | {"Cache-Control": "no-store", "X-Request-ID": "$id"}
    if name == "page":
        headers["Content-Security-Policy"] = _page_policy()
        headers["Vary"] = "Accept"
    limits = {"RateLimit-Policy": "$policy_told", "RateLimit": "$limit_reached"}
    if name == "refusal":
        limits = {"RateLimit-Policy": "$refusal_policy_told", "RateLimit": "$refusal_limit"}
    lines = ["", f"location ^~ /-/{name}/ {{", "    internal;", "    client_max_body_size 0;", "    types { }"]
    lines.append(f'    default_type "{media_type}";')
    for status, text in texts.items():
        more = {}
        if status in _RETRY_AFTER_SECONDS:
            more["Retry-After"] = "$refusal_retry_after" if name == "refusal" else str(_RETRY_AFTER_SECONDS[status])
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            more["Allow"] = _ALLOWED_METHODS
        lines.append(f"    location = /-/{name}/{status} {{")
        lines += [f'        add_header {field} "{value}" always;' for field, value in (headers | limits | more).items()]
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            # nginx calls everything a 500 that is neither yes nor no when it asks a question first, and also what it
            # cannot do because its disk is full.
            lines += ["        if ($failed_question) {", "            rewrite ^ $failed_question last;", "        }"]
        lines += [f"        return {status} {_quoted(text)};", "    }"]
    return [*lines, "}"]


def _service_headers() -> dict[str, str]:
    """Return the headers that every answer of the service has for browsers."""
    app = Flask(__name__, static_folder=None)
    register_requests(app)
    answer = app.test_client().get("/")
    return {
        name: value
        for name, value in answer.headers
        if name not in ("Content-Type", "Content-Length", "X-Request-ID", "Allow")
    }


def _problem(status: int) -> str:
    problem = HTTP_PROBLEMS.get(status, INTERNAL)
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": status,
        "detail": f"{problem.meaning} {problem.remedy}",
        "instance": "/requests/$id",
        "request_id": "$id",
        "errors": [],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _page(status: int) -> str:
    """Return a page that says it in every language, because nginx does not choose one."""
    title = html.escape(message_of_status(status, Words("en")).title)
    sections = "".join(_section(status, language) for language in LANGUAGES)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{sections}</main></body></html>"
    )


def _section(status: int, language: str) -> str:
    words = Words(language)
    message = message_of_status(status, words)
    level = "h1" if language == "en" else "h2"
    link = f'<p><a href="/">{html.escape(words.t("Go to the search page"))}</a></p>'
    return (
        f'<section lang="{language}"><{level}>{html.escape(message.title)}</{level}>'
        f"<p>{html.escape(message.text)}</p>{'' if status in _WITHOUT_A_LINK else link}"
        f"<p>{html.escape(words.t('Would you rather talk to someone?'))}"
        ' <a href="tel:${NGINX_HELP_PHONE}">${NGINX_HELP_PHONE}</a></p>'
        f"<p>{html.escape(words.t('In an emergency, call 911.'))}</p></section>"
    )


def _page_policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _quoted(text: str) -> str:
    if text.startswith("$"):
        return text
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if len(quoted.encode()) > _LONGEST_TEXT:
        raise ValueError("this text is too long for nginx")
    return quoted


if __name__ == "__main__":
    TARGET.write_text(errors_template(), encoding="utf-8")
