"""The states of an import, and what each of them allows."""

from locator.errors import WrongImportState
from locator.records.imports import ImportStatus


def require_status(status: ImportStatus, needed: ImportStatus, import_id: int) -> None:
    """Raise WrongImportState, with a sentence about the state, unless an import has the needed one."""
    if status is needed:
        return
    sentences = {
        "locating": "is still being checked or located; it can be published when that is done",
        "checked": "has not been published, so there is nothing to undo",
        "published": "is published already",
        "undone": "was undone; to publish its file, import it again",
        "failed": "has failed; import its file again",
    }
    raise WrongImportState(f"Import {import_id} {sentences[status]}.")
