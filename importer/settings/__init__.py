"""One object of settings, from defaults ← settings file ← environment ← options. A setting has one name everywhere.

``files`` reads and writes text files as people's programs save them; ``writing`` keeps a set of headings in ours.
"""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from importer.errors import ServiceError, SettingsError
from importer.model import PROVIDER
from importer.model.headings import ORDERS, HeadingSet, of_sender, read_set
from importer.settings.files import read_text

KEY_VARIABLE = "APPOINTEDD_API_KEY"
PREFIX = "ROSTER_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def settings_path() -> Path:
    """Where the settings file is looked for; it need not exist."""
    return _of_user(platformdirs.user_config_path) / "settings.toml"


def data_folder() -> Path:
    """Where a person's ledger and practice bookings are, unless the settings say otherwise."""
    return _of_user(platformdirs.user_data_path)


def desktop_folder() -> Path:
    """A person's desktop; there need not be one."""
    return platformdirs.user_desktop_path()


def _of_user(find: Callable[..., Path]) -> Path:
    try:
        return find("roster", appauthor=False)
    except RuntimeError:
        raise SettingsError("This user has no home folder. Set the variable HOME to a folder of theirs.") from None


class Origin(StrEnum):
    """Where the value of a setting comes from; the earlier of these wins."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    FOLDER = "the inbox's roster.toml"
    FILE = "settings file"
    DEFAULT = "default"


def _known(table: dict[str, str]) -> dict[str, str]:
    read_set(table)
    return table


HeadingTable = Annotated[dict[str, str], AfterValidator(_known)]
"""A set of headings as it stands in the file: what each is taken for (``headings.read_set``)."""


class Settings(BaseSettings):
    """What holds for every run. ``--base-url``, ``ROSTER_BASE_URL`` and ``base_url`` in the file are one setting."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")
    _origins: Mapping[str, Origin] = PrivateAttr(default_factory=dict)

    base_url: str = Field("https://api.appointedd.com/v1/", description="address of the booking service")
    api_key_file: Path | None = Field(None, description="file that holds the key, readable by you alone")
    ledger: Path = Field(
        default_factory=lambda: data_folder() / "ledger.sqlite3",
        description="where it is kept who was booked",
    )
    log_file: Path | None = Field(None, description="file for a log of JSON lines, without names")
    timezone: str = Field("Europe/London", description="zone of the times in the roster and on every screen")
    date_order: Literal["dmy", "mdy"] | None = Field(None, description="what 03/04/2030 means: dmy or mdy")
    name_order: Literal["first-last", "last-first"] | None = Field(
        None, description="how names without a comma are written: first-last or last-first"
    )
    names: Literal["as-written", "as-in-english"] = Field(
        "as-written", description="how SMITH and smith are sent: as-written or as-in-english (Smith)"
    )
    sender: str | None = Field(
        None,
        description="whose list it is, where several senders have the same headings: the name that they are kept by",
    )
    region: str | None = Field(
        None, description="country of telephone numbers, like GB; by default that of the time zone"
    )
    telephones: Literal["as-written", "E.164"] = Field(
        "as-written", description="how telephone numbers are sent: as-written or E.164"
    )
    workers: int = Field(8, ge=1, le=64, description="sessions that are booked at the same time")
    rate: float | None = Field(None, gt=0, description="requests a second at most")
    payment_requests: Literal["send", "none"] | None = Field(
        None, description="for sessions with a price: send or none"
    )
    contact: Literal["send", "none"] | None = Field(
        None, description="e-mail addresses and telephone numbers: send, or none (they stay here)"
    )
    payment_field: str = Field(
        "send_payment_request", description="the service's name for that choice (it is not documented)"
    )
    timeout_s: float = Field(30, gt=0, description="seconds to wait for an answer")
    settle_wait_s: float = Field(30, ge=0, description="seconds to look for a booking whose answer was lost")
    settle_margin_s: float = Field(120, ge=0, description="seconds after a hold's end until nothing can come of it")
    approval: Literal["always", "never"] | int = Field(
        "never", description="imports to approve: never, always, above 50"
    )
    approval_days: int = Field(7, ge=1, description="days for which an approval code is good")
    folder_settings: Literal["all", "reading"] = Field(
        "all", description="what an inbox's roster.toml may say: all, or reading (no payment_requests, no max_new)"
    )
    headings: Annotated[dict[str, HeadingTable], NoDecode] = Field(
        default_factory=dict, description="sets of headings by name: what each heading is used as"
    )

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

    @field_validator("ledger", mode="before")
    @classmethod
    def _a_path(cls, value: object) -> object:
        if not str(value).strip():
            raise ValueError("this is empty. Write the path of a file, like rosters/ledger.sqlite3")
        if "://" in str(value):
            raise ValueError("a ledger is a file on this computer. Write its path, like C:\\rosters\\ledger.sqlite3")
        return value

    @field_validator("approval", mode="before")
    @classmethod
    def _how_many(cls, value: object) -> object:
        if value not in ("always", "never") and not str(value).isdecimal():
            raise ValueError("write always, never, or a number of people, like 50")
        return value

    @field_validator("base_url")
    @classmethod
    def _https_or_loopback(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
        except ValueError:  # an odd port, or half a bracket
            is_address = False
        if not is_address or not value.isprintable() or set(value) & set(" ?#"):
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

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str | None) -> str | None:
        from phonenumbers import SUPPORTED_REGIONS

        if value is not None and value.upper() not in SUPPORTED_REGIONS:
            raise ValueError(f"{value!r} is no country. Write its two letters, like GB")
        return value and value.upper()

    @property
    def heading_sets(self) -> Mapping[str, HeadingSet]:
        """Without those that have the same headings as the one of the ``sender``."""
        sets = {name: read_set(table) for name, table in self.headings.items()}
        return of_sender(sets, lambda name: name.casefold() == (self.sender or "").casefold())

    @property
    def choices(self) -> dict[str, Any]:
        """What a run keeps of the settings, those that are not set too: a resumed run goes by them, not by today's."""
        return {name: getattr(self, name) for name in (*READING, "payment_requests", "contact", "headings")}

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
                f"No {PROVIDER} key. Put it into the environment variable {KEY_VARIABLE}, or into a file that only you "
                "can read and name that with --api-key-file. To practise without one, add --sandbox."
            )
        if not key.isascii() or any(c.isspace() for c in key):
            raise ServiceError(f"The {PROVIDER} key has blanks or odd characters in it. Copy it again, in one line.")
        return SecretStr(key)


