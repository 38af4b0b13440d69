"""The whole service as it is deployed, on this machine: PostGIS, services, a worker, and nginx in front of them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from locator.access.keys import Scope
from locator.cluster.cluster import throw_away_cluster
from locator.config.settings import PROJECT_FOLDER
from locator.importing.samples import load_samples
from locator.reference.seed_files import load_reference
from locator.store.database import Database
from locator.store.migrate import migrate
from tests.conftest import SEED, ignore_progress
from tests.helpers.clinic_files import publish
from tests.helpers.fake_provider import FakeProvider
from tests.helpers.front import Front
from tests.helpers.keys import issued
from tests.helpers.list_change import clinic_row
from tests.helpers.postgres import Postgres
from tests.helpers.service import Service, free_port, wait_for
from tests.helpers.small_disk import mounted_disk

CLINICS = 5000
DISK = "256m"
NOTES = "Please bring your referral, and the pictures on a disc. " * 10  # so that the export is several megabytes


@dataclass
class Installation:
    """Everything that runs, and the two disks that can be filled: temporary files (nginx's too), and logs."""

    postgres: Postgres
    services: list[Service]
    worker: subprocess.Popen[bytes]
    front: Front
    temporary: Path
    logs: Path
    admin_key: str
    has_disks: bool
    provider: FakeProvider | None

    @property
    def service(self) -> Service:
        return self.services[0]

    def service_processes(self) -> list[psutil.Process]:
        return [each for service in self.services for each in _tree(service.process.pid)]

    def worker_processes(self) -> list[psutil.Process]:
        return _tree(self.worker.pid)

    def nginx_processes(self) -> list[psutil.Process]:
        assert self.front.process
        return _tree(self.front.process.pid)


def _tree(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def installed(*, services: int, provider: FakeProvider | None = None) -> Iterator[Installation]:
    """Run everything during the block; the services have their usual settings."""
    with ExitStack() as parts:
        url = parts.enter_context(throw_away_cluster())
        postgres = Postgres(url)
        _keep_what_is_acknowledged(postgres)
        key = _fill(url)
        temporary, logs = (parts.enter_context(_disk(name)) for name in ("temporary", "logs"))
        settings = {
            "TMPDIR": str(temporary),
            "LOCATOR_WORKERS": "2" if services == 1 else "1",
            "LOCATOR_TRUSTED_PROXIES": "127.0.0.1",
            "LOCATOR_KEY_REQUESTS_PER_MINUTE": "6000",
            "LOCATOR_GEOCODERS": f"nominatim:{provider.url}" if provider else "",
        }
        running = []
        for number in range(services):
            folder = logs / f"service-{number + 1}"
            folder.mkdir()
            running.append(Service(folder, url, settings))
            running[-1].start()
            parts.callback(_stop, running[-1])
        worker = parts.enter_context(_worker(url, logs / "worker", temporary))
        front = _front(temporary, [service.port for service in running])
        parts.callback(front.stop)
        installation = Installation(postgres, running, worker, front, temporary, logs, key, os.geteuid() == 0, provider)
        wait_for(lambda: front.ask("/readyz").status == 200, seconds=30)
        yield installation


def _stop(service: Service) -> None:
    """End a service, also one that still answers attackers who are gone: then it is killed."""
    with suppress(subprocess.TimeoutExpired):
        service.stop()


def _keep_what_is_acknowledged(postgres: Postgres) -> None:
    """Throw-away clusters do not wait for the disk; a commit has to be written before it is acknowledged, though."""
    with postgres.as_superuser() as server:
        for setting in ("synchronous_commit", "full_page_writes"):
            server.execute(f"alter system set {setting} = on".encode())
        server.execute("select pg_reload_conf()")


def _fill(url: str) -> str:
    """Load the reference data, the sample clinics and a long list; returns a key that may do everything."""
    migrate(url)
    with closing(Database(url)) as database:
        load_reference(database, SEED, ignore_progress)
        load_samples(database, SEED, ignore_progress)
        publish(database, *(clinic_row(number, notes=NOTES) for number in range(CLINICS)))
        return issued(database, "faults", Scope.ADMIN, Scope.IMPORT).key


@contextmanager
def _disk(name: str) -> Iterator[Path]:
    if os.geteuid() == 0:
        with mounted_disk(DISK) as folder:
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix=f"locator-{name}-") as folder:
            yield Path(folder)


@contextmanager
def _worker(url: str, folder: Path, temporary: Path) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir()
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
    ours = {"LOCATOR_DATABASE_URL": url, "LOCATOR_RUN_AS": "root", "TMPDIR": str(temporary)}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "locator", "worker"],
            cwd=PROJECT_FOLDER,
            env=others | ours,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _front(temporary: Path, ports: list[int]) -> Front:
    program = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if program is None:
        raise SystemExit("nginx is needed; on Debian: apt-get install nginx-light")
    folder = temporary / "nginx"
    folder.mkdir(mode=0o755)
    front = Front(program, folder, free_port(), ports[0])
    front.values["NGINX_UPSTREAM"] = "; server ".join(
        [f"127.0.0.1:{port} max_fails=0" for port in ports[:-1]] + [f"127.0.0.1:{ports[-1]}"]
    )
    front.start()
    return front
