"""docker-compose.yml: valid by the Compose specification, closed where it should be, and in step with the code.

No Docker engine is needed: the specification's own schema checks the file, and the scripts its containers run are run.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import psycopg
import pytest
import yaml

from locator import __version__
from locator.cluster import cluster
from locator.cluster import server as cluster_server
from locator.config.settings import Settings, read_settings
from locator.store.migrate import migrate
from tests.helpers.front import DEFAULTS as NGINX_DEFAULTS

pytestmark = pytest.mark.deployment

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
TEXT = COMPOSE.read_text(encoding="utf-8")
OURS = {"secrets", "migrate", "service", "worker"}
LASTING = {"database", "service", "worker", "nginx", "nominatim"}
GEOCODER = {"geocoder-map", "nominatim"}  # only with --profile geocoder


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return the file as Compose reads it with nothing set: every ${NAME:-default} is its default."""
    loaded = yaml.safe_load(re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", TEXT))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def test_the_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"

    for content in (compose, yaml.safe_load(TEXT)):
        jsonschema.validate(content, json.loads(schema.read_text(encoding="utf-8")))


def test_it_starts_with_nothing_set_beforehand() -> None:
    assert re.findall(r"\$\{?[A-Za-z_]+", TEXT) == re.findall(r"\$\{[A-Z_]+(?=:-)", TEXT)


def test_one_command_starts_the_database_the_migrations_the_service_the_worker_and_nginx(
    services: dict[str, Any],
) -> None:
    assert {name for name, service in services.items() if not service.get("profiles")} == {
        *("secrets", "database", "roles", "migrate", "service", "worker", "nginx")
    }
    assert {name: service["profiles"] for name, service in services.items() if service.get("profiles")} == {
        name: ["geocoder"] for name in GEOCODER
    }


def test_every_image_has_a_version_and_a_digest_and_ours_has_the_packages_own(services: dict[str, Any]) -> None:
    for name, service in services.items():
        digest = "" if name in OURS else "@sha256:[0-9a-f]{64}"
        assert re.fullmatch(rf"[a-z0-9/-]+:[0-9]+\.?[0-9.a-z-]*{digest}", service["image"]), service["image"]
        if name in OURS:
            assert service["image"].endswith(f":{__version__}")
            assert service["build"] == {"context": "."}


def test_only_nginx_is_reachable_and_only_from_this_machine(services: dict[str, Any]) -> None:
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "nginx": ["127.0.0.1:8000:8080"]
    }
    assert all(service.get("network_mode") != "host" for service in services.values())


def test_the_database_is_on_a_network_without_a_way_out_and_nginx_is_not_on_it(compose: dict[str, Any]) -> None:
    assert compose["networks"]["data"] == {"internal": True}
    assert {name: service.get("networks") for name, service in compose["services"].items()} == {
        "secrets": None,
        "database": ["data"],
        "roles": ["data"],
        "migrate": ["data"],
        "service": ["data", "front", "geocoder"],
        "worker": ["data", "front", "geocoder"],
        "nginx": ["front"],
        "geocoder-map": ["front"],
        "nominatim": ["geocoder"],
    }
    assert compose["services"]["secrets"]["network_mode"] == "none"


