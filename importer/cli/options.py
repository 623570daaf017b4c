"""What commands have in common: how they are made, the options of settings, the target, the practice service."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from importer.cli.endings import Next
from importer.model import PROVIDER
from importer.model.printable import printable
from importer.settings import OPTIONS, Settings

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

Function = TypeVar("Function", bound=Callable[..., Any])

_OF_PLACE = {"sandbox", *OPTIONS}
_OF_ROSTER = {
    *("session", "service", "start", "dates", "resource", "sheet", "hidden", "allow_past", "strict", "series"),
    *("rows", "empty_sessions", "start_new"),
}
"""Options that the next command line has to repeat, because it would mean something else without them."""


class _Command(click.Command):
    """A command whose settings stand in a section of their own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for heading, are_settings in (("Options", False), (_SETTINGS, True)):
            records = [one.get_help_record(ctx) for one in options if isinstance(one, _Setting) is are_settings]
            if records:
                with formatter.section(heading):
                    formatter.write_dl([record for record in records if record])


class _Setting(click.Option):
    """An option that is a setting. Without a default and as typed: ``load_settings`` knows both better."""


class Bounded(click.Option):
    """A number within bounds that help does not spell out, as ``[x>=1]``; a fault names them."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


def complete_files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leave it to the shell to complete the name of a file."""
    return [CompletionItem(incomplete, type="file")]


def command(name: str, *, example: str, page: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of ``roster`` with an example below its help, and the ``page`` of ``docs`` to read on."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        epilog = f"\b\nExample: {example}\nMore:    docs/{page}"
        made = click.command(name, cls=_Command, epilog=epilog, context_settings=_HELP)(function)
        made.params.append(
            click.Option(["--debug"], is_flag=True, expose_value=False, help="Show where this program failed.")
        )
        return made

    return decorate


_HELP = {"help_option_names": ["-h", "--help"]}
_UNLISTED = frozenset({"payment_field", "folder_settings", "approval", "approval_days"})
"""For whoever has asked the service how it is called; for the settings file of whoever keeps an inbox, or signs off."""

_SETTINGS = "Settings (or in the environment, ROSTER_RATE=5, or in settings.toml)"


def settings_options(*names: str) -> Callable[[Function], Function]:
    """An option for each of these settings, made from ``Settings``; by default for all of them."""

    def decorate(function: Function) -> Function:
        for name in reversed(OPTIONS):
            if not names or name in names:
                field = Settings.model_fields[name]
                does = field.description or ""
                default = f" [{field.default}]" if field.default is not None and not field.default_factory else ""
                function = click.option(
                    f"--{name.replace('_', '-')}",
                    name,
                    cls=_Setting,
                    metavar=_metavar(field.annotation),
                    shell_complete=_completes(field.annotation),
                    help=f"{does[:1].upper()}{does[1:]}.{default}",
                    hidden=name in _UNLISTED,
                )(function)
        return function

    return decorate


SERVICE_SETTINGS = ("base_url", "api_key_file", "log_file", "timezone", "workers", "rate", "timeout_s")
"""What it takes to ask the booking service something."""

LOOK_SETTINGS = ("ledger", *SERVICE_SETTINGS)
"""What ``roster doctor`` takes."""


def target_options(function: Function) -> Function:
    """``--session``, or ``--service`` with ``--start`` or ``--dates`` and perhaps ``--resource``, for rows that name no
    session."""
    for flag, metavar, help_ in reversed(
        (
            ("--session", "ID", "Session for rows that name none, by its id."),
            ("--service", "NAME", "Service for rows that name none; with --start or --dates."),
            ("--start", "TIME", 'Start for rows that name none, like "14 Mar 2030 10:00". May be repeated.'),
            ("--dates", "DAYS", 'Days for rows that name none, like "every Saturday until 30 March".'),
            ("--resource", "NAME", "Room or teacher for rows that name none; with --service."),
        )
    ):
        function = click.option(flag, metavar=metavar, multiple=flag == "--start", help=help_)(function)
    return function


def sheet_option(function: Function) -> Function:
    return click.option(
        "--sheet", metavar="NAME", help='Sheet of the workbook, or "all". [the first with headings and people]'
    )(function)


def reading_options(function: Function) -> Function:
    """What is to be read of the roster."""
    hidden = click.option(
        "--hidden",
        type=click.Choice(["include", "skip"]),
        help="Rows hidden, filtered out or struck through. [wait for a decision]",
    )
    return sheet_option(hidden(function))


def output_option(what: str) -> Callable[[Function], Function]:
    return click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=what)


