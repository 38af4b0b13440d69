"""nginx for the tests of what stands in front of the service."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.front import Front, Upstream
from tests.helpers.service import free_port

MakeFront = Callable[..., Front]


@pytest.fixture(scope="session")
def nginx_program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return nginx's path; where it is missing, unpack the distribution's package into a folder of the tests.

    Installing it would start a second web server on port 80 of whoever runs the tests.
    """
    found = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if found:
        return found
    folder = tmp_path_factory.mktemp("nginx-package")
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        download: dict[str, Any] = {"cwd": folder, "capture_output": True}
        downloaded = subprocess.run(["apt-get", "download", "nginx"], check=False, **download).returncode == 0
        if not downloaded and os.geteuid() == 0:
            subprocess.run(["apt-get", "update"], check=True, **download)
            subprocess.run(["apt-get", "download", "nginx"], check=True, **download)
        for package in folder.glob("nginx_*.deb"):
            subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True, **download)
        program = folder / "usr" / "sbin" / "nginx"
        subprocess.run([str(program), "-v"], check=True, capture_output=True)
        return str(program)
    pytest.skip("nginx is not installed and cannot be downloaded; on Debian: apt-get install nginx-light")


@pytest.fixture
def make_front(nginx_program: str) -> Iterator[MakeFront]:
    fronts: list[Front] = []
    with contextlib.ExitStack() as folders:

        def make(*, upstream: bool = True, **values: str) -> Front:
            folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="locator-nginx-")))
            folder.chmod(0o755)  # nginx's workers run as another user when root starts it
            front = Front(nginx_program, folder, free_port(), free_port(), values)
            if upstream:
                front.upstream = Upstream(front.upstream_port)
            front.start()
            fronts.append(front)
            return front

        yield make
        for front in fronts:
            front.stop()


@pytest.fixture
def front(make_front: MakeFront) -> Front:
    return make_front()
