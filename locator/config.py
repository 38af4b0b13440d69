"""The settings of the service: `LOCATOR_*` environment variables, typed, read once."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import EnvSettingsSource

PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """One or more settings are missing or wrong; `problems` names each variable and what is the matter."""

    def __init__(self, problems: dict[str, str]):
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = problems


class _SecretFiles(EnvSettingsSource):
    """Reads `LOCATOR_NAME_FILE` for every setting `NAME`: the way containers hand over secrets."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic's signature
        path = self.env_vars.get(f"{self.env_prefix}{field_name}_file".lower())
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise SettingsError({f"LOCATOR_{field_name.upper()}_FILE": f"cannot be read: {error.strerror}"}) from error


class Settings(BaseSettings):
    """Every setting of the service, with its meaning. `locator check` prints this list."""

    model_config = SettingsConfigDict(env_prefix="LOCATOR_", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL with PostGIS, postgresql://user:password@host/name; unset: the private cluster"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="signs cursors, 32 characters or more; unset: made once for the private cluster",
    )
    workers: int = Field(2, ge=1, le=64, description="server processes")
    threads: int = Field(4, ge=1, le=64, description="requests a server process answers at once")
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host names we answer to, with commas between; unset: any"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="websites that may call the API from a browser, with commas between"
    )
    proxies: int = Field(0, ge=0, le=9, description="how many proxies before us set X-Forwarded-* headers")
    statement_timeout_seconds: float = Field(2.0, gt=0, le=60, description="longest a public read may take")
    pool_timeout_seconds: float = Field(1.5, gt=0, le=60, description="longest a request waits for a connection")
    state_folder: Path = Field(PROJECT_FOLDER / ".locator", description="where the private cluster lives")
    seed_folder: Path = Field(PROJECT_FOLDER / "seed", description="reference data and the sample clinics")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")

    @field_validator("trusted_hosts", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

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
    """Read the environment, `given` first. Raises SettingsError naming every variable at fault, never its value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = {
            f"LOCATOR_{'_'.join(map(str, e['loc'])).upper()}": e["msg"] for e in error.errors(include_input=False)
        }
        raise SettingsError(problems) from None


def required_secret_key(settings: Settings) -> str:
    """Give the secret key; raises SettingsError where there is none: no default would be secret."""
    if settings.secret_key is None:
        raise SettingsError({"LOCATOR_SECRET_KEY": "is not set; give it 32 characters or more that nobody can guess"})
    return settings.secret_key.get_secret_value()
