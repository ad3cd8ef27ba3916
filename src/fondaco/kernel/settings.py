"""Settings: typed, from the environment (`FONDACO_PORT=8080`) over an optional `fondaco.toml`."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

PREFIX = "FONDACO_"


class SettingsError(ValueError):
    """A setting that is unknown or cannot be read; the message names it and where it stands."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may set. Times in seconds, sizes in bytes."""

    database_url: str | None = None
    """Any PostgreSQL >= 16; unset means the embedded one in `home`."""
    home: str | None = None
    """Folder of the embedded database and its logs; unset means the per-user data folder."""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    """How many processes answer requests. Each opens connections of its own."""
    buckets: int = 1
    """How many buckets the keys are dealt over; fixed for the life of a deployment."""
    pool_size: Annotated[int, msgspec.Meta(ge=4)] = 8
    """Connections to write by, and as many to read by. A subscriber keeps one while it works."""
    batch_limit: Annotated[int, msgspec.Meta(ge=1)] = 1000
    """The most commands that one transaction carries."""
    lanes: Annotated[int, msgspec.Meta(ge=1)] = 4
    """How many batches of one command may be under way at once, while many wait."""
    queue_limit: Annotated[int, msgspec.Meta(ge=1000)] = 5000
    """The most commands of one kind that may wait; one more is answered 503."""
    request_timeout: float = 30.0
    statement_timeout: float = 20.0
    body_limit: int = 2_000_000
    rate_limit: int = 0
    """Requests a minute that one API key may make; 0 means no limit."""
    provider_url: str | None = None
    """Address of a running sandbox provider; unset means that `serve` starts its own."""
    webhook_secret: str | None = None
    providers: str = "sandbox"
    """Names of the payment providers that buyers may use, with commas between."""
    payer: str = "sandbox"
    """The provider that pays sellers out."""
    return_url: str = ""
    """Where a provider's page sends a buyer back to."""
    stripe_key: str | None = None
    stripe_webhook_secret: str | None = None
    stripe_url: str | None = None
    public_url: str = ""
    """Address under which the world reaches this server, for providers to tell it things."""
    alipay_app_id: str | None = None
    alipay_key: str | None = None
    alipay_public_key: str | None = None
    alipay_url: str | None = None
    bank_iban: str | None = None
    bank_holder: str | None = None
    bank_bic: str = ""
    bank_currency: str = "EUR"
    bank_schemas: str = ""
    """Folder of XML schemas that a bank's files must fit, named like `camt.053.001.08.xsd`."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __repr__(self) -> str:
        shown = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return f"Settings({', '.join(f'{n}={_veiled(n, value)!r}' for n, value in shown)})"

    def with_(self, **changed: Any) -> "Settings":
        """The same with some changed."""
        return msgspec.structs.replace(self, **changed)


_SECRET: Final = ("database_url", "key", "secret")


def _veiled(name: str, value: object) -> object:
    """A value as it may be shown: nothing of a secret but that it is set."""
    return "***" if value and name.endswith(_SECRET) else value


def load(
    environ: Mapping[str, str] | None = None, file: Path | None = None, **over: Any
) -> Settings:
    """Settings from `file` (or FONDACO_CONFIG, or ./fondaco.toml), environment, then `over`.

    Raises SettingsError that names the setting at fault.
    """
    environ = os.environ if environ is None else environ
    values = _from_file(file or Path(environ.get("FONDACO_CONFIG", "fondaco.toml")))
    for name in Settings.__struct_fields__:
        if (text := environ.get(PREFIX + name.upper())) is not None and text != "":
            values[name] = text
    values.update({k: v for k, v in over.items() if v is not None})
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"bad setting: {error}") from error
    if not 1 <= settings.buckets <= 1024:
        raise SettingsError("bad setting: buckets must be 1 to 1024")
    return settings


def environment(settings: Settings) -> dict[str, str]:
    """The variables that tell another process exactly these settings, with what else is set."""
    values = {
        PREFIX + name.upper(): value for name, value in msgspec.structs.asdict(settings).items()
    }
    others = {name: value for name, value in os.environ.items() if name not in values}
    return others | {name: str(value) for name, value in values.items() if value is not None}


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
