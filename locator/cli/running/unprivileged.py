"""Giving up root: what answers requests runs as a user who owns nothing.

`locator up` itself stays root, because only root can start the database again as its user. It opens no port and reads
nothing that comes from outside.
"""

import ctypes
import os
import platform
import pwd
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import click

import locator
from locator.cli.database import reachable_database
from locator.cli.output import print_status
from locator.cli.running.signals import Stopped, terminate_with
from locator.cli.running.subprocesses import Subprocess
from locator.cluster.folder import Account
from locator.config.settings import Settings, SettingsError

_SECONDS_BETWEEN_CHECKS = 0.2

# linux/prctl.h and linux/capability.h
_PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 4, 8, 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 1 << 2
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}


def needs_root(settings: Settings) -> bool:
    """Return whether this process has to stay root: the private cluster is started and stopped as its own user."""
    return os.geteuid() == 0 and settings.run_as != "root" and settings.uses_private_cluster


def run_without_root(command: str, settings: Settings, environment: Mapping[str, str], *, stop_seconds: float) -> None:
    """Run `locator COMMAND` as a subprocess that gives up root, on the private cluster, until it or we end."""
    with suppress(Stopped), reachable_database(settings, as_service=True) as url:
        process = Subprocess(command, {**environment, "LOCATOR_DATABASE_URL": url}, stop_seconds=stop_seconds)
        try:
            while process.exit_code is None:
                time.sleep(_SECONDS_BETWEEN_CHECKS)
        finally:
            process.stop()
        raise SystemExit(process.exit_code)


def give_up_root(settings: Settings, parent: int | None = None) -> None:
    """Become the user of LOCATOR_RUN_AS for good, if this process is root; it ends with `parent` as before.

    Raises SettingsError if there is no such user. Where Python itself lies in a folder that is closed to that user, the
    process keeps the right to read files, and only that.
    """
    if os.geteuid() != 0 or settings.run_as == "root":
        return
    try:
        account = Account.of(pwd.getpwnam(settings.run_as).pw_uid)
    except KeyError:
        raise SettingsError({"LOCATOR_RUN_AS": f"there is no user “{settings.run_as}” on this machine"}) from None
    _take_secrets_out_of_files(settings)
    closed = _closed_to(account)
    if closed:
        print_status(
            f"“{account.name}” cannot read {closed}, so the service keeps root's right to read files. Use a Python and"
            " a checkout that are open to other users, or name another user in LOCATOR_RUN_AS."
        )
        _prctl(_PR_SET_KEEPCAPS, 1)
    try:
        os.setgroups(os.getgrouplist(account.name, account.gid))
        os.setresgid(account.gid, account.gid, account.gid)
        os.setresuid(account.uid, account.uid, account.uid)
    except OSError as error:  # in a container that has taken this right away from its root
        print_status(f"The service cannot become “{account.name}” ({error.strerror}), and runs as root.")
        return
    if closed:
        _keep_right_to_read()
    # The system forgets both when a process changes its user. A core dump would hold what people searched for.
    _prctl(_PR_SET_DUMPABLE, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if parent is not None:
        terminate_with(parent)
    tempfile.tempdir = None  # what root may write to says nothing


def _take_secrets_out_of_files(settings: Settings) -> None:
    """Put what LOCATOR_*_FILE name into the environment: the processes of the server read the settings again."""
    for name in type(settings).model_fields:
        variable = f"LOCATOR_{name.upper()}"
        file = os.environ.pop(f"{variable}_FILE", None)
        if file and not os.environ.get(variable):
            os.environ[variable] = Path(file).read_text(encoding="utf-8").strip()


def _closed_to(account: Account) -> str:
    """Return the first file of Python or of ours that this user cannot read; nothing if there is none."""
    files = [sys.executable, os.__file__, click.__file__, locator.__file__]
    script = 'for file; do test -r "$file" || { echo "$file"; exit; }; done'
    return account.run(["sh", "-c", script, "sh", *(str(Path(file).resolve()) for file in files)]).stdout.strip()


def _keep_right_to_read() -> None:
    """Keep CAP_DAC_READ_SEARCH of what PR_SET_KEEPCAPS has kept, and lose the rest."""
    number = _SYS_CAPSET.get(platform.machine())
    if number is None or sys.platform != "linux":
        return
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    data = struct.pack("=6I", _CAP_DAC_READ_SEARCH, _CAP_DAC_READ_SEARCH, 0, 0, 0, 0)
    ctypes.CDLL(None, use_errno=True).syscall(number, header, data)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