def printing_options(function: Function) -> Function:
    """``--json`` and ``--quiet``, given to the command as a ``Terminal``."""
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
    quiet = click.option("--quiet", is_flag=True, help="Print only what needs a person.")
    return as_json(quiet(function))


def practice_options(function: Function) -> Function:
    """``--sandbox`` and ``--mishap``."""
    sandbox = click.option("--sandbox", is_flag=True, help="PRACTICE: a practice service, no real bookings.")
    return sandbox(mishap_option(function))


trace_option = click.option(
    "--trace",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Write down the shape of all that {PROVIDER} answers, without names, to a new file.",
)

mishap_option = click.option(
    "--mishap",
    "mishaps",
    multiple=True,
    metavar="WHAT",
    help="Let the practice service do badly, like cut-after:confirm:0.1. May be repeated.",
)


def approval_options(function: Function) -> Function:
    """``--approved`` and ``--comment``."""
    approved = click.option(
        "--approved", default="", metavar="CODE", help="Book what this approval code stands for, or less of it."
    )
    comment = click.option(
        "--comment",
        default="",
        metavar="TEXT",
        callback=lambda *given: printable(given[-1]),
        help="Kept with the approval.",
    )
    return approved(comment(function))


def approval_code(approved: str, comment: str) -> str:
    """The code as it is kept. Raises ``click.UsageError`` where there is only a comment."""
    from importer.importing.meaning import typed_code

    if comment and not approved:
        raise click.UsageError("--comment is kept with an approval: it needs --approved.")
    return typed_code(approved) if approved else ""


def next_lines(ctx: click.Context, *words: str, once: Collection[str] = ()) -> Next:
    """The lines to type next, with those options of this call that they need as well.

    Those that mean this call ``once`` are repeated only where it is typed again with an answer.
    """
    for_roster, for_place = _words(ctx, _OF_ROSTER | _OF_PLACE), _words(ctx, _OF_PLACE)
    for_look = _words(ctx, _OF_PLACE & {"sandbox", *LOOK_SETTINGS})
    again = (*words, *for_roster, *_words(ctx, once))
    return Next(again=again, for_roster=for_roster, for_place=for_place, for_look=for_look)


def _words(ctx: click.Context, names: Collection[str]) -> tuple[str, ...]:
    words: list[str] = []
    for option in ctx.command.params:
        if option.name in names and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            is_flag = isinstance(option, click.Option) and option.is_flag
            value = ctx.params[option.name]
            several = value if isinstance(value, tuple) else (value,)
            words += [option.opts[-1]] if is_flag else [word for one in several for word in (option.opts[-1], str(one))]
    return tuple(words)


def _completes(annotation: Any) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    metavar = _metavar(annotation)
    if metavar == "FILE":
        return complete_files
    choices = metavar.split("|") if "|" in metavar else []
    return lambda _ctx, _param, incomplete: [CompletionItem(one) for one in choices if one.startswith(incomplete)]


def _metavar(annotation: Any) -> str:
    kinds = get_args(annotation) or (annotation,)
    choices = [choice for kind in kinds for choice in get_args(kind)] or [one for one in kinds if isinstance(one, str)]
    if choices:
        return "|".join(choices)
    return "FILE" if Path in kinds else "TEXT" if str in kinds else "NUMBER"
