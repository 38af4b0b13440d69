"""The folder of the private cluster, and the user of this machine that it runs as."""

import errno
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from locator.errors import ClusterError

# As root, if the database user cannot reach the checkout (a home folder with mode 0700, for example).
SYSTEM_FOLDER = Path("/var/lib/locator")
MARKER = "private-cluster-of-locator.txt"
# The kernel allows 107 bytes for the path of a socket; `/.s.PGSQL.54032` comes after the folder.
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True, slots=True)
class Account:
    """The user of this machine that the database runs as: never root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:  # a container started with a user id that has no name
            return cls(str(uid), uid, os.getegid())
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, protected from Ctrl-C and from our `PG*` variables, and capture its output."""
        extra = os.getgrouplist(self.name, self.gid) if self.is_another else None
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            [str(part) for part in command],
            user=self.uid if self.is_another else None,
            group=self.gid if self.is_another else None,
            extra_groups=extra,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            cwd="/",
            umask=0o077,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def own(self, path: Path) -> None:
        if self.is_another:
            os.chown(path, self.uid, self.gid)

    def can_write(self, folder: Path) -> bool:
        return self.run(["test", "-w", folder]).returncode == 0


@dataclass(frozen=True, slots=True)
class ClusterFolder:
    """A folder that we have created, and the user who owns it."""

    path: Path
    account: Account
    service_user: str = ""  # who else may connect: the user of the server and the worker, if root starts them

    @property
    def is_shared(self) -> bool:
        """Whether the server and the worker run as another user than the database."""
        return bool(self.service_user)

    def open_to_service(self) -> None:
        """Let that user walk to the socket; the data stay closed."""
        if self.is_shared:
            self.path.chmod(0o711)

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def half_made(self) -> Path:
        return self.path / "data.half-made"

    @property
    def log(self) -> Path:
        return self.path / "postgres.log"

    def make_socket_folder(self) -> Path:
        """Create a folder whose path is short and simple enough for a socket, and return it.

        It is closed to other users, unless the service's must come in.
        """
        mode = 0o711 if self.is_shared else 0o700
        inside = self.path / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and not re.search(r"[,'\\]", str(inside)):
            inside.mkdir(mode=0o700, exist_ok=True)
            self.account.own(inside)
            inside.chmod(mode)
            return inside
        folder = Path(tempfile.gettempdir()) / f"locator-{_fingerprint(self.path)}"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            folder = Path("/tmp") / folder.name  # noqa: S108 - created with mode 0700, and its owner is checked below
        try:
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        except FileExistsError:
            found = folder.lstat()
            # Anybody can create a folder in /tmp. If it is not ours, its owner could read what we ask the database.
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid or found.st_mode & 0o066:
                raise ClusterError(
                    f"{folder} is not a private folder of the database user. Remove it, and start again."
                ) from None
        folder.chmod(mode)
        return folder

    def remove(self) -> None:
        """Delete the whole cluster: only for throw-away ones."""
        shutil.rmtree(self.path, ignore_errors=True)


def open_cluster_folder(state: Path) -> ClusterFolder:
    """Return the cluster's folder, created if necessary: in `state`, or in SYSTEM_FOLDER as root, if needed."""
    with file_errors_explained(state):
        state.mkdir(parents=True, exist_ok=True)
        candidates = _candidates(state)
        for path in candidates:
            if path.exists() and _any_files(path):
                return _existing(path)
        account = _unprivileged()
        for path in candidates:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
            try:
                account.own(path)
            except OSError:
                continue
            if account.can_write(path):
                (path / MARKER).write_text(
                    f"The private database cluster of {state}. Stop `locator` before you move it.\n"
                )
                return ClusterFolder(path, account)
            path.rmdir()
    raise ClusterError(
        f"The database user “{account.name}” cannot write in {state}. "
        "Set LOCATOR_STATE_FOLDER to a folder it can reach, or use docker compose up."
    )


def cluster_exists(state: Path) -> bool:
    """Return whether the cluster of `state` was ever created."""
    with file_errors_explained(state):
        return any(path.exists() and _any_files(path) for path in _candidates(state))


def _candidates(state: Path) -> list[Path]:
    inside = state.resolve() / "cluster"
    return [inside, SYSTEM_FOLDER / _fingerprint(inside)] if os.geteuid() == 0 else [inside]


def _any_files(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except PermissionError:
        return True


def _existing(path: Path) -> ClusterFolder:
    account = Account.of(path.stat().st_uid)
    if os.geteuid() != 0 and account.is_another:
        raise ClusterError(f"{path} belongs to “{account.name}”. Run this as root, or set LOCATOR_STATE_FOLDER.")
    if account.uid == 0 or not (path / MARKER).is_file():
        raise ClusterError(f"{path} was not created by locator, so it is left alone. Move it away, and start again.")
    if not account.can_write(path):
        raise ClusterError(
            f"The database user “{account.name}” can no longer reach {path}. Run chmod a+x on each folder above it."
        )
    return ClusterFolder(path, account)


def _unprivileged() -> Account:
    """Return the user for a new cluster: PostgreSQL refuses to run as root, and its packages create `postgres`."""
    if os.geteuid() != 0:
        return Account.of(os.geteuid())
    try:
        return Account.of(pwd.getpwnam("postgres").pw_uid)
    except KeyError:
        raise ClusterError(
            "PostgreSQL does not run as root, and there is no user “postgres”. Create one (useradd --system postgres), "
            "or run this as an ordinary user."
        ) from None


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


@contextmanager
def file_errors_explained(path: Path) -> Iterator[None]:
    """Turn an error of the file system into a sentence that says which file it is and what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ClusterError(
                f"The disk is full: {where} cannot be written. Free some space, and start again."
            ) from error
        raise ClusterError(
            f"{where}: {error.strerror}. The private cluster must be able to write there; "
            "set LOCATOR_STATE_FOLDER to use another folder."
        ) from error
