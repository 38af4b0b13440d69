"""The settings of the service: `LOCATOR_*` environment variables, typed and read once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import EnvSettingsSource

from locator.config.page_settings import PageSettings

PROJECT_FOLDER = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """One or more settings are missing or wrong; `problems` has each variable with what is wrong."""

    def __init__(self, problems: dict[str, str]):
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = problems


class _SecretFiles(EnvSettingsSource):
    """Reads `LOCATOR_NAME_FILE` for every setting `NAME`, because containers pass secrets as files."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic's signature
        path = self.env_vars.get(f"{self.env_prefix}{field_name}_file".lower())
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise SettingsError({f"LOCATOR_{field_name.upper()}_FILE": f"cannot be read: {error.strerror}"}) from error


@dataclass(frozen=True, slots=True)
class _Needs:
    """What has to be set for a geocoder; a key that it only may have needs no more than its setting, `NAME_key`."""

    url: bool = False
    key: bool = False


# The geocoders that LOCATOR_GEOCODERS may name: those of geo/geocoding/providers/kinds.py, in the same order.
GEOCODERS: Mapping[str, _Needs] = {
    "census": _Needs(),
    "nominatim": _Needs(url=True),
    "pelias": _Needs(url=True),
    "photon": _Needs(url=True),
    "geocodio": _Needs(key=True),
    "arcgis": _Needs(),
    "google": _Needs(key=True),
}
_ALLOWED = ", ".join(f"{name}:URL" if needs.url else name for name, needs in GEOCODERS.items())

# A Contact of RFC 9116, as a URI; each is a line of its own, so it has no spaces and no line ends.
_CONTACT = re.compile(r"mailto:[!-~]+@[!-~]+|https://[!-~]+|tel:\+?[0-9().-]+")
_MAPPED_BITS = 96  # of an IPv6 address before the IPv4 address in it, as in ::ffff:10.0.0.0/104

# Settings of before, and what to set instead.
_RENAMED = {
    "LOCATOR_PROXIES": "is not read any more, because a number does not say who is a proxy; set LOCATOR_TRUSTED_PROXIES"
    " to the addresses or networks of your proxies, such as 127.0.0.1 or 10.0.0.0/8, and remove LOCATOR_PROXIES"
}

_EmptyIsUnset = BeforeValidator(lambda value: value or None)
_BlankIsUnset = BeforeValidator(lambda value: None if value == "" else value)  # False is a value
_OptionalSecret = Annotated[SecretStr | None, _EmptyIsUnset]


