"""``roster inbox``"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from importer.cli.conversation import AT, json_document, now, user
from importer.cli.destination import Destination, destination_of
from importer.cli.interruption import Interruption
from importer.cli.options import (
    approval_code,
    approval_options,
    command,
    next_lines,
    practice_options,
    printing_options,
    settings_options,
)
from importer.cli.screens import PRACTICE, agreed
from importer.cli.streams import was_shown
from importer.cli.terminal import Terminal, command_line, wrap
from importer.errors import ExitCode, SettingsError, gravest
from importer.model import Options, Target, moment_text
from importer.model.conventions import SENDER

if TYPE_CHECKING:
    from importer.inbox import Answer, Folders, FolderSettings, Round
    from importer.ledger import Ledger
    from importer.service.port import BookingService
    from importer.settings import Settings


@command("inbox", example="roster inbox /srv/rosters --results /srv/results", page="administrators.md#unattended")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--results", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
              help="Folder for the results. [beside each roster]")  # fmt: skip
@click.option("--require-marker", is_flag=True, help="Take a roster only once there is a file NAME.ok beside it.")
@click.option("--release", metavar="NAME", help="Let a roster through that is held.")
@approval_options
@click.option(
    "--start-new", is_flag=True, help="Start the session of a row, with its room, at a free time where none is."
)
@click.option("--dry-run", is_flag=True, help="All but booking; leave the rosters where they are.")
@click.option("--wait", is_flag=True, help="Wait while another run is at work.")
@printing_options
@practice_options
@settings_options()
@click.pass_context
def inbox(
    ctx: click.Context,
    /,
    folder: Path,
    results: Path | None,
    require_marker: bool,
    release: str | None,
    approved: str,
    comment: str,
    start_new: bool,
    dry_run: bool,
    wait: bool,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    **settings: str | None,
) -> ExitCode:
    """Book every roster that has come into a folder, for cron.

    Each is moved to done, attention, rejected or held in that folder, with its results and a text that says why.
    Prints nothing unless somebody is needed, and no names. A file roster.toml in the folder may say what holds there.
    """
    from importer.inbox import Folders, folder_settings

    folder, results = folder.resolve(), results and results.resolve()
    approved = approval_code(approved, comment)
    _check_options(folder, results, release, approved, dry_run=dry_run)
    of_folder = folder_settings(folder)
    began = now()
    again = next_lines(ctx, "inbox", str(folder)).again
    with (
        destination_of(settings, sandbox, mishaps, of_folder.of_program()) as destination,
        Interruption() as interruption,
    ):
        of_folder.check_allowed(destination.settings.folder_settings)
        teller = _Teller(Terminal(quiet=quiet, as_json=as_json), folder, again, is_practice=destination.is_practice)
        call = _Call(
            folder,
            of_folder,
            destination,
            teller,
            interruption,
            results,
            require_marker,
            release,
            approved,
            comment,
            start_new,
            dry_run,
            wait,
        )
        took = _take(call, again)
    code = interruption.code or gravest(
        [
            *(one.code for one in took.answers),
            *([ExitCode.PERSON_NEEDED] if took.missing or took.had_untold else []),
            *([] if was_shown() else [ExitCode.LEDGER_OR_RESULTS]),
        ]
    )
    if as_json:
        teller.terminal.document(_document(took, folder, destination, began, code))
    for line in filter(None, (took.missing, took.waiting)):
        teller.insist([*wrap(line), ""])
    if took.waiting:
        Folders(folder).tray.reminded(now())
    ended = f"{took.requests} requests · {(now() - began).total_seconds():.1f} s · exit {int(code)}"
    teller.end(len(took.answers), ended)
    if took.fault and was_shown():
        raise took.fault
    return code


@dataclass(frozen=True, slots=True)
class _Call:
    """What one command line asks for, and of which folder."""

    folder: Path
    of_folder: FolderSettings
    destination: Destination
    teller: _Teller
    interruption: Interruption
    results: Path | None
    require_marker: bool
    release: str | None
    approved: str
    comment: str
    start_new: bool
    dry_run: bool
    wait: bool


class _Took(NamedTuple):
    """What a round has come to, with what else is to be told of the folder."""

    answers: Sequence[Answer]
    missing: str
    waiting: str
    had_untold: bool
    requests: int
    fault: Exception | None


def _take(call: _Call, again: Sequence[str]) -> _Took:
    """One round over the folder, with the ledger and the folder locked, and the service connected."""
    from importer.importing.approving import known
    from importer.inbox import Folders, arrived, reminder
    from importer.ledger import Ledger

    folders, chosen = Folders(call.folder), _with_headings(call.destination.settings, call.of_folder.headings)
    open_ledger = Ledger.look if call.dry_run else Ledger.open
    with (
        open_ledger(chosen.ledger) as ledger,
        nullcontext() if call.dry_run else ledger.lock(call.wait),
        nullcontext() if call.dry_run else folders.tray.lock(wait=call.wait),
        call.destination.connect(
            ledger.learned(chosen.base_url), stop=call.interruption.stop, tell_of_waiting=_say_nothing
        ) as service,
    ):
        if call.approved:
            known(call.approved, ledger)
        if not call.dry_run:
            folders.make_ready(call.results, now=now())
        released = folders.let_through(call.release, ledger.written_files()) if call.release is not None else None
        had_untold = not call.dry_run and _tell_the_untold(folders, call.teller)
        one_round = _round(call, chosen, service, ledger, folders, released, again)
        pause = call.interruption.stop.wait
        files = arrived(call.folder, require_marker=call.require_marker, clock=now, pause=pause)
        answers = one_round.take(files)
        missing = _missing(call.of_folder, ledger, call.destination, call.folder, files)
        every = timedelta(days=call.of_folder.remind_days)
        waiting = "" if call.dry_run else reminder(folders, every, now=now(), zone=chosen.zone)
        return _Took(answers, missing, waiting, had_untold, service.requests, one_round.fault)


def _say_nothing() -> None:
    """A folder's round says nothing of itself while nobody is needed."""


