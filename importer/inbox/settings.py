"""What a folder says of its rosters, in a file ``roster.toml`` in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from importer.errors import SettingsError

SETTINGS_FILE = "roster.toml"

_BEYOND_READING = ("payment_requests", "max_new")
"""What decides over more than how the lists are read: whom the service bills, and what is held."""

_OF_PROGRAM = ("timezone", "date_order", "payment_requests", "contact")


class FolderSettings(BaseModel):
    """What is left out is as everywhere else. Whoever may put rosters into the folder may change this file, so it names
    no address, no key and no place for results.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str | None = Field(None, description="zone of the times in the rosters")
    date_order: Literal["dmy", "mdy"] | None = Field(None, description="what 03/04/2030 means: dmy or mdy")
    payment_requests: Literal["send", "none"] | None = Field(None, description="where there is a price: send or none")
    contact: Literal["none"] | None = Field(
        None, description="none: e-mail addresses and telephone numbers of these lists stay here"
    )
    session: str | None = Field(None, description="session for rows that name none, by its id")
    service: str | None = Field(None, description="service for rows that name none; with start or dates")
    start: str | tuple[str, ...] | None = Field(
        None, description="start for rows that name none, like 14 Mar 2030 10:00, or a list of several"
    )
    dates: str | None = Field(None, description="days for rows that name none, like every Saturday until 30 March 2030")
    resource: str | None = Field(None, description="room or teacher for rows that name none; with service")
    sheet: str | None = Field(None, description="sheet of the workbooks")
    headings: str | None = Field(
        None, description="the one set of headings, of those in the settings file, that counts"
    )
    series: str = Field("", description="all rosters here follow each other, whatever their names")
    max_new: int | None = Field(None, ge=0, description="hold a roster with more new people than this")
    remind_days: int = Field(7, ge=0, description="say again after so many days what still lies in attention or held")
    expect: Literal["daily"] | None = Field(None, description="daily: a day without a roster ends with 3")

    def check_allowed(self, allowed: Literal["all", "reading"]) -> None:
        """Raises ``SettingsError`` where the folder says what the program's settings let no folder say."""
        beyond = [name for name in _BEYOND_READING if getattr(self, name) is not None]
        if allowed == "reading" and beyond:
            raise SettingsError(
                f"{SETTINGS_FILE} may not say {' or '.join(beyond)}: the setting folder_settings is reading. Delete it "
                "there. Write payment_requests into your own settings."
            )

    @property
    def starts(self) -> tuple[str, ...]:
        return (self.start,) if isinstance(self.start, str) else self.start or ()

    def of_program(self) -> Mapping[str, Any]:
        """The settings of the program that this folder has its own word on."""
        return {name: value for name in _OF_PROGRAM if (value := getattr(self, name)) is not None}


def folder_settings(folder: Path) -> FolderSettings:
    """The settings of a folder; those that say nothing where there is no file. Raises ``SettingsError``."""
    found = sorted(path for path in folder.iterdir() if path.name.casefold() == SETTINGS_FILE)
    if len(found) > 1:
        raise SettingsError(f"There are {' and '.join(path.name for path in found)} in {folder}. Delete all but one.")
    path = found[0] if found else folder / SETTINGS_FILE
    if found and not path.is_file():  # a pipe would be waited for
        raise SettingsError(f"{path} is no file. Delete it, or write the settings of this folder into it.")
    try:
        content = path.read_text(encoding="utf-8-sig") if found else ""
        return FolderSettings.model_validate(tomllib.loads(content))
    except ValidationError as error:
        faults = [
            f"\n  {one['loc'][0]}: {_words(str(one['loc'][0]), one['msg'], one['type'])}" for one in error.errors()
        ]
        raise SettingsError(f"{path} can't be used.{''.join(faults)}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(f'{path} can\'t be read: {error}. Its lines look like: series = "staff"') from None


def _words(name: str, message: str, kind: str) -> str:
    if kind != "extra_forbidden":
        return message
    near = get_close_matches(name, FolderSettings.model_fields, n=1)
    there = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FolderSettings.model_fields)}"
    return f"there is no such setting for a folder. {there}"
