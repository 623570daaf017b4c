"""``roster schedule``: the inbox every night, as a line for cron or units for systemd, with nothing left to fill in."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from importer.cli.options import command, settings_options
from importer.cli.terminal import Terminal
from importer.errors import ExitCode, SettingsError
from importer.settings import KEY_VARIABLE, Origin, Settings, load_settings


def _moment(_ctx: click.Context, _param: click.Parameter, text: str) -> Any:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        raise click.UsageError(f"--at {text} is no time of day. Write it like 02:00.") from None


_CONNECTION = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "XDG_CONFIG_HOME")
"""What of the environment decides how the service is reached, and where the settings file is, and is no setting."""


@command(
    "schedule",
    example="roster schedule /srv/rosters --cron --api-key-file ~/appointedd-key",
    page="administrators.md#unattended",
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER")
@click.option("--cron", "form", flag_value="cron", help="A line for crontab -e.")
@click.option("--systemd", "form", flag_value="systemd", help="A service and a timer.")
@click.option("--at", default="02:00", metavar="HH:MM", callback=_moment, help="When, each day. [02:00]")
@settings_options()
def schedule(folder: Path, form: str | None, at: time, **options: str | None) -> ExitCode:
    """Print what has the rosters in FOLDER imported every night.

    Nothing is installed. Paths are whole, and settings from options or the environment are written out, as is a proxy,
    for neither cron nor systemd knows of them; the settings file is read each time. The log is
    kept beside the ledger where no other is named.
    """
    settings = load_settings(**options)
    if not isinstance(settings.key_source, Path):
        raise SettingsError(
            f"The key has to be in a file: neither cron nor systemd knows of {KEY_VARIABLE}. Put it into a file that "
            "only you can read, and name that with --api-key-file."
        )
    settings.api_key()
    # Two folders may be due in the same minute, and an import by hand may be at work: they go one after the other.
    words = [*_program(), "inbox", str(folder.absolute()), "--wait", *_options(settings)]
    environment = {name: os.environ[name] for name in _CONNECTION if os.environ.get(name)}
    if not all(map(str.isprintable, [*words, *environment.values()])):
        raise SettingsError("A file name with a line break or another control character can't be scheduled. Rename it.")
    if form is None:
        raise click.UsageError("Say for what: --cron or --systemd.")
    is_cron = form == "cron"
    Terminal().say(_cron(words, environment, at) if is_cron else _systemd(words, environment, at, folder))
    return ExitCode.DONE


def _program() -> list[str]:
    """This very program by its whole path; ``-P`` keeps Python from taking modules out of the folder it runs in."""
    script = Path(sys.executable).with_name("roster")
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "importer"]


def _options(settings: Settings) -> list[str]:
    paths = {
        "ledger": settings.ledger,
        "api_key_file": settings.api_key_file,
        "log_file": settings.log_file or settings.ledger.with_name("roster.log"),
    }
    values = {name: str(path.absolute()) for name, path in paths.items() if path}
    values |= {
        name: str(value)
        for name, value in settings.model_dump(mode="json", exclude_none=True).items()
        if name not in paths and settings.origin(name) in (Origin.OPTION, Origin.ENVIRONMENT)
    }
    return [word for name, value in values.items() for word in (f"--{name.replace('_', '-')}", value)]


def _cron(words: Sequence[str], environment: Mapping[str, str], at: time) -> list[str]:
    """cron takes a % for the end of the command, and hands the rest to /bin/sh."""
    variables = "".join(f"{name}={shlex.quote(value)} " for name, value in environment.items())
    line = (variables + shlex.join(words)).replace("%", r"\%")
    return [f"{at.minute} {at.hour} * * *  {line}"]


def _systemd(words: Sequence[str], environment: Mapping[str, str], at: time, folder: Path) -> list[str]:
    whole = str(folder.absolute())
    name = re.sub(r"[^a-z0-9]+", "-", folder.absolute().name.casefold()).strip("-") or "inbox"
    name = f"roster-{name}-{sha256(whole.encode()).hexdigest()[:6]}"  # many a folder is called inbox
    return [
        f"# ~/.config/systemd/user/{name}.service",
        "[Unit]",
        f"Description=Import the rosters in {whole.replace('%', '%%')}",
        "",
        "[Service]",
        "Type=oneshot",
        "UMask=0077",
        *(f"Environment={_systemd_variable(name, value)}" for name, value in environment.items()),
        f"ExecStart={' '.join(map(_systemd_word, words))}",
        "",
        f"# ~/.config/systemd/user/{name}.timer",
        "[Unit]",
        f"Description=Every day at {at:%H:%M}",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {at:%H:%M}:00",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
        "",
        "# Then, so that it runs also while nobody is logged in:",
        f"# systemctl --user enable --now {name}.timer && loginctl enable-linger",
    ]


def _systemd_variable(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")  # a $ stays itself there
    return f'"{name}={escaped}"'


def _systemd_word(word: str) -> str:
    """In double quotes, without the signs that systemd would put something else in place of."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w@+=:,./-]+", word) else f'"{escaped}"'