def _round(
    call: _Call,
    chosen: Settings,
    service: BookingService,
    ledger: Ledger,
    folders: Folders,
    released: Path | None,
    again: Sequence[str],
) -> Round:
    from importer.inbox import Round
    from importer.lists.dates import for_targets
    from importer.lists.sessions import read_targets

    of_folder = call.of_folder
    targets = read_targets(
        of_folder.session,
        of_folder.service,
        of_folder.starts,
        chosen.zone,
        chosen.date_order,
        of_folder.resource,
        days=of_folder.dates,
        now=now(),
        needs_year=True,
    )
    options = Options(
        Target(),
        of_folder.sheet,
        series=of_folder.series,
        max_new=of_folder.max_new,
        days=of_folder.dates or "",
        start_new=call.start_new,
    )
    return Round(
        chosen,
        for_targets(targets, chosen.zone, options),
        service,
        ledger,
        folders,
        by=user(),
        clock=now,
        stop=call.interruption.stop,
        who_stops=lambda: call.interruption.code,
        results=call.results,
        release=released,
        approved=call.approved,
        comment=call.comment,
        signed_in=AT,
        practice=call.destination.is_practice,
        dry_run=call.dry_run,
        how_to_release=lambda answer, name: _how_to_release(answer, name, folders.folder, again),
        tell=call.teller.tell,
    )


def _check_options(folder: Path, results: Path | None, release: str | None, approved: str, *, dry_run: bool) -> None:
    if approved and release is None:
        raise click.UsageError("--approved is for the roster that is let through: it needs --release.")
    if dry_run and release is not None:
        raise click.UsageError("--release moves the roster back into the folder: leave out --dry-run.")
    if results == folder:
        raise SettingsError("The results can't go to the inbox itself: they would be read as new lists.")


def _tell_the_untold(folders: Folders, teller: _Teller) -> bool:
    """Tell of rosters that a round has put away and could not tell of; whether there were any."""
    untold = folders.tray.untold()
    with suppress(OSError):  # who can't be told now is told by the next round
        for letter in untold:
            teller.insist([f"Not told before: {letter.name}", "", *letter.lines, ""])
            if not was_shown():
                break
            folders.tray.told(letter.name)
    return bool(untold)


def _with_headings(settings: Settings, name: str | None) -> Settings:
    """With the one set of headings that the folder names, where it names one."""
    if name is None:
        return settings
    if name not in settings.headings:
        raise SettingsError(f'roster.toml names headings "{name}". Kept are: {", ".join(settings.headings) or "none"}.')
    return settings.model_copy(update={"headings": {name: settings.headings[name]}})


