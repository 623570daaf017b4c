"""The door: the command `roster`. Alone knows click, prints, asks and ends the program.

One file a command. What they have in common: ``options``, the ``destination`` where people are booked, the
``roster_file`` that is named, ``typed_rows`` of it, ``interruption`` by Ctrl-C, ``streams`` that never stop anything,
and the ``log_file``.
``conversation`` is one import from the roster to the results; it begins with ``reading``, which asks what headings mean
(``teaching``) and what else is open about a list (``agreeing``); then ``choosing`` of sessions, where it names no date,
and the questions of the plan (``asking``).
``taking_back`` is an undo in the same way, ``word`` takes what somebody says of a row that is not sure. Nouns become
lines in ``screens``, ``removal_screens``, ``tables``, ``rows``, ``persons``, ``endings`` and ``holding``, and
``welcome`` where nothing is typed; ``terminal`` prints them, asks, and shows ``progress``. What an import asks and
decides is not here but in `importing`.

``roster --help`` has to be quick, so this file imports nothing of ours but `errors` and ``streams``, and a command is
loaded when it is called, by a small function: import-linter sees those, and would be blind to names in strings.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, NoReturn

import click

from importer import __version__
from importer.cli.streams import make_streams_steady, was_shown
from importer.errors import ExitCode, ImporterError


class Terminated(KeyboardInterrupt):
    """SIGTERM: like Ctrl-C, with an exit code of its own."""


def main() -> NoReturn:
    """The program ``roster``: whatever happens ends here, in a sentence and an exit code."""
    make_streams_steady()
    # A program that reads a roster and ends has next to no cycles to collect; the search takes a tenth of its time.
    gc.set_threshold(1_000_000, 50, 50)
    signal.signal(signal.SIGTERM, _terminate)
    _never_dump_core()
    code = run()
    sys.exit(code or (ExitCode.DONE if was_shown() else ExitCode.LEDGER_OR_RESULTS))


def _never_dump_core() -> None:
    """The key and people's names are in memory: however this ends, they must not land in a file."""
    with suppress(ImportError, OSError, ValueError):  # Windows has none of this
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(args: Sequence[str] | None = None) -> int:
    """One command line, by default the program's own; returns the exit code."""
    words = sys.argv[1:] if args is None else args
    if "--json" in words:
        from importer.cli.terminal import with_a_document

        return with_a_document(lambda: _run(words))
    return _run(words)


