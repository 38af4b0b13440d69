"""The kinds of problems: each of our errors has a status and a slug, which is a promise to clients."""

from dataclasses import dataclass
from http import HTTPStatus

from locator import errors
from locator.api.http import access, content
from locator.finding import named_places
from locator.geo import errors as place_errors
from locator.importing.files import errors as file_errors


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem; `meaning` and `remedy` are on its page at /problems/<slug>."""

    slug: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str


_FIX = "Change the request as errors[] says; each entry names one parameter."
_LATER = "Try again after the number of seconds in Retry-After."
_BAD_PARAMETERS = Problem(
    "bad-parameters", HTTPStatus.UNPROCESSABLE_ENTITY, "Bad parameters",
    "One or more parameters are missing, unknown, repeated or out of range.", _FIX,
)  # fmt: skip
_UNKNOWN_PLACE = Problem(
    "unknown-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Unknown place",
    "The place is valid, but it is not in our data.", "Ask again with one of alternatives[], or with a ZIP code.",
)  # fmt: skip
_TOO_MANY_REQUESTS = Problem(
    "too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests",
    "There are too many requests at once from one network, or there were too many with one API key or with wrong keys.",
    _LATER,
)  # fmt: skip
_TOO_LARGE = Problem(
    "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large", "The body is too large.",
    "Send less: at most 64 KiB for a search, and 20 MB for a clinic file.",
)  # fmt: skip

# What our own errors become. A subclass comes before its parent.
PROBLEMS: dict[type[Exception], Problem] = {
    errors.BadParameters: _BAD_PARAMETERS,
    place_errors.UnreadablePlace: _BAD_PARAMETERS,
    place_errors.UnknownPlace: _UNKNOWN_PLACE,
    place_errors.AmbiguousPlace: Problem(
        "ambiguous-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Ambiguous place",
        "Several places match the name equally well, and the service does not guess.",
        "Ask again with the “near” of one of alternatives[].",
    ),
    named_places.ClinicNamed: Problem(
        "clinic-name", HTTPStatus.UNPROCESSABLE_ENTITY, "Name of a clinic",
        "The place is not a place: it is the name of a clinic on the list, or of an organization. clinics[] has it.",
        "Show one of clinics[] (/api/v1/clinics/{clinic_id}), or ask again with a ZIP code, a town, or the “near” of"
        " one of alternatives[], which have this name too.",
    ),
    place_errors.GeocoderUnavailable: Problem(
        "geocoder-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Geocoder unavailable",
        "Street addresses cannot be looked up at the moment, and this one has no ZIP or town that we know.",
        "Ask with a ZIP code or a town, or try again after the number of seconds in Retry-After.",
    ),
    errors.ClinicNotFound: Problem(
        "clinic-not-found", HTTPStatus.NOT_FOUND, "Clinic not found",
        "No clinic has this id, or it is not in the state that this needs: it is closed, or retired, or not retired.",
        "Look up the clinic in /api/v1/clinics.",
    ),
    errors.FeedbackNotFound: Problem(
        "review-not-found", HTTPStatus.NOT_FOUND, "Note not found", "No patient's note has this number.",
        "Look up the note in /api/v1/reviews.",
    ),
    file_errors.UnreadableFile: Problem(
        "unreadable-file", HTTPStatus.UNPROCESSABLE_ENTITY, "Unreadable file",
        "The clinic file cannot be read at all; its code says why. Nothing was stored.",
        "Do what detail says, and send the file again. The codes are in docs/import-findings.md.",
    ),
    file_errors.FileTooLarge: _TOO_LARGE,
    errors.ImportNotFound: Problem(
        "import-not-found", HTTPStatus.NOT_FOUND, "Import not found", "No import has this number.",
        "Look up the import in /api/v1/imports.",
    ),
    errors.ImportInProgress: Problem(
        "import-in-progress", HTTPStatus.CONFLICT, "Import in progress",
        "Another import is being published or undone; if it is known which one, Location leads to it.", _LATER,
    ),
    errors.WrongImportState: Problem(
        "wrong-import-state", HTTPStatus.CONFLICT, "Wrong import state",
        "The import is not in a state that allows this: only a checked one can be published, and only a published one"
        " undone.",
        "Look at its status, which is also in detail.",
    ),
    errors.ListChanged: Problem(
        "list-changed", HTTPStatus.CONFLICT, "List changed",
        "The list has changed since the file was checked. It was compared again; clinic_ids names what differs.",
        "Review the new report of the import, and publish it again.",
    ),
    errors.BrakeOn: Problem(
        "confirmation-needed", HTTPStatus.CONFLICT, "Confirmation needed",
        "Publishing would change or retire more than a fifth of an organization's clinics (at least five), or all of"
        " them; or it would leave less than half of the list, or add more than twice the list.",
        'If that is intended, publish with the number in “confirm”, as {"confirm": 23}.',
    ),
    errors.UndoBlocked: Problem(
        "undo-blocked", HTTPStatus.CONFLICT, "Undo blocked",
        "Clinics of the import have changed since it was published; clinic_ids names them.",
        "Undo the later imports first, or change those clinics one by one.",
    ),
    errors.IdempotencyKeyReused: Problem(
        "idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "Idempotency-Key reused",
        "This Idempotency-Key was used before, for another file or with another full_list.",
        "Use a new key, such as a UUID, for each new file and each other way of sending it.",
    ),
    errors.KeyRequired: Problem(
        "key-required", HTTPStatus.UNAUTHORIZED, "Key required",
        "This needs an API key, and the request has none, or one that is unknown, expired or revoked.",
        "Send a valid key as Authorization: Bearer clk_...; the operator issues them: locator keys issue",
    ),
    errors.NotAllowed: Problem(
        "not-allowed", HTTPStatus.FORBIDDEN, "Not allowed",
        "The API key is valid, but its scopes do not include this.",
        "Ask the operator for a key with the scope named in detail.",
    ),
    access.KeyInUrl: Problem(
        "key-in-url", HTTPStatus.BAD_REQUEST, "Key in the URL",
        "The URL of the request contains an API key. URLs are kept in logs and browser histories.",
        "Revoke that key (locator keys revoke), and send a new one as Authorization: Bearer clk_...",
    ),
    errors.TooManyRequests: _TOO_MANY_REQUESTS,
    errors.QueryTimeout: Problem(
        "query-timeout", HTTPStatus.SERVICE_UNAVAILABLE, "Query timeout",
        "The database took longer than a search may take.", _LATER,
    ),
    errors.DatabaseBusy: Problem(
        "database-busy", HTTPStatus.SERVICE_UNAVAILABLE, "Database busy",
        "All connections to the database are in use at the moment.", _LATER,
    ),
    errors.DatabaseReadOnly: Problem(
        "database-read-only", HTTPStatus.SERVICE_UNAVAILABLE, "Database read-only",
        "The list can be read, but cannot be changed at the moment. Nothing was changed.", _LATER,
    ),
    errors.StorageFull: Problem(
        "storage-full", HTTPStatus.INSUFFICIENT_STORAGE, "Storage full",
        "The server has no disk space left. Nothing was changed.",
        "Tell the operator, and try again when there is space.",
    ),
    errors.DatabaseUnavailable: Problem(
        "database-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Database unavailable",
        "The list of clinics cannot be read at the moment.", _LATER,
    ),
    errors.DatabaseNotReady: Problem(
        "database-not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "Database not ready",
        "The database has not been prepared for this version of the service.", "The operator runs: locator migrate",
    ),
    content.UnreadableBody: Problem(
        "unreadable-body", HTTPStatus.BAD_REQUEST, "Unreadable body",
        "The body is not one JSON object in UTF-8 without repeated names, or it is a file or a form that was cut off.",
        'Send a JSON object such as {"near": "53703"}, or the whole file.',
    ),
    content.NotAcceptable: Problem(
        "not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "Not acceptable",
        "The Accept header allows none of the forms we can send.",
        "Accept application/json or application/geo+json.",
    ),
    content.UnsupportedBody: Problem(
        "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type",
        "The body has a media type or a content encoding that is not supported.",
        "Send application/json, or a clinic file as text/csv, as a workbook or as a form, without Content-Encoding.",
    ),
}  # fmt: skip

# What HTTP itself refuses.
HTTP_PROBLEMS: dict[int, Problem] = {
    problem.status: problem
    for problem in (
        Problem("bad-request", HTTPStatus.BAD_REQUEST, "Bad request", "The request is not valid HTTP.",
                "Check how the request is made."),
        Problem("not-found", HTTPStatus.NOT_FOUND, "Not found", "There is nothing at this address.",
                "The addresses are listed at /docs."),
        Problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed",
                "This address does not support this method.", "Use one of the methods in the Allow header."),
        Problem("length-required", HTTPStatus.LENGTH_REQUIRED, "Length required",
                "A file was sent without Content-Length, so nobody could tell if it was cut off.",
                "Send it with Content-Length, or as the part “file” of a form."),
        Problem("request-timeout", HTTPStatus.REQUEST_TIMEOUT, "Request timeout",
                "The request did not arrive in time, and the connection was closed.", "Send it again, all at once."),
        _TOO_LARGE,
        Problem("headers-too-large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "Headers too large",
                "The headers of the request are too many or too long.", "Send fewer or shorter ones, such as cookies."),
        Problem("uri-too-long", HTTPStatus.REQUEST_URI_TOO_LONG, "Address too long",
                "The URL of the request is too long.", "Send the question in the body of a POST."),
        _TOO_MANY_REQUESTS,
        Problem("not-implemented", HTTPStatus.NOT_IMPLEMENTED, "Not implemented",
                "This way of sending a body is not supported.", "Send it with Content-Length, or chunked."),
        Problem("service-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Service unavailable",
                "The service does not answer, or not in time.", _LATER),
    )
}  # fmt: skip
BUSY = Problem(
    "too-busy", HTTPStatus.SERVICE_UNAVAILABLE, "Too busy",
    "Too many requests are under way for this one to be answered in time. Nothing was changed.", _LATER,
)  # fmt: skip
INTERNAL = Problem(
    "internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error",
    "Something went wrong on our side. The error has been logged.",
    "Try again later, and mention the request_id when you report it.",
)  # fmt: skip


def every_problem() -> list[Problem]:
    """Return every kind of problem a client can meet, by slug."""
    return sorted({*PROBLEMS.values(), *HTTP_PROBLEMS.values(), BUSY, INTERNAL}, key=lambda problem: problem.slug)