def test_every_container_has_a_limit_of_memory_and_of_processes(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[0-9]+[mg]", service["mem_limit"]), name
        assert 0 < service["pids_limit"] <= 1024, name


@pytest.mark.parametrize("name", sorted(OURS | {"nginx"}))
def test_a_container_may_do_no_more_than_it_needs(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["user"].split(":")[0] not in {"0", "root"}
    assert service["read_only"] is True
    assert [re.fullmatch(r"/tmp:size=[0-9]+m(,mode=1777)?", mount) is not None for mount in service["tmpfs"]] == [True]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


def test_each_container_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    waits = {
        name: {other: wait["condition"] for other, wait in service.get("depends_on", {}).items()}
        for name, service in services.items()
    }

    assert waits == {
        "secrets": {},
        "database": {"secrets": "service_completed_successfully"},
        "roles": {"database": "service_healthy"},
        "migrate": {"database": "service_healthy", "roles": "service_completed_successfully"},
        "service": {"database": "service_healthy", "migrate": "service_completed_successfully"},
        "worker": {"database": "service_healthy", "migrate": "service_completed_successfully"},
        "nginx": {"service": "service_healthy"},
        # The service waits for no geocoder: without one, addresses are answered from their ZIP or town.
        "geocoder-map": {},
        "nominatim": {"geocoder-map": "service_completed_successfully"},
    }


def test_what_lasts_tells_its_health_and_comes_back_after_a_failure(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name in LASTING:
            assert service["restart"] == "unless-stopped"
        else:
            assert service["restart"] == "no"
        if name in LASTING - {"worker"}:
            assert service["healthcheck"]["test"][0] == "CMD"
        else:
            assert service["healthcheck"] == {"disable": True}  # of the image, which asks a service
        assert service["logging"]["options"]["max-size"]  # no log fills the disk


def test_the_clinics_outlive_their_container(compose: dict[str, Any]) -> None:
    assert "database:/var/lib/postgresql/data" in compose["services"]["database"]["volumes"]
    assert "geocoder-data:/var/lib/postgresql/16/main" in compose["services"]["nominatim"]["volumes"]
    assert set(compose["volumes"]) == {
        *("database", "database-secrets", "service-secrets", "owner-secrets", "geocoder-data", "geocoder-map")
    }


def test_every_file_that_is_mounted_is_there(services: dict[str, Any]) -> None:
    mounted = [
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]

    assert sorted(mounted) == [
        "./deploy/nginx",
        "./deploy/nominatim/quiet.conf",
        "./deploy/postgres/20-locator.sh",
        "./deploy/postgres/web-role.sh",
    ]
    assert all((ROOT / path).exists() for path in mounted)
    assert os.access(ROOT / "deploy/postgres/20-locator.sh", os.X_OK)
    assert {path.name for path in (ROOT / "deploy/nginx").iterdir()} == {
        *("nginx.conf.template", "errors.conf.template", "ask_first.conf.template", "service_headers.conf.template")
    }


def test_every_locator_variable_is_a_setting() -> None:
    used = set(re.findall(r"\bLOCATOR_[A-Z_]+", TEXT))

    assert {"LOCATOR_DATABASE_URL_FILE", "LOCATOR_SECRET_KEY_FILE", "LOCATOR_HOST"} <= used
    unknown = {name for name in used if _setting(name) not in Settings.model_fields}
    assert unknown == set()


def _setting(variable: str) -> str:
    return variable.removeprefix("LOCATOR_").removesuffix("_FILE").lower()


def test_the_worker_has_the_settings_of_the_service(services: dict[str, Any]) -> None:
    service, worker = services["service"]["environment"], services["worker"]["environment"]

    assert {"LOCATOR_DATABASE_URL_FILE", "LOCATOR_GEOCODERS", "LOCATOR_GEOCODING_PER_SECOND"} <= set(worker)
    assert worker.items() <= service.items()
    assert services["worker"]["command"] == ["worker"]


def test_every_nginx_variable_is_given_and_used(services: dict[str, Any]) -> None:
    template = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy/nginx").glob("*.template"))
    given = {name for name in services["nginx"]["environment"] if not name.startswith("NGINX_ENVSUBST_")}

    assert given == set(re.findall(r"\$\{(NGINX_[A-Z_]+)\}", template))
    assert services["nginx"]["environment"]["NGINX_UPSTREAM"] == "service:8000 resolve"
    assert services["service"]["environment"]["LOCATOR_PORT"] == "8000"


def test_the_limits_are_those_that_the_tests_of_nginx_use(services: dict[str, Any]) -> None:
    given = services["nginx"]["environment"]

    own = {"NGINX_RESOLVER", "NGINX_UNLIMITED_NETWORK", "NGINX_TRUSTED_FRONT"}
    assert {name: str(given[name]) for name in NGINX_DEFAULTS if name not in own} == {
        name: value for name, value in NGINX_DEFAULTS.items() if name not in own
    }


def test_no_secret_is_in_the_file(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            # Nominatim's password is made at its start.
            if re.search("PASSWORD|SECRET|TOKEN|_KEY(_FILE)?$|DATABASE_URL", name):
                assert "_FILE" in name
                assert value.startswith(("/run/locator/", "/var/lib/locator/"))
    assert not re.search(r"://[^/\s]*:[^/\s]*@", TEXT)


def test_the_secrets_are_made_at_random_and_only_once(tmp_path: Path, services: dict[str, Any]) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for installation in (first, second, first):
        folders = [installation / name for name in ("service", "database", "owner")]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        before = {file: file.read_text() for file in installation.rglob("*") if file.is_file()}
        subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", *folders], check=True)
        assert all(file.read_text() == text for file, text in before.items())

    made = {str(file.relative_to(first)): file for file in first.rglob("*") if file.is_file()}
    assert {name: stat.S_IMODE(file.stat().st_mode) for name, file in made.items()} == {
        "service/database_url": 0o400,
        "service/secret_key": 0o400,
        "service/metrics_token": 0o400,
        "owner/database_url": 0o400,
        "database/postgres_password": 0o444,
        "database/locator_password": 0o444,
        "database/web_password": 0o444,
    }
    texts = [file.read_text() for folder in (first, second) for file in folder.rglob("*") if file.is_file()]
    assert len(set(texts)) == 14
    assert all(len(text) >= 43 for text in texts)  # 256 bits and more, in base64
    assert services["secrets"]["command"] == [f"/var/lib/locator/{name}" for name in ("service", "database", "owner")]


def test_only_the_migrations_can_read_the_owners_password(services: dict[str, Any]) -> None:
    readers = {
        name
        for name, service in services.items()
        if any(str(volume).startswith("owner-secrets:") for volume in service.get("volumes", []))
    }

    assert readers == {"secrets", "migrate"}
    assert services["migrate"]["environment"]["LOCATOR_DATABASE_URL_FILE"] == "/var/lib/locator/owner/database_url"


def test_an_older_installation_gets_its_second_role(tmp_path: Path) -> None:
    (tmp_path / "locator_password").write_text("long ago")
    (tmp_path / "service").mkdir()
    (tmp_path / "owner").mkdir()
    (tmp_path / "service/database_url").write_text("postgresql://locator:long-ago@database:5432/locator")
    (tmp_path / "service/secret_key").write_text("the key of old cursors")

    folders = [tmp_path / "service", tmp_path, tmp_path / "owner"]
    subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", *folders], check=True)

    assert (tmp_path / "owner/database_url").read_text() == "postgresql://locator:long ago@database:5432/locator"
    assert (tmp_path / "service/database_url").read_text().startswith("postgresql://locator_web:")
    assert (tmp_path / "service/secret_key").read_text() == "the key of old cursors"


def test_the_service_reads_its_secrets_from_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "owner").mkdir()
    folders = [tmp_path, tmp_path, tmp_path / "owner"]
    subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", *folders], check=True)
    monkeypatch.setenv("LOCATOR_DATABASE_URL_FILE", str(tmp_path / "database_url"))
    monkeypatch.setenv("LOCATOR_SECRET_KEY_FILE", str(tmp_path / "secret_key"))
    monkeypatch.setenv("LOCATOR_METRICS_TOKEN_FILE", str(tmp_path / "metrics_token"))

    settings = read_settings()

    assert settings.database_url
    url = urlsplit(settings.database_url.get_secret_value())
    assert (url.hostname, url.path, url.username) == ("database", "/locator", "locator_web")
    assert url.password == (tmp_path / "web_password").read_text()
    assert settings.metrics_token
    assert settings.secret_key
    assert settings.secret_key.get_secret_value() == (tmp_path / "secret_key").read_text()


@pytest.fixture
def empty_server() -> Iterator[dict[str, str]]:
    """Return the PG* variables of a superuser on a throw-away server with neither our role nor our database."""
    with cluster.throw_away_cluster() as url:
        place = parse_qs(urlsplit(url).query)
        variables = {"PGHOST": place["host"][0], "PGPORT": place["port"][0]}
        with _connect(variables, "postgres") as connection:
            connection.execute("drop database if exists locator")
            connection.execute("drop role if exists locator")
            connection.execute("drop role if exists locator_web")
        yield variables


def _connect(variables: dict[str, str], database: str, user: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=variables["PGHOST"], port=variables["PGPORT"], dbname=database, user=user, autocommit=True
    )


def test_the_database_is_prepared_for_a_role_that_is_no_superuser(empty_server: dict[str, str], tmp_path: Path) -> None:
    password = tmp_path / "locator_password"
    password.write_text("it's a \\ strange one", encoding="utf-8")

    # As the image reads a file that is not executable: into its own bash, which goes on afterwards.
    subprocess.run(
        ["bash", "-ec", '. "$0"; unset -v missing; echo "$missing"', ROOT / "deploy/postgres/20-locator.sh"],
        env={**os.environ, **empty_server, "POSTGRES_USER": "postgres", "ROLE_PASSWORD_FILE": str(password)},
        check=True,
    )

    with _connect(empty_server, "locator", user="locator") as connection:
        may = connection.execute(
            "select rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
            "from pg_roles where rolname = current_user"
        ).fetchone()
        owner = connection.execute(
            "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding) from pg_database where datname = 'locator'"
        ).fetchone()
        extensions = {row[0] for row in connection.execute("select extname from pg_extension")}
        connection.execute("create table made_by_a_migration (place geography(Point, 4326))")
    assert may == (True, False, False, False, False, False)
    assert owner == ("locator", "UTF8")
    assert {"postgis", "pg_trgm", "fuzzystrmatch"} <= extensions
    with _connect(empty_server, "postgres") as connection:
        stored = connection.execute("select rolpassword from pg_authid where rolname = 'locator'").fetchone()
        assert stored
        assert stored[0].startswith("SCRAM-SHA-256$")
        # Setting the same password from Python gives the same login: the quote and the backslash came through.
        assert _scram_matches(stored[0], password.read_text())


def test_the_role_of_the_service_is_made_once_and_owns_nothing(empty_server: dict[str, str], tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("another \\ strange 'one")
    variables = {**os.environ, **empty_server, "ROLE_PASSWORD_FILE": str(password), "POSTGRES_USER": "postgres"}
    subprocess.run(["sh", ROOT / "deploy/postgres/20-locator.sh"], env=variables, check=True)

    for _ in range(2):
        done = subprocess.run(
            ["sh", ROOT / "deploy/postgres/web-role.sh"],
            env={**variables, "PGUSER": "postgres"},
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout + done.stderr == ""

    url = f"postgresql+psycopg://locator@/locator?host={empty_server['PGHOST']}&port={empty_server['PGPORT']}"
    migrate(url)
    with _connect(empty_server, "locator", user="locator_web") as connection:
        connection.execute("create temporary table staged (clinic_id text)")
        assert connection.execute("select count(*) from clinics").fetchone() == (0,)
        for forbidden in (
            "create table here (a int)",
            "alter table audit disable trigger all",
            "delete from audit",
            "set role locator",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    with _connect(empty_server, "postgres") as connection:
        stored = connection.execute(
            "select rolpassword, rolsuper, rolcreatedb, rolcreaterole from pg_authid where rolname = 'locator_web'"
        ).fetchone()
    assert stored
    assert _scram_matches(stored[0], password.read_text())
    assert not any(stored[1:])


def _scram_matches(stored: str, password: str) -> bool:
    rounds_and_salt, keys = stored.removeprefix("SCRAM-SHA-256$").split("$")
    rounds, salt = rounds_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client_key = hmac.new(salted, b"Client Key", hashlib.sha256).digest()
    return hashlib.sha256(client_key).digest() == base64.b64decode(keys.split(":")[0])


def _database_settings(services: dict[str, Any]) -> dict[str, str]:
    command = services["database"]["command"]
    assert command[0] == "postgres"
    assert command[1::2] == ["-c"] * (len(command) // 2)
    return dict(setting.split("=", 1) for setting in command[2::2])


def test_the_databases_log_quotes_nothing_a_person_asked(services: dict[str, Any]) -> None:
    settings = _database_settings(services)

    for name, quiet in {
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
        "log_min_messages": "log",
        "log_error_verbosity": "terse",
    }.items():
        assert settings[name] == quiet
        assert f"{name} = {quiet}\n" in cluster_server.CONFIGURATION  # and the private cluster says the same


def test_postgresql_knows_every_setting_of_the_command_line(
    services: dict[str, Any], empty_server: dict[str, str]
) -> None:
    with _connect(empty_server, "postgres") as connection:
        for name, value in _database_settings(services).items():
            connection.execute("select set_config(%s, %s, false)", (name, value))


def test_the_geocoder_beside_it_tells_nobody(compose: dict[str, Any], services: dict[str, Any]) -> None:
    nominatim = services["nominatim"]
    environment = nominatim["environment"]

    # Addresses go in, and nothing goes out: no way to the internet, no update, no download by the image itself.
    assert all(compose["networks"][name] == {"internal": True} for name in nominatim["networks"])
    assert "PBF_URL" not in environment
    assert "REPLICATION_URL" not in environment
    assert (environment["UPDATE_MODE"], environment["FREEZE"]) == ("none", "true")
    assert {environment[f"IMPORT_{name}"] for name in ("WIKIPEDIA", "US_POSTCODES", "TIGER_ADDRESSES")} == {"false"}
    assert not services["service"]["environment"]["LOCATOR_GEOCODERS"]  # nobody is asked unless told
    assert "ports" not in nominatim
    assert 'NOMINATIM_PASSWORD="$$(cat /proc/sys/kernel/random/uuid)"' in nominatim["command"][-1]


def test_the_geocoders_log_quotes_no_address_and_postgresql_knows_its_settings(empty_server: dict[str, str]) -> None:
    text = (ROOT / "deploy/nominatim/quiet.conf").read_text(encoding="utf-8")
    settings = dict(re.findall(r"^(\w+) = (\S+)$", text, re.MULTILINE))

    assert len(settings) == len([line for line in text.splitlines() if line and not line.startswith("#")])
    assert {f"{name} = {value}\n" in cluster_server.CONFIGURATION for name, value in settings.items()} == {True}
    with _connect(empty_server, "postgres") as connection:
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, false)", (name, value))


def _download_map(services: dict[str, Any], target: Path, source: str) -> int:
    service = services["geocoder-map"]
    entrypoint = [part.replace("$$", "$") for part in service["entrypoint"]]
    return subprocess.run([*entrypoint, str(target), source], check=False, capture_output=True).returncode


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here; it is in the image")
def test_the_map_is_downloaded_whole_once_and_a_given_one_is_kept(tmp_path: Path, services: dict[str, Any]) -> None:
    source, target = tmp_path / "new.osm.pbf", tmp_path / "map.osm.pbf"
    source.write_text("the map")

    missing = _download_map(services, target, (tmp_path / "nothing").as_uri())
    assert (missing != 0, target.exists()) == (True, False)

    assert _download_map(services, target, source.as_uri()) == 0
    assert target.read_text() == "the map"

    source.write_text("a newer map")
    assert _download_map(services, target, source.as_uri()) == 0
    assert target.read_text() == "the map"
    assert {path.name for path in tmp_path.iterdir()} == {"new.osm.pbf", "map.osm.pbf"}

    assert services["geocoder-map"]["command"][0] == services["nominatim"]["environment"]["PBF_PATH"]
    assert services["geocoder-map"]["command"][1].endswith("/us/wisconsin-latest.osm.pbf")
    assert services["geocoder-map"]["image"] == services["nominatim"]["image"]


class _Ready(BaseHTTPRequestHandler):
    status = 200
    hosts: list[str | None] = []  # noqa: RUF012 - one test's record

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write no log."""


def _healthy(**variables: str) -> bool:
    command = [sys.executable, str(ROOT / "deploy/healthcheck.py"), "/readyz"]
    return subprocess.run(command, env={**os.environ, **variables}, check=False).returncode == 0


@pytest.mark.parametrize(
    ("trusted", "host"), [("", "localhost"), ("find.example.org, b.example", "find.example.org"), (".a.org", "a.org")]
)
def test_the_health_check_tells_a_ready_service_from_one_that_is_not(
    monkeypatch: pytest.MonkeyPatch, trusted: str, host: str
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Ready) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        hosts: list[str | None] = []
        monkeypatch.setattr(_Ready, "hosts", hosts)
        variables = {"LOCATOR_PORT": str(server.server_port), "LOCATOR_TRUSTED_HOSTS": trusted}

        ready = _healthy(**variables)
        monkeypatch.setattr(_Ready, "status", 503)
        not_ready = _healthy(**variables)
        server.shutdown()

    assert (ready, not_ready) == (True, False)
    assert hosts == [host, host]


def test_the_health_check_fails_where_nothing_listens_or_nothing_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = str(silent.getsockname()[1])
        nothing_listens = _healthy(LOCATOR_PORT=port)
        silent.listen()
        nothing_answers = _healthy(LOCATOR_PORT=port)

    assert (nothing_listens, nothing_answers) == (False, False)
