"""The Dockerfile, step by step without a Docker engine.

A small reader takes the file apart. Then each step is run for real: the same commands, in a folder laid out as the
image would be, with only what .dockerignore lets through, and the command that comes out is used like any other.
"""

import contextlib
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from locator import __version__
from locator.cluster import cluster
from locator.config.settings import Settings

pytestmark = pytest.mark.deployment

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0


@dataclass(frozen=True)
class Step:
    instruction: str
    rest: str

    @property
    def words(self) -> list[str]:
        """Return the parts after the instruction and its --flags; of the JSON form too."""
        rest = re.sub(r"^(--[a-z-]+=\S+\s+)+(CMD\s+)?", "", self.rest)
        return [str(word) for word in json.loads(rest)] if rest.startswith("[") else shlex.split(rest)

    @property
    def pairs(self) -> dict[str, str]:
        """Return NAME=value pairs of ENV and LABEL."""
        return dict(word.split("=", 1) for word in self.words)


def read_dockerfile() -> list[Step]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


STEPS = read_dockerfile()
LAST_STAGE = STEPS[max(i for i, step in enumerate(STEPS) if step.instruction == "FROM") :]


def only(instruction: str) -> Step:
    found = [step for step in LAST_STAGE if step.instruction == instruction]
    assert len(found) == 1, instruction
    return found[0]


