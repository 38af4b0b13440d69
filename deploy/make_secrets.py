"""Create the secrets of one installation: `python make_secrets.py SERVICE_FOLDER DATABASE_FOLDER OWNER_FOLDER`.

Existing secrets are kept, so running it again changes nothing. The service's folder is for the service and the worker,
the owner's for the migrations; the database's folder is also mounted in the database's container, which runs as another
user and must be able to read it.
"""

import os
import secrets
import sys
from pathlib import Path


def keep(file: Path, value: str, *, mode: int) -> str:
    """Return the content of `file`; if it does not exist, write `value` to it first, completely or not at all."""
    if not file.exists():
        unfinished = file.with_name(f".{file.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as out:
            out.write(value)
            out.flush()
            os.fsync(out.fileno())
        unfinished.chmod(mode)
        unfinished.rename(file)
    return file.read_text(encoding="ascii")


def make_secrets(service: Path, database: Path, owner: Path) -> None:
    """Write the service's key, token and database URL, the owner's URL, and the passwords of the database."""
    keep(database / "postgres_password", secrets.token_urlsafe(32), mode=0o444)
    password = keep(database / "locator_password", secrets.token_urlsafe(32), mode=0o444)
    keep(owner / "database_url", f"postgresql://locator:{password}@database:5432/locator", mode=0o400)
    password = keep(database / "web_password", secrets.token_urlsafe(32), mode=0o444)
    url = service / "database_url"
    if url.exists() and url.read_text(encoding="ascii").startswith("postgresql://locator:"):
        url.unlink()  # of a version in which the service owned the tables
    keep(url, f"postgresql://locator_web:{password}@database:5432/locator", mode=0o400)
    keep(service / "secret_key", secrets.token_urlsafe(48), mode=0o400)
    keep(service / "metrics_token", secrets.token_urlsafe(32), mode=0o400)


if __name__ == "__main__":
    make_secrets(*map(Path, sys.argv[1:4]))
