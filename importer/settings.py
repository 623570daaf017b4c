"""One object of settings, from defaults ← settings file ← environment ← options. A setting has one name everywhere."""

from __future__ import annotations

import codecs
import os
import shlex
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from importer.errors import ServiceError, SettingsError

KEY_VARIABLE = "APPOINTEDD_API_KEY"
PREFIX = "ROSTER_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def settings_path() -> Path:
    """Where the settings file is looked for; it need not exist."""
    return platformdirs.user_config_path("roster", appauthor=False) / "settings.toml"


class Origin(StrEnum):
    """Where the value of a setting comes from; the earlier of these wins."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    FILE = "settings file"
    DEFAULT = "default"


class Settings(BaseSettings):
    """What holds for every run. ``--base-url``, ``ROSTER_BASE_URL`` and ``base_url`` in the file are one setting."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")
    _origins: Mapping[str, Origin] = PrivateAttr(default_factory=dict)

    base_url: str = Field("https://api.appointedd.com/v1/", description="address of the booking service")
    api_key_file: Path | None = Field(None, description="file that holds the key, readable by you alone")
    ledger: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("roster", appauthor=False) / "ledger.sqlite3",
        description="where it is kept who was booked",
    )
    log_file: Path | None = Field(None, description="file for a log of JSON lines, without names")
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

    @field_validator("ledger", "api_key_file", "log_file")
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

    def origin(self, name: str) -> Origin:
        """Where the value of a setting comes from."""
        return self._origins.get(name, Origin.DEFAULT)

    @property
    def key_source(self) -> Path | str:
        """The file or the environment variable that the key is looked for in: the file of an option comes first."""
        if self.api_key_file and (self.origin("api_key_file") is Origin.OPTION or not os.environ.get(KEY_VARIABLE)):
            return self.api_key_file
        return KEY_VARIABLE

    def api_key(self) -> SecretStr:
        """The key from its source. Raises ``ServiceError`` where there is none, or where others can read its file."""
        source = self.key_source
        key = (_key_in(source) if isinstance(source, Path) else os.environ.get(source, "")).strip()
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


def _from_environment() -> dict[str, str]:
    """The variables that are meant for us, by setting; those that are no setting, too."""
    return {name[len(PREFIX) :].lower(): name for name in os.environ if name.upper().startswith(PREFIX)}


def _key_in(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise ServiceError(
                f"The key file {path} can be read by others on this computer, so its key was not used. Type:\n"
                f"    chmod 600 {shlex.quote(str(path))}"
            )
        return _text_of(path)
    except (OSError, UnicodeError):
        raise ServiceError(f"The key file {path} can't be read.") from None


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
        in_file, in_environment = _from_file(), _from_environment()
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"The settings file {settings_path()} can't be read: {error}. Its lines look like "
            'timezone = "Europe/London".'
        ) from None
    origins = (
        dict.fromkeys(in_file, Origin.FILE)
        | dict.fromkeys(in_environment, Origin.ENVIRONMENT)
        | dict.fromkeys(given, Origin.OPTION)
    )
    # pydantic passes over variables that are no setting: they may be another program's, but not with our prefix.
    unknown = [name for name in in_environment if name not in Settings.model_fields]
    faults = [_told((name,), "", "extra_forbidden", origins) for name in unknown]
    try:
        settings = Settings(**given)
        settings._origins = origins
    except ValidationError as error:
        faults += [_told(fault["loc"], fault["msg"], fault["type"], origins) for fault in error.errors()]
    if faults:
        raise SettingsError("These settings can't be used.\n  " + "\n  ".join(faults))
    return settings


def _told(place: tuple[int | str, ...], message: str, kind: str, origins: Mapping[str, Origin]) -> str:
    """A fault, with the name of the setting as it is written where its value comes from."""
    name = str(place[0])

    def written(name: str) -> str:
        match origins.get(str(place[0])):
            case Origin.OPTION:
                return f"--{name.replace('_', '-')}"
            case Origin.ENVIRONMENT:
                return f"{PREFIX}{name.upper()}"
            case _:
                return name

    words = message.removeprefix("Value error, ")
    if kind == "extra_forbidden":
        known = list(map(written, sorted(Settings.model_fields)))
        near = get_close_matches(written(name), known, n=1) if len(place) == 1 else []
        there = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(known)}." if len(place) == 1 else ""
        words = f"there is no such setting.{there}"
    where = ".".join([written(name), *map(str, place[1:])])
    return f"{where}: {words}" if origins.get(name) is not Origin.FILE else f"{where} in {settings_path()}: {words}"