@dataclass
class Ignore:
    """Reads .dockerignore as Docker does: the last pattern that fits a path or a folder above it decides."""

    rules: list[tuple[bool, re.Pattern[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                pattern = re.escape(line.strip().removeprefix("!").strip("/")).replace(r"\*\*/", "(?:.*/)?")
                self.rules.append((line.startswith("!"), re.compile(pattern.replace(r"\*", "[^/]*"))))

    def lets_through(self, path: str) -> bool:
        parts = path.split("/")
        above = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        through = True
        for taken_back, pattern in self.rules:
            if any(pattern.fullmatch(part) for part in above):
                through = taken_back
        return through


def context_files() -> list[str]:
    everything = (file.relative_to(ROOT).as_posix() for file in ROOT.rglob("*") if file.is_file())
    return sorted(filter(Ignore().lets_through, everything))


def test_the_context_holds_what_the_image_needs_and_nothing_else() -> None:
    files = context_files()

    assert {file.split("/")[0] for file in files} == {
        "LICENSE",
        "deploy",
        "locator",
        "pyproject.toml",
        "requirements",
        "seed",
    }
    assert "locator/config/settings.py" in files
    assert "seed/clinics.csv" in files
    assert [file for file in files if file.startswith(("deploy/", "requirements/"))] == [
        "deploy/healthcheck.py",
        "deploy/make_secrets.py",
        "requirements/run.txt",
    ]
    assert sum((ROOT / file).stat().st_size for file in files) < 20_000_000


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        ".locator/data/PG_VERSION",
        ".env",
        "tests/deploy/test_dockerfile.py",
        "docs/deployment.md",
        "requirements/test.txt",
        "deploy/nginx/nginx.conf.template",
        "locator/__pycache__/config.cpython-311.pyc",
        "locator/api/__pycache__/search.cpython-311.pyc",
        "seed/__pycache__/build.cpython-311.pyc",
        "backup.sql",
    ],
)
def test_secrets_tests_and_leftovers_stay_out_of_the_context(path: str) -> None:
    assert not Ignore().lets_through(path)


def test_every_copy_finds_its_source() -> None:
    files = context_files()
    for step in STEPS:
        if step.instruction == "COPY" and "--from=" not in step.rest:
            for source in step.words[:-1]:
                assert any(file == source or file.startswith(f"{source}/") for file in files), source


def test_every_base_image_has_a_version_and_is_the_python_the_tests_run_on() -> None:
    images = [step.words[0] for step in STEPS if step.instruction == "FROM"]

    assert len(images) == 2
    assert set(images) == {
        "python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b"
    }
    assert re.search(r'requires-python = ">=3\.11"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_image_runs_as_a_user_without_rights_and_stops_when_told() -> None:
    user, group = only("USER").words[0].split(":")

    assert (int(user), int(group)) == (10001, 10001)
    assert only("STOPSIGNAL").words == ["SIGTERM"]
    assert only("ENTRYPOINT").words == ["locator"]
    assert only("CMD").words == ["serve"]
    # Nothing after USER needs root, and nothing in the last stage builds or downloads.
    after = [step.instruction for step in LAST_STAGE[LAST_STAGE.index(only("USER")) :]]
    assert not {"RUN", "COPY", "ADD"} & set(after)
    assert not re.search(
        r"pip|apt|curl|wget|gcc", " ".join(step.rest for step in LAST_STAGE if step.instruction == "RUN")
    )


def test_the_image_says_what_it_is_and_whether_it_is_well() -> None:
    labels = only("LABEL").pairs

    assert labels["org.opencontainers.image.version"] == __version__
    assert {"org.opencontainers.image.title", "org.opencontainers.image.description"} <= set(labels)
    assert only("HEALTHCHECK").words == ["python", "/app/healthcheck.py", "/healthz"]


def test_no_secret_and_no_unknown_setting_is_baked_in() -> None:
    for step in STEPS:
        assert step.instruction not in {"ADD", "ARG"}
        if step.instruction == "ENV":
            ours = {name.removeprefix("LOCATOR_").lower() for name in step.pairs if name.startswith("LOCATOR_")}
            assert ours <= set(Settings.model_fields)
            assert not {"secret_key", "database_url"} & ours


@dataclass
class Image:
    """What the Dockerfile makes, in a folder instead of an image: `root` stands for `/`."""

    root: Path
    user: int
    environment: dict[str, str]
    folder: Path
    prefixes: dict[int, list[str]] = field(default_factory=dict)

    def inside(self, text: str) -> str:
        """Point the absolute paths of the image into our folder; the system's own programs are this machine's."""
        return re.sub(r"(?<![\w/.])/(?=(?:opt|app|build|var/lib/locator)\b)", f"{self.root}/", text)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the container would: its environment, its folder and, as root, its user."""
        return subprocess.run(
            [*self._become_user(), *(self.inside(part) for part in command)],
            env={**self.environment, **variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._become_user(), *(self.inside(part) for part in command)],
            env={**self.environment, **variables},
            cwd=self.folder,
        )

    def _become_user(self) -> list[str]:
        if self.user not in self.prefixes:
            self.prefixes[self.user] = self._prefix()
        return self.prefixes[self.user]

    def _prefix(self) -> list[str]:
        as_user = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        # Where this machine's Python is closed to other users, as under /root, the command stays with ours.
        probe = [*as_user, "python", "-c", "import flask"]
        if AS_ROOT and subprocess.run(probe, env=self.environment, capture_output=True, check=False).returncode == 0:
            return as_user
        return []


def build(root: Path, context: Path, stages: Path) -> Image:
    """Do what the Dockerfile says, in order. A stage that ends is put aside, and the next starts in an empty `root`."""
    image = Image(root, 0, dict(os.environ), root)
    stage = ""
    for step in STEPS:
        match step.instruction:
            case "FROM":
                if root.exists():
                    root.rename(stages / stage)
                (root / "etc").mkdir(parents=True)
                for name in ("passwd", "group", "shadow", "gshadow"):
                    (root / "etc" / name).touch()
                stage = step.words[-1]
                image = Image(root, 0, dict(os.environ), root)
            case "WORKDIR":
                image.folder = root / step.words[0].lstrip("/")
                image.folder.mkdir(exist_ok=True)
            case "COPY":
                source = re.match(r"--from=(\S+)", step.rest)
                _copy(stages / source[1] if source else context, step.words, image)
            case "RUN":
                _run(step.rest, image)
            case "ENV":
                image.environment = {**image.environment, **{k: image.inside(v) for k, v in step.pairs.items()}}
            case "USER":
                image.user = int(step.words[0].split(":")[0])
    return image


def _copy(origin: Path, words: list[str], image: Image) -> None:
    target = image.folder / image.inside(words[-1])
    for name in words[:-1]:
        source = origin / name.lstrip("/")
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        else:
            file = target / source.name if words[-1].endswith("/") else target
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, file)


def _run(command: str, image: Image) -> None:
    program, rest = command.split(maxsplit=1)
    if program in {"groupadd", "useradd"}:
        if not AS_ROOT:
            return  # only root may make users
        rest = f"--prefix {image.root} {rest}"
    if program == "install" and not AS_ROOT:
        rest = re.sub(r"-[og] \d+ ", "", rest)  # only root may give files away
    program = sys.executable if program == "python" else program
    done = subprocess.run(
        ["sh", "-ec", f"umask 022; {program} {image.inside(rest)}"],
        cwd=image.folder,
        # To compile every module of every package would take most of the time: see `compile_what_is_used`.
        env={**image.environment, "PIP_NO_COMPILE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def compile_what_is_used(image: Image) -> None:
    """Compile the modules of the service once, as pip does in the image, and not in each of its processes."""
    environment = {name: value for name, value in image.environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    python = image.root / "opt/locator/bin/python"
    subprocess.run([python, "-c", "import locator.app, locator.cli"], env=environment, umask=0o022, check=True)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """Build it once; from a checkout that is closed to others, the hardest case for the container's user."""
    with tempfile.TemporaryDirectory(prefix="locator-image-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        context, stages = folder / "context", folder / "stages"
        stages.mkdir()
        for file in context_files():
            (context / file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(ROOT / file, context / file)
            (context / file).chmod(0o600)
        image = build(folder / "root", context, stages)
        compile_what_is_used(image)
        yield image


def test_every_step_of_the_dockerfile_works_and_gives_an_ordinary_command(image: Image) -> None:
    helped = image.run("locator", "--help")

    assert helped.returncode == 0, helped.stderr
    assert {"serve", "migrate", "seed"} <= set(helped.stdout.split())
    assert image.run("locator", "--version").stdout.split()[-1] == __version__
    where = image.run("python", "-c", "import locator, shutil; print(locator.__file__, shutil.which('locator'))").stdout
    assert where.split()[0].startswith(f"{image.root}/opt/locator/lib/")
    assert where.split()[1] == f"{image.root}/opt/locator/bin/locator"


def test_what_can_be_installed_from_is_not_in_the_image(image: Image) -> None:
    present = {path.name for path in (image.root / "opt/locator/bin").iterdir()}
    names = {path.name.split("-")[0] for path in image.root.glob("opt/locator/lib/*/site-packages/*.dist-info")}

    assert not {"pip", "pip3"} & present
    assert not {"pip", "setuptools", "wheel", "pytest"} & names
    assert not (image.root / "build").exists()


def test_the_containers_user_can_read_all_of_it_and_change_nothing(image: Image) -> None:
    for path in (image.root / "opt", image.root / "app"):
        for file in [path, *path.rglob("*")]:
            if not file.is_symlink():
                mode = file.stat().st_mode
                assert mode & 0o004, file
                assert not mode & 0o002, file
                assert not file.is_dir() or mode & 0o001, file


@pytest.mark.skipif(not AS_ROOT, reason="only root can give files to another user")
def test_new_volumes_will_belong_to_the_containers_user(image: Image) -> None:
    folders = [image.root / "var/lib/locator" / name for name in ("service", "owner", "database")]

    assert [(f.stat().st_uid, f.stat().st_mode & 0o777) for f in folders] == [
        (10001, 0o700),
        (10001, 0o700),
        (10001, 0o755),
    ]
    assert re.search(r"^locator:[^:]*:10001:10001:", (image.root / "etc/passwd").read_text(), re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, target: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_the_containers_of_the_compose_file_come_up_in_their_order(image: Image) -> None:
    """Migrate, seed, serve, the health check, a search, and SIGTERM: what `docker compose up` does, and `down`."""
    with cluster.throw_away_cluster() as url, tempfile.TemporaryDirectory(prefix="locator-socket-") as state:
        Path(state).chmod(0o777)
        port = free_port()
        variables = {
            "LOCATOR_DATABASE_URL": url,
            "LOCATOR_SECRET_KEY": "k" * 43,
            "LOCATOR_PORT": str(port),
            "LOCATOR_STATE_FOLDER": state,
            "LOCATOR_RUN_AS": "root",
        }
        # The throw-away cluster's socket is closed to other users, and the container's user is one.
        image.user = os.geteuid()
        for command in ("migrate", "seed"):
            done = image.run("locator", command, **variables)
            assert done.returncode == 0, done.stdout + done.stderr
        check = only("HEALTHCHECK").words
        assert image.run(*check, **variables).returncode == 1

        service = image.start(*only("ENTRYPOINT").words, *only("CMD").words, **variables)
        try:
            for _ in range(150):
                if image.run(*check, **variables).returncode == 0:
                    break
                assert service.poll() is None
                time.sleep(0.1)
            ready = get(port, "/readyz")
            empty = get(port, "/api/v1/search?near=53703")
            filled = image.run("locator", "seed", **variables, LOCATOR_SAMPLE="true")
            found = get(port, "/api/v1/search?near=53703")
        finally:
            service.terminate()
            stopped = service.wait(timeout=30)

    assert ready[0] == 200, ready
    # A service of one's own starts without the sample clinics, and is ready all the same.
    assert [notice["code"] for notice in json.loads(empty[1])["notices"]] == ["no_clinics"]
    assert json.loads(empty[1])["matches"] == []
    assert filled.returncode == 0, filled.stdout + filled.stderr
    assert found[0] == 200, found
    assert json.loads(found[1])["matches"]
    assert stopped == 0
