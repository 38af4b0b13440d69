"""The kinds of problems: each error of ours has a status and a slug, which is a promise to clients."""

from dataclasses import dataclass
from http import HTTPStatus

from locator import errors
from locator.api.http import access, content
from locator.geo.errors import AmbiguousPlace, GeocoderUnavailable, UnknownPlace, UnreadablePlace
from locator.importing.files.errors import FileTooLarge, UnreadableFile


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem; `meaning` and `remedy` are told on its page at /problems/<slug>."""

    slug: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str


def _problem(slug: str, status: HTTPStatus, title: str, meaning: str, remedy: str) -> Problem:
    return Problem(slug, status, title, meaning, remedy)


_FIX = "Change the request as errors[] says; each entry names one parameter."
_LATER = "Try again after the seconds that Retry-After gives."
_BAD_PARAMETERS = _problem(
    "bad-parameters", HTTPStatus.UNPROCESSABLE_ENTITY, "Bad parameters",
    "One or more parameters are missing, unknown, repeated or out of range.", _FIX,
)  # fmt: skip
_GEOCODER_UNAVAILABLE = _problem(
    "geocoder-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Geocoder unavailable",
    "A street address without a ZIP or town we know cannot be looked up at the moment.",
    "Ask with a ZIP code or a town, or try again after the seconds that Retry-After gives.",
)  # fmt: skip
_TOO_MANY_REQUESTS = _problem(
    "too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests",
    "Too many requests are under way from one network, or were made with one API key, or showed wrong keys.", _LATER,
)  # fmt: skip
_TOO_LARGE = _problem(
    "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large", "The body is larger than we read.",
    "Send less: a search fits in 64 KiB, a clinic file in 20 MB.",
)  # fmt: skip

# What our own errors become. A subclass comes before its parent.
PROBLEMS: dict[type[Exception], Problem] = {
    errors.BadParameters: _BAD_PARAMETERS,
    UnreadablePlace: _BAD_PARAMETERS,
    UnknownPlace: _problem(
        "unknown-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Unknown place",
        "The place is well written, but no table of ours knows it.",
        "Ask again with one of alternatives[], or with a ZIP code.",
    ),
    AmbiguousPlace: _problem(
        "ambiguous-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Ambiguous place",
        "Several places fit the name equally well, and we do not guess.",
        "Ask again with the “near” of one of alternatives[].",
    ),
    GeocoderUnavailable: _GEOCODER_UNAVAILABLE,
    errors.ClinicNotFound: _problem(
        "clinic-not-found", HTTPStatus.NOT_FOUND, "Clinic not found",
        "No listed clinic has this id: it never had one, or the clinic closed or was retired.",
        "Look the clinic up in /api/v1/clinics.",
    ),
    errors.FeedbackNotFound: _problem(
        "review-not-found", HTTPStatus.NOT_FOUND, "Note not found", "No patient's note has this number.",
        "Look the note up in /api/v1/reviews.",
    ),
    UnreadableFile: _problem(
        "unreadable-file", HTTPStatus.UNPROCESSABLE_ENTITY, "Unreadable file",
        "The clinic file cannot be read at all: its code says why. Nothing was kept.",
        "Do what detail says, and send the file again. The codes are in docs/import-findings.md.",
    ),
    FileTooLarge: _TOO_LARGE,
    errors.ImportNotFound: _problem(
        "import-not-found", HTTPStatus.NOT_FOUND, "Import not found", "No import has this number.",
        "Look the import up in /api/v1/imports.",
    ),
    errors.ImportInProgress: _problem(
        "import-in-progress", HTTPStatus.CONFLICT, "Import in progress",
        "Another import is being published or undone; Location leads to it, where it is known.", _LATER,
    ),
    errors.WrongImportState: _problem(
        "wrong-import-state", HTTPStatus.CONFLICT, "Wrong import state",
        "The import is not in a state that allows this: only a checked one is published, only a published one undone.",
        "Look at its status; detail says what it is.",
    ),
    errors.ListChanged: _problem(
        "list-changed", HTTPStatus.CONFLICT, "List changed",
        "The list has changed since the file was checked. It has been compared again; clinic_ids names what differs.",
        "Look at the report of the import again, and publish again.",
    ),
    errors.BrakeOn: _problem(
        "confirmation-needed", HTTPStatus.CONFLICT, "Confirmation needed",
        "Publishing would change or retire more than a fifth of an organization's clinics.",
        'If that is meant, publish with the number that “confirm” gives, as {"confirm": 23}.',
    ),
    errors.UndoBlocked: _problem(
        "undo-blocked", HTTPStatus.CONFLICT, "Undo blocked",
        "Clinics of the import have changed since it was published; clinic_ids names them.",
        "Undo the later imports first, or change those clinics one by one.",
    ),
    errors.IdempotencyKeyReused: _problem(
        "idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "Idempotency-Key reused",
        "This Idempotency-Key was used before, for another file or with another full_list.",
        "Make a new key for each new file and each other way of sending it, such as a UUID.",
    ),
    errors.KeyRequired: _problem(
        "key-required", HTTPStatus.UNAUTHORIZED, "Key required",
        "This needs an API key, and came with none, or with one that is unknown, expired or revoked.",
        "Send a key that works as Authorization: Bearer clk_...; the operator issues them: locator keys issue",
    ),
    errors.NotAllowed: _problem(
        "not-allowed", HTTPStatus.FORBIDDEN, "Not allowed",
        "The API key is good, but its scopes do not include this.",
        "Ask the operator for a key with the scope that detail names.",
    ),
    access.KeyInUrl: _problem(
        "key-in-url", HTTPStatus.BAD_REQUEST, "Key in the address",
        "The address of the request holds an API key. Addresses are kept in logs and histories on the way.",
        "Revoke that key (locator keys revoke), and send a new one as Authorization: Bearer clk_...",
    ),
    errors.TooManyRequests: _TOO_MANY_REQUESTS,
    errors.QueryTimeout: _problem(
        "query-timeout", HTTPStatus.SERVICE_UNAVAILABLE, "Query timeout",
        "The database took longer than a search may take.", _LATER,
    ),
    errors.DatabaseReadOnly: _problem(
        "database-read-only", HTTPStatus.SERVICE_UNAVAILABLE, "Database read-only",
        "The list can be read, but not changed at the moment. Nothing was changed.", _LATER,
    ),
    errors.StorageFull: _problem(
        "storage-full", HTTPStatus.INSUFFICIENT_STORAGE, "Storage full",
        "A disk of ours has no room left. Nothing was changed.", "Tell the operator, and try again when there is room.",
    ),
    errors.DatabaseUnavailable: _problem(
        "database-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Database unavailable",
        "The list of clinics cannot be read at the moment.", _LATER,
    ),
    errors.DatabaseNotReady: _problem(
        "database-not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "Database not ready",
        "The database has not been prepared for this version of the service.", "The operator runs: locator migrate",
    ),
    content.UnreadableBody: _problem(
        "unreadable-body", HTTPStatus.BAD_REQUEST, "Unreadable body",
        "The body is not one JSON object in UTF-8 without repeated names, or a file or form that broke off on the way.",
        'Send a JSON object such as {"near": "53703"}, or the whole file.',
    ),
    content.NotAcceptable: _problem(
        "not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "Not acceptable",
        "The Accept header allows no form we can write.", "Accept application/json or application/geo+json.",
    ),
    content.UnsupportedBody: _problem(
        "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type",
        "The body is of a type or an encoding we do not read.",
        "Send application/json, or a clinic file as text/csv, as a workbook or as a form, without Content-Encoding.",
    ),
}  # fmt: skip

# What HTTP itself refuses.
HTTP_PROBLEMS: dict[int, Problem] = {
    problem.status: problem
    for problem in (
        _problem("bad-request", HTTPStatus.BAD_REQUEST, "Bad request", "The request cannot be read as HTTP.",
                 "Check how the request is made."),
        _problem("not-found", HTTPStatus.NOT_FOUND, "Not found", "There is nothing at this address.",
                 "The addresses are listed at /docs."),
        _problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed",
                 "This address does not answer to this method.", "Use a method of the Allow header."),
        _problem("length-required", HTTPStatus.LENGTH_REQUIRED, "Length required",
                 "A file was sent without Content-Length, so nobody could tell whether it broke off on the way.",
                 "Send it with Content-Length, or as the part “file” of a form."),
        _TOO_LARGE,
        # These the proxy before the service answers (deploy/nginx); their pages are here.
        _problem("uri-too-long", HTTPStatus.REQUEST_URI_TOO_LONG, "Address too long",
                 "The address of the request is longer than we read.", "Send the question in the body of a POST."),
        _TOO_MANY_REQUESTS,
        _problem("not-implemented", HTTPStatus.NOT_IMPLEMENTED, "Not implemented",
                 "We do not know this way of sending a body.", "Send it with Content-Length, or chunked."),
        _problem("service-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Service unavailable",
                 "The service itself does not answer, or not in time.", _LATER),
    )
}  # fmt: skip
INTERNAL = _problem(
    "internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error", "Something of ours failed; it is in our log.",
    "Try again later, and give the request_id when you report it.",
)  # fmt: skip


def every_problem() -> list[Problem]:
    """Give every kind of problem a client can meet, by slug."""
    return sorted({*PROBLEMS.values(), *HTTP_PROBLEMS.values(), INTERNAL}, key=lambda problem: problem.slug)
