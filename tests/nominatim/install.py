"""Install what `make test-nominatim` needs besides: osm2pgsql, and Nominatim in an environment of its own."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from locator.cluster.binaries import _become_root, _by_hand, _run_visibly
from locator.config.settings import PROJECT_FOLDER
from locator.errors import ClusterError

ENVIRONMENT = PROJECT_FOLDER / ".venv-nominatim"
REQUIREMENTS = PROJECT_FOLDER / "requirements" / "nominatim.txt"
INSTALLED = ENVIRONMENT / "installed.txt"  # the requirements as they were installed, written when all went well


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def missing_packages() -> list[str]:
    """Name the Debian packages that are missing: osm2pgsql, and what compiles PyICU, which comes as source."""
    wanted = {
        "osm2pgsql": shutil.which("osm2pgsql"),
        "g++": shutil.which("g++"),
        "pkg-config": shutil.which("pkg-config"),
        "libicu-dev": _succeeds("pkg-config", "--exists", "icu-i18n"),
        "python{}.{}-dev".format(*sys.version_info): Path(sysconfig.get_path("include"), "Python.h").is_file(),
    }
    return [name for name, found in wanted.items() if not found]


def install_packages() -> None:
    """Install what is missing with apt-get where that needs no password, else say the command; raises ClusterError."""
    names = missing_packages()
    if not names:
        return
    become_root = _become_root()
    if shutil.which("apt-get") is None or become_root is None:
        raise ClusterError(f"Nominatim needs more programs. Install them with\n  {_by_hand(names)}")
    say(f"Installing {', '.join(names)} with apt-get")
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1", "apt-get", "-q"]
    apt_get += ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    _run_visibly([*apt_get, "update"], say)  # may fail without a network, and the packages be at hand all the same
    code = _run_visibly([*apt_get, "install", "--yes", "--no-install-recommends", *names], say)
    if code != 0 or missing_packages():
        raise ClusterError(f"apt-get could not install them (exit {code}). Try it by hand:\n  {_by_hand(names)}")


def install_nominatim() -> None:
    """Make the environment with exactly the versions of requirements/nominatim.txt, unless it is there."""
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if INSTALLED.is_file() and INSTALLED.read_text(encoding="utf-8") == wanted:
        return
    say(f"Installing Nominatim into {ENVIRONMENT.name} (a minute or two: PyICU is compiled)")
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pip: list[str | Path] = [ENVIRONMENT / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "install", "-qq", "--require-hashes", "-r", REQUIREMENTS], check=True)
    INSTALLED.write_text(wanted, encoding="utf-8")


def _succeeds(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, check=False).returncode == 0


def main() -> None:
    """Install everything; exit 1 with a sentence where that fails."""
    os.chdir(PROJECT_FOLDER)
    try:
        install_packages()
        install_nominatim()
    except (ClusterError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
