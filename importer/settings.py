"""One object of settings, from defaults ← settings file ← environment ← options. A setting has one name everywhere."""

from __future__ import annotations

import codecs
import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from importer.errors import ServiceError, SettingsError

KEY_VARIABLE = "APPOINTEDD_API_KEY"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def settings_path() -> Path:
    """Where the settings file is looked for; it need not exist."""
    return platformdirs.user_config_path("roster", appauthor=False) / "settings.toml"


class Settings(BaseSettings):
    """What holds for every run. ``--base-url``, ``ROSTER_BASE_URL`` and ``base_url`` in the file are one setting."""

    model_config = SettingsConfigDict(env_prefix="ROSTER_", frozen=True, extra="forbid")

    base_url: str = Field("https://api.appointedd.com/v1/", description="address of the booking service")
    api_key_file: Path | None = Field(None, description=f"file that holds the key, where {KEY_VARIABLE} is not set")
    ledger: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("roster", appauthor=False) / "ledger.sqlite3",
        description="where it is kept who was booked",
    )
    timezone: str = Field("Europe/London", description="zone of the times in the roster and on every screen")
    date_order: Literal["dmy", "mdy"] | None = Field(None, description="what 03/04/2030 means: dmy or mdy")
    workers: int = Field(8, ge=1, le=64, description="sessions that are booked at the same time")
    rate: float | None = Field(None, gt=0, description="requests a second at most")
    payment_requests: Literal["send", "none"] | None = Field(
        None, description="for sessions with a price: send or none"
    )
    payment_field: str = Field(
        "send_payment_request", description="the service's name for that choice (it is not documented)"
    )
    timeout_s: float = Field(30, gt=0, description="seconds to wait for an answer")
    settle_wait_s: float = Field(30, ge=0, description="seconds to look for a booking whose answer was lost")
    settle_margin_s: float = Field(120, ge=0, description="seconds after a hold's end until nothing can come of it")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic hands over all four
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, InitSettingsSource(settings_cls, _from_file())

    @field_validator("ledger", "api_key_file")
    @classmethod
    def _of_home(cls, value: Path | None) -> Path | None:
        return value and value.expanduser()

    @field_validator("base_url")
    @classmethod
    def _https_or_loopback(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{value!r} is not an address. Write it like https://api.appointedd.com/v1/")
        if parts.username or parts.password:
            raise ValueError("the address must not hold a user name or a password")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("plain http would show the key to everybody on the way. Use https://")
        return value.rstrip("/") + "/"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone. Write it like Europe/London") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def api_key(self) -> SecretStr:
        """The key, from the environment or the key file. Raises ``ServiceError`` where there is none."""
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not key and self.api_key_file is not None:
            try:
                key = _text_of(self.api_key_file).strip()
            except (OSError, UnicodeError):
                raise ServiceError(f"The key file {self.api_key_file} can't be read.") from None
        if not key:
            raise ServiceError(
                f"No Appointedd key. Put it into the environment variable {KEY_VARIABLE}, or into a file that only you "
                "can read and name that with --api-key-file. To practise without one, add --sandbox."
            )
        if not key.isascii() or any(c.isspace() for c in key):
            raise ServiceError("The Appointedd key has blanks or odd characters in it. Copy it again, in one line.")
        return SecretStr(key)


def _from_file() -> dict[str, Any]:
    path = settings_path()
    return tomllib.loads(_text_of(path)) if path.exists() else {}


def _text_of(path: Path) -> str:
    """A text file as programs on Windows save it, too: with a byte order mark, or in UTF-16."""
    content = path.read_bytes()
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")


def load_settings(**options: Any) -> Settings:
    """Settings from all sources; options that are ``None`` were not given.

    Raises ``SettingsError`` that names every faulty setting at once, and never a value that could be secret.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc']))}: {_words(fault['msg'], fault['type'])}" for fault in error.errors()
        ]
        raise SettingsError("These settings can't be used.\n  " + "\n  ".join(faults)) from None
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"The settings file {settings_path()} can't be read: {error}. Its lines look like "
            'timezone = "Europe/London".'
        ) from None


def _words(message: str, kind: str) -> str:
    if kind == "extra_forbidden":
        return f"there is no such setting. There are: {', '.join(sorted(Settings.model_fields))}"
    return message.removeprefix("Value error, ")