def _how_to_release(answer: Answer, name: str, folder: Path, again: Sequence[str]) -> list[str]:
    """What may be typed for a list that is held; what has to be agreed on comes before it is let through."""
    approved = ["--approved", answer.to_approve] if answer.to_approve else []
    release = command_line(["roster", *again, "--release", name, *approved])
    wrong = "If the file is wrong:   delete it from held/"
    if not answer.to_agree:
        return [wrong, f"If it is right:         {release}"]
    several = bool(answer.report and len(answer.report.roster.sheets) > 1)
    example = "The first of these lines shows an example. Type one of the others to say once what is right:"
    lines = [wrong, *wrap(example), ""]
    for asked in answer.to_agree:
        if asked.convention.key == SENDER:
            calls = (["roster", *again, "--sender", one.value, "--release", name] for one in asked.convention.answers)
            return [wrong, "If it is right, say whose it is:", "", *(f"    {command_line(call)}" for call in calls)]
        sheet, convention = asked.sheet, asked.convention
        call = ["roster", "headings", str(folder / "held" / name), *(["--sheet", sheet.title] if several else [])]
        answers = ([], *(agreed(convention, one) for one in convention.answers))
        lines += [f"    {command_line([*call, *words])}" for words in answers]
    return [*lines, "", f"Then let it through:    {release}"]


def _missing(
    of_folder: FolderSettings, ledger: Ledger, destination: Destination, folder: Path, files: Sequence[Path]
) -> str:
    """What is wrong where a roster is expected every day and none has come today."""
    if of_folder.expect != "daily" or files:
        return ""
    zone = destination.settings.zone
    last = next((run.started for run in ledger.runs() if run.roster_path.parent == folder), None)
    if last and last.astimezone(zone).date() == now().astimezone(zone).date():
        return ""
    return f"MISSING: no roster has come {_since(last, destination)}, and one is expected daily."


def _since(last: datetime | None, destination: Destination) -> str:
    return f"since {moment_text(last, destination.settings.zone)}" if last else "yet"


class _Teller:
    """Tells of each roster as soon as it has been put away, and nothing where nobody is needed and nobody looks on."""

    def __init__(self, terminal: Terminal, folder: Path, again: Sequence[str], *, is_practice: bool) -> None:
        self.terminal = terminal
        self._folder = folder
        self._again = again
        self._heading = [PRACTICE, ""] if is_practice else []
        self._told = 0
        self._has_said = False

    def tell(self, answer: Answer) -> None:
        from importer.inbox import letter

        if answer.needs_person or self._is_looked_at:
            name = answer.moved_to.name if answer.moved_to else answer.name
            release = _how_to_release(answer, name, self._folder, self._again)
            self.insist([*letter(answer, self._folder, release), ""])
            self._told += 1
            if not was_shown():
                raise OSError(errno.EIO, "The letter could not be shown")

    def insist(self, lines: Sequence[str]) -> None:
        self._has_said = True
        self.terminal.insist([*self._heading, *lines])
        self._heading = []

    def end(self, answers: int, ended: str) -> None:
        others = answers - self._told
        rosters = f"{others} other list{'' if others == 1 else 's'} needed no attention · " if others else ""
        if self._has_said or self._is_looked_at:
            self.insist([f"{rosters}{ended}"])

    @property
    def _is_looked_at(self) -> bool:
        return sys.stdout.isatty() and not self.terminal.quiet


def _document(
    took: _Took, folder: Path, destination: Destination, began: datetime, code: ExitCode
) -> dict[str, object]:
    """The one document of ``--json``: what ``import`` tells of each roster, and where it is now."""
    from importer.results.report import JSON_SCHEMA

    finished = now()
    return {
        "schema": JSON_SCHEMA,
        "kind": "inbox",
        "practice": destination.is_practice,
        "folder": str(folder),
        "started": began.isoformat(),
        "finished": finished.isoformat(),
        "seconds": round((finished - began).total_seconds(), 3),
        "requests": took.requests,
        "missing": took.missing or None,
        "waiting": took.waiting or None,
        "exit_code": code,
        "files": [
            {
                "file": one.name,
                "exit_code": one.code,
                "why": list(one.said),
                "moved_to": str(one.moved_to) if one.moved_to else None,
                "report": json_document(one.report, one.results, one.code) if one.report else None,
            }
            for one in took.answers
        ],
    }
