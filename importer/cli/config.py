"""``roster config``"""

from __future__ import annotations

import json

import click

from importer.cli.options import command, settings_options
from importer.cli.terminal import Terminal, wrap
from importer.errors import ExitCode, ServiceError
from importer.settings import Settings, load_settings, settings_path


@command("config", example="roster config --json", page="administrators.md#settings")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@settings_options()
def config(as_json: bool, **options: str | None) -> ExitCode:
    """Show which settings are in force and where each comes from.

    Options are taken as for an import: with the same ones it shows what that import would go by. The key itself is
    not shown.
    """
    settings = load_settings(**options)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(_document(settings))
    else:
        terminal.say(_lines(settings))
    return ExitCode.DONE


def _document(settings: Settings) -> dict[str, object]:
    fault = _fault_of_key(settings)
    return {
        "schema": 1,
        "settings_file": {"path": str(settings_path()), "exists": settings_path().exists()},
        "key": {"from": str(settings.key_source), "fault": fault or None},
        "settings": {
            name: {"value": value, "from": str(settings.origin(name))}
            for name, value in settings.model_dump(mode="json").items()
        },
    }


def _lines(settings: Settings) -> list[str]:
    there = "" if settings_path().exists() else " (there is none; defaults hold)"
    fault = _fault_of_key(settings)
    width = max(map(len, Settings.model_fields))
    values = settings.model_dump(mode="json") | {"headings": ", ".join(settings.headings) or None}
    return [
        f"Settings file  {settings_path()}{there}",
        *(wrap(fault.replace("\n   ", ""), first="Key            ", indent=" " * 15) if fault else []),
        *([] if fault else [f"Key            from {settings.key_source}"]),
        "",
        f"{'Setting':<{width}}  {'From':<13}  In force",
        *(f"{name:<{width}}  {settings.origin(name):<13}  {_shown(value)}" for name, value in values.items()),
    ]


def _shown(value: object) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value)


def _fault_of_key(settings: Settings) -> str:
    try:
        settings.api_key()
    except ServiceError as error:
        return str(error)
    return ""