def _is_host(name: str) -> bool:
    """Whether a host can be called that: ``a..b`` can't."""
    try:
        return bool(name) and bool(name.encode("idna"))
    except UnicodeError:
        return False


def service_at(base_url: str) -> str:
    """Which service an address is of: one on this computer has another port each time, as the practice service does."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname in LOOPBACK else base_url


READING = ("timezone", "date_order", "name_order", "names", "sender", "region", "telephones")
"""The settings by which a roster is read. ``roster check`` takes them, a run keeps them, and results tell them."""

OPTIONS = tuple(name for name in Settings.model_fields if name != "headings")
"""The settings that hold one value, so that an option or a variable of the environment can say it, too."""


def _from_file() -> dict[str, Any]:
    path = settings_path()
    return tomllib.loads(read_text(path)) if path.exists() else {}


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
        return read_text(path)
    except (OSError, UnicodeError):
        raise ServiceError(f"The key file {path} can't be read.") from None


def load_settings(folder: Mapping[str, Any] | None = None, /, **options: Any) -> Settings:
    """Settings from all sources; options that are ``None`` were not given. ``folder`` is what an inbox says itself: it
    counts for more than the settings file, for less than the environment.

    Raises ``SettingsError`` that names every faulty setting at once, and never a value that could be secret.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        in_folder, in_file, in_environment = dict(folder or {}), _from_file(), _from_environment()
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"The settings file {settings_path()} can't be read: {error}. Its lines look like "
            'timezone = "Europe/London".'
        ) from None
    origins = (
        dict.fromkeys(in_file, Origin.FILE)
        | dict.fromkeys(in_folder, Origin.FOLDER)
        | dict.fromkeys(in_environment, Origin.ENVIRONMENT)
        | dict.fromkeys(given, Origin.OPTION)
    )
    # pydantic passes over variables that are no setting: they may be another program's, but not with our prefix.
    unknown = [name for name in in_environment if name not in Settings.model_fields]
    faults = [_told((name,), "", "extra_forbidden", origins) for name in unknown]
    try:
        settings = _of_folder(in_folder)(**given)
        settings._origins = origins
        settings = _over_the_sets(settings, given)
    except ValidationError as error:
        faults += [_told(fault["loc"], fault["msg"], fault["type"], origins) for fault in error.errors()]
    if faults:
        raise SettingsError("These settings can't be used.\n  " + "\n  ".join(faults))
    return settings


def _over_the_sets(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """An order that is given as an option holds for this call, whatever is kept with a set of headings."""
    said = options.keys() & {*ORDERS}
    headings = {
        name: {key: value for key, value in table.items() if key not in said}
        for name, table in settings.headings.items()
    }
    return settings.model_copy(update={"headings": headings}) if said else settings


def with_kept_headings(settings: Settings) -> Settings:
    """The settings with the sets of headings that are kept by now: others may have been taught since they were loaded.

    As they were, where the file can't be read any more.
    """
    try:
        kept = load_settings().headings
    except SettingsError:
        return settings
    return settings.model_copy(update={"headings": {**settings.headings, **kept}})


def keep_headings(name: str, table: Mapping[str, str]) -> None:
    """Write a set of headings into the settings file, in the place of the one that has its name.

    Raises ``SettingsError`` with the lines to put there, where the file can't be written.
    """
    from importer.settings.writing import write_set

    write_set(settings_path().resolve(), name, table)


def _of_folder(folder: Mapping[str, Any]) -> type[Settings]:
    if not folder:
        return Settings

    class OfFolder(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *sources: PydanticBaseSettingsSource,
            **named: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            *above, file = super().settings_customise_sources(settings_cls, *sources, **named)
            return (*above, InitSettingsSource(settings_cls, dict(folder)), file)

    return OfFolder


def _told(path: tuple[int | str, ...], message: str, kind: str, origins: Mapping[str, Origin]) -> str:
    """A fault, with the name of the setting as it is written where its value comes from."""
    name = str(path[0])

    def written(name: str) -> str:
        match origins.get(str(path[0])):
            case Origin.OPTION:
                return f"--{name.replace('_', '-')}"
            case Origin.ENVIRONMENT:
                return f"{PREFIX}{name.upper()}"
            case _:
                return name

    words = message.removeprefix("Value error, ")
    if kind == "extra_forbidden":
        known = list(map(written, sorted(Settings.model_fields)))
        near = get_close_matches(written(name), known, n=1) if len(path) == 1 else []
        there = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(known)}." if len(path) == 1 else ""
        words = f"there is no such setting.{there}"
    where = ".".join([written(name), *map(str, path[1:])])
    files = {Origin.FILE: f" in {settings_path()}", Origin.FOLDER: f" in {Origin.FOLDER}"}
    return f"{where}{files.get(origins.get(name, Origin.DEFAULT), '')}: {words}"