def _run(words: Sequence[str]) -> int:
    try:
        code: int | None = roster.main(list(words), "roster", standalone_mode=False)
    except ImporterError as error:
        _complain(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except click.Abort as error:
        from importer.cli.interruption import interrupted_by

        return interrupted_by(error.__cause__)
    except Exception as error:
        if "--debug" in words:
            raise
        _complain(
            f"This is an error in this program, not in your list ({type(error).__name__}). "
            "Who is booked is on record: the same command again goes on from there.\n"
            "To see where it happened, type the same line with --debug at its end."
        )
        return ExitCode.FAULT_OF_OURS
    return code or ExitCode.DONE


class _Entry(NamedTuple):
    """A command in the overview, without the command itself."""

    section: str
    does: str
    load: Callable[[], click.Command]


class _Commands(click.Group):
    """Commands that are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's name)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's name)
        entry = COMMANDS.get(cmd_name)
        return entry.load() if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(word, COMMANDS, n=1)
            if near:
                ctx.fail(f"There is no command {word!r}. Did you mean: roster {near[0]}")
            if os.path.isfile(word):  # noqa: PTH113 (pathlib would slow --help)
                ctx.fail(f'Say what to do with it, for example: roster check "{word}"')
            ctx.fail(f"There is no command {word!r}. There are: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's)
        width = max(map(len, COMMANDS))
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl(
                    [(name.ljust(width), entry.does) for name, entry in COMMANDS.items() if entry.section == section]
                )
                formatter.write(f"\n  Example: {_EXAMPLES[section]}\n")


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    epilog="To read on: README.md, docs/coordinators.md, docs/administrators.md",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="roster")
@click.pass_context
def roster(ctx: click.Context) -> None:
    """Puts a spreadsheet of people onto group bookings in Appointedd, each person exactly once."""
    if ctx.invoked_subcommand is None:
        from importer.cli.welcome import welcome

        welcome()


def _demo() -> click.Command:
    from importer.cli.demo import demo

    return demo


def _check() -> click.Command:
    from importer.cli.check import check_roster

    return check_roster


def _import() -> click.Command:
    from importer.cli.import_ import import_roster

    return import_roster


def _sessions() -> click.Command:
    from importer.cli.sessions import sessions

    return sessions


def _doctor() -> click.Command:
    from importer.cli.doctor import doctor

    return doctor


def _template() -> click.Command:
    from importer.cli.template import template

    return template


def _headings() -> click.Command:
    from importer.cli.headings import headings

    return headings


def _resume() -> click.Command:
    from importer.cli.resume import resume

    return resume


def _undo() -> click.Command:
    from importer.cli.undo import undo

    return undo


def _runs() -> click.Command:
    from importer.cli.runs import runs

    return runs


def _config() -> click.Command:
    from importer.cli.config import config

    return config


def _purge() -> click.Command:
    from importer.cli.purge import purge

    return purge


def _schedule() -> click.Command:
    from importer.cli.schedule import schedule

    return schedule


def _completion() -> click.Command:
    from importer.cli.completion import completion

    return completion


def _inbox() -> click.Command:
    from importer.cli.inbox import inbox

    return inbox


def _find() -> click.Command:
    from importer.cli.find import find

    return find


def _forget() -> click.Command:
    from importer.cli.forget import forget

    return forget


def _web() -> click.Command:
    from importer.cli.web import web

    return web


def _sandbox() -> click.Command:
    from importer.cli.sandbox import sandbox

    return sandbox


_EVERY_DAY = "Every day"
_MISHAP = "When something went wrong"
_ADMINISTRATORS = "Administrators"
_EXAMPLES = {
    _EVERY_DAY: 'roster import "My list.xlsx" --dry-run',
    _MISHAP: "roster resume --wait",
    _ADMINISTRATORS: "roster schedule /srv/rosters --cron",
}

COMMANDS = {
    "web": _Entry(_EVERY_DAY, "Open the page: all of it in a browser.", _web),
    "demo": _Entry(_EVERY_DAY, "Try it: a sample list, a practice service.", _demo),
    "check": _Entry(_EVERY_DAY, "Find every problem in a roster, without the network.", _check),
    "import": _Entry(_EVERY_DAY, "Book the people of a roster.", _import),
    "sessions": _Entry(_EVERY_DAY, "List the sessions to come, with ids and free places.", _sessions),
    "doctor": _Entry(_EVERY_DAY, "Check the connection before anybody is booked.", _doctor),
    "template": _Entry(_EVERY_DAY, "Make a blank roster to fill in.", _template),
    "headings": _Entry(_EVERY_DAY, "Tell us once what a sender's columns contain.", _headings),
    "resume": _Entry(_MISHAP, "Finish interrupted runs, settle what is not sure yet.", _resume),
    "runs": _Entry(_MISHAP, "Show what was done, run by run or row by row.", _runs),
    "undo": _Entry(_MISHAP, "Remove the people an import has booked.", _undo),
    "find": _Entry(_MISHAP, "Find one person in all imports.", _find),
    "inbox": _Entry(_ADMINISTRATORS, "Book every roster that has come into a folder, for cron.", _inbox),
    "config": _Entry(_ADMINISTRATORS, "Show the settings in force and where each comes from.", _config),
    "schedule": _Entry(_ADMINISTRATORS, "Print what has a folder imported every night.", _schedule),
    "purge": _Entry(_ADMINISTRATORS, "Forget the names of runs that ended long ago.", _purge),
    "forget": _Entry(_ADMINISTRATORS, "Forget one person.", _forget),
    "completion": _Entry(_ADMINISTRATORS, "Let bash or zsh complete what is typed.", _completion),
    "sandbox": _Entry(_ADMINISTRATORS, "Run the practice service until Ctrl-C.", _sandbox),
}


def _terminate(_signal: int, _frame: object) -> NoReturn:
    raise Terminated


def _complain(message: str) -> None:
    from importer.cli.terminal import complain

    complain(message)