class Settings(BaseSettings, PageSettings):
    """Every setting of the service, with its meaning. `locator check` prints this list."""

    model_config = SettingsConfigDict(env_prefix="LOCATOR_", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL with PostGIS, postgresql://user:password@host/name; default: the private cluster"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="signs cursors, 32 characters or more; if not set, created once for the private cluster",
    )
    workers: int = Field(2, ge=1, le=64, description="server processes")
    threads: int = Field(4, ge=1, le=64, description="searches and pages that a server process works on at once")
    waiting: int = Field(
        64, ge=1, le=10_000, description="requests that may wait for their turn in each lane of a server process"
    )
    client_connections: int = Field(
        4096, ge=16, le=100_000, description="connections of clients that a server process holds open at the same time"
    )
    body_megabytes: int = Field(
        64, ge=32, le=4096, description="memory for the bodies of requests, in each server process"
    )
    drain_seconds: float | None = Field(
        None,
        ge=0,
        le=60,
        description="how long new connections are still accepted after SIGTERM, so that a proxy notices that /readyz "
        "is 503; if not set, 3 for `locator serve`, 0 for `locator up`",
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host names that requests may have, separated by commas; if not set, any"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="websites that may call the API from a browser and embed the finder, separated by commas"
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network | Literal["unix"], ...], NoDecode] = Field(
        (),
        description="addresses or networks of the proxies in front of the service, such as 127.0.0.1,10.0.0.0/8; only"
        " their X-Forwarded-* headers are believed; unix is whoever connects over a unix socket",
    )
    statement_timeout_seconds: float = Field(
        2.0, gt=0, le=60, description="longest that the database may take for one public request, with all of its waits"
    )
    pool_timeout_seconds: float = Field(
        1.0, gt=0, le=60, description="longest of that time that a request waits for a connection"
    )
    connections: int | None = Field(
        None,
        ge=1,
        le=64,
        description="connections that a server process has for reading; if not set, three for every four threads",
    )
    key_requests_per_minute: int = Field(
        600, ge=1, le=1_000_000, description="requests per minute with one API key, in each server process"
    )
    geocoders: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description=f"geocoders for street addresses, in this order, separated by commas: {_ALLOWED}; if not set, "
        "searches start from an address's ZIP or town",
    )
    geocodio_key: _OptionalSecret = Field(None, description="key for geocodio")
    google_key: _OptionalSecret = Field(None, description="key for google")
    arcgis_key: _OptionalSecret = Field(None, description="key for arcgis, if it needs one")
    pelias_key: _OptionalSecret = Field(None, description="key for pelias, if its server needs one")
    geocoder_deadline_seconds: float = Field(1.0, gt=0, le=10, description="longest that all geocoders may take")
    geocoding_per_second: float = Field(
        1.0,
        gt=0,
        le=100,
        description="clinics' addresses that a worker looks up per second; public geocoders allow no more than 1",
    )
    geocoder_proxy: _OptionalSecret = Field(
        None,
        description="proxy for geocoders, http://user:password@host:port; if not set, none, even if HTTP_PROXY is set",
    )
    geocoder_ca_file: Annotated[FilePath | None, _EmptyIsUnset] = Field(
        None, description="certificate authorities (PEM) for geocoders over https; by default, those of browsers"
    )
    state_folder: Path = Field(PROJECT_FOLDER / ".locator", description="where the private cluster lives")
    export_folder: Annotated[Path | None, _EmptyIsUnset] = Field(
        None,
        description="where the files of /api/v1/clinics.csv are kept; by default, in the system's temporary folder",
    )
    sample: Annotated[bool | None, _BlankIsUnset] = Field(
        None,
        description="true: fill an empty list with the sample clinics, to try the service; if not set, only that of "
        "the private cluster",
    )
    security_contacts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="whom to tell about a weakness, mailto:, https:// or tel:, separated by commas; if not set, "
        "/.well-known/security.txt is 404",
    )
    seed_folder: Path = Field(PROJECT_FOLDER / "seed", description="reference data and the sample clinics")
    run_as: str = Field(
        "nobody",
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$",
        description="user that the server and the workers run as if root starts them",
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")
    log_format: Annotated[Literal["auto", "json", "plain"], BeforeValidator(lambda value: value or "auto")] = Field(
        "auto", description="json, plain (lines for people), or auto: plain on a terminal, json elsewhere"
    )
    metrics_token: Annotated[SecretStr | None, _EmptyIsUnset] = Field(
        None,
        min_length=16,
        description="what a reader of /metrics sends as Authorization: Bearer ..., 16 characters or more; "
        "if not set, only programs on this machine may read it",
    )

    @field_validator("trusted_hosts", "cors_origins", "geocoders", "security_contacts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _parts_of(value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        parts = _parts_of(value)
        return tuple(map(_network, parts)) if isinstance(parts, tuple) else parts

    @field_validator("geocoders")
    @classmethod
    def _check_geocoders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for place, text in enumerate(value, start=1):
            if fault := _fault_of_geocoder(text):
                raise ValueError(f"entry {place} {fault}")
        return value

    @field_validator("security_contacts")
    @classmethod
    def _check_contacts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for place, text in enumerate(value, start=1):
            if not _CONTACT.fullmatch(text):
                raise ValueError(
                    f"entry {place} must be an address such as mailto:security@example.org, https://example.org/report"
                    " or tel:+16085550100"
                )
        return value

    @field_validator("geocoder_proxy")
    @classmethod
    def _check_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _web_address(value.get_secret_value()):
            raise ValueError("must be http://host:port or https://host:port")
        return value

    @property
    def wants_samples(self) -> bool:
        """Whether an empty list is filled with the sample clinics."""
        return self.uses_private_cluster if self.sample is None else self.sample

    @property
    def uses_private_cluster(self) -> bool:
        return self.database_url is None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls)


def read_settings(**given: Any) -> Settings:
    """Read the environment, and `given` before it. Raises SettingsError naming every wrong variable, never a value."""
    problems = {name: told for name, told in _RENAMED.items() if os.environ.get(name)}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems |= {
            f"LOCATOR_{'_'.join(map(str, e['loc'])).upper()}": e["msg"].removeprefix("Value error, ")
            for e in error.errors(include_input=False)
        }
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    chosen_geocoders(settings)
    return settings


def required_secret_key(settings: Settings) -> str:
    """Return the secret key. Raises SettingsError if there is none, because no default would be secret."""
    if settings.secret_key is None:
        raise SettingsError({"LOCATOR_SECRET_KEY": "is not set; set it to 32 characters or more that nobody can guess"})
    return settings.secret_key.get_secret_value()


@dataclass(frozen=True, slots=True)
class ChosenGeocoder:
    """One entry of LOCATOR_GEOCODERS: a provider, the URL of its server if it is not the usual one, and its key."""

    name: str
    url: str | None = None
    key: str | None = field(default=None, repr=False)


def chosen_geocoders(settings: Settings) -> tuple[ChosenGeocoder, ...]:
    """Return the geocoders to ask, in order, with their keys. Raises SettingsError if a key is missing."""
    chosen = []
    missing = {}
    for text in settings.geocoders:
        name, _, url = text.partition(":")
        key: SecretStr | None = getattr(settings, f"{name}_key", None)
        if GEOCODERS[name].key and not key:
            missing[f"LOCATOR_{name.upper()}_KEY"] = f"is not set; LOCATOR_GEOCODERS names {name}, which needs one"
        chosen.append(ChosenGeocoder(name, url or None, key.get_secret_value() if key else None))
    if missing:
        raise SettingsError(missing)
    return tuple(chosen)


def _parts_of(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _network(part: object) -> object:
    """Return the network of the proxies that one entry names. Raises ValueError, which says what to write."""
    if not isinstance(part, str) or part == "unix":
        return part
    try:
        network = ip_network(part, strict=False)
    except ValueError:
        raise ValueError(
            f"“{part[:60]}” is not an address or a network such as 127.0.0.1, 10.0.0.0/8 or fd00::/8, nor unix"
        ) from None
    if ip_address(part.partition("/")[0]) != network.network_address:
        raise ValueError(f"“{part}” is an address inside of a network; write {network} for the whole network")
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    bits = network.prefixlen - _MAPPED_BITS if mapped else network.prefixlen
    if bits <= 0:
        raise ValueError(f"“{part}” would believe every client; name the addresses of your proxies")
    return IPv4Network((mapped, bits)) if mapped else network


def _fault_of_geocoder(text: str) -> str | None:
    name, colon, url = text.partition(":")
    if name not in GEOCODERS:
        return f"is not a known geocoder; allowed are {_ALLOWED}"
    if not colon:
        return f"needs the URL of your server, as in {name}:http://host:port" if GEOCODERS[name].url else None
    address = _web_address(url)
    if not address or address.username is not None or address.query or address.fragment:
        return f"has no plain http:// or https:// URL after “{name}:”"
    host = (address.hostname or "").rstrip(".")
    if name == "nominatim" and f".{host}".endswith((".openstreetmap.org", ".osm.org")):
        return (
            "is the public Nominatim, whose usage policy does not allow a service like this, and which must not get "
            "patients' addresses; run your own server (docs/geocoding.md)"
        )
    return None


def _web_address(url: str) -> SplitResult | None:
    """Return the parts of an http or https URL; None for anything else."""
    try:
        parts = urlsplit(url)
        is_one = url.isascii() and url.isprintable() and " " not in url and parts.scheme in ("http", "https")
        return parts if is_one and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None
