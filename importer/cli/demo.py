"""``roster demo``"""

from __future__ import annotations

import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from importer.cli.conversation import Call, import_one, now, user
from importer.cli.destination import LEDGER, destination_of, practice_folder
from importer.cli.endings import Next
from importer.cli.options import command
from importer.cli.reading import read
from importer.cli.terminal import Terminal
from importer.errors import AnotherRunError, ExitCode, LedgerError, ResultsError
from importer.importing.questions import Choices
from importer.model import Options, Roster
from importer.settings import Settings

_NAME = "Practice roster"


@command("demo", example="roster demo", page="coordinators.md#set-it-up-once")
def demo() -> ExitCode:
    """Try it: book a sample list in a practice service.

    There are no real bookings, no key is needed and nothing leaves this computer. What was practised before is cleared.
    The sample roster is put into this folder, and its results beside it.
    """
    from importer.results.files import results_path

    terminal = Terminal()
    path = _copy_sample()
    output = results_path(path, None, practice=True)
    _start_afresh(output)
    then = Next(for_roster=("--sandbox",), for_place=("--sandbox",))
    with destination_of({}, sandbox=True) as destination:
        # Whoever tries it has nobody to ask for an approval.
        choices = Choices(destination.settings, Options()).with_settings(approval="never")
        roster, _ = read(path, terminal, choices, may_ask=False, practice=True)
        code = import_one(roster, Call(destination, terminal, choices, output, then, may_ask=False))
        _put_on_the_page(roster, destination.settings)
    terminal.say(["", "See the same list on a page, in your browser:", "", "    roster web --sandbox"])
    # The sample has mistakes in it on purpose: that they were found is what a demo should end well with.
    return ExitCode.DONE if code is ExitCode.PERSON_NEEDED else code


def _put_on_the_page(roster: Roster, settings: Settings) -> None:
    """The same list waits there to be corrected."""
    from importer.importing.drafting import new_draft
    from importer.ledger import Ledger

    with Ledger.open(settings.ledger) as ledger:
        ledger.drafts.add(new_draft(roster.path.name, by=user(), now=now()), roster.content)


def _start_afresh(results: Path) -> None:
    """Clear the practice service, its ledger, and the results of the last demo if nobody has changed them."""
    from importer.ledger import Ledger
    from importer.ledger.lock import locked

    folder = practice_folder()
    with suppress(LedgerError, FileNotFoundError), Ledger.look(folder / LEDGER) as ledger:
        if sha256(results.read_bytes()).hexdigest() in ledger.written_files():
            results.unlink()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / LEDGER, wait=False, who_is_at_work=lambda: "another practice import"):
            _clear(folder)
    except AnotherRunError:
        raise AnotherRunError("Another practice import is running. Type roster demo again when it has ended.") from None
    except OSError as error:
        raise LedgerError(f"{folder} can't be cleared: {error.strerror}. Close what has its files open.") from None


def _clear(folder: Path) -> None:
    """Delete what lies there but the lock, which is held. What goes by itself meanwhile is no fault."""
    for path in folder.iterdir():
        if path.name == f"{LEDGER}.lock":
            continue
        with suppress(FileNotFoundError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _copy_sample() -> Path:
    """The sample roster in this folder; a file of that name that is somebody's own stays as it is."""
    import importer.sandbox

    sample = Path(importer.sandbox.__file__).with_name("sample.xlsx").read_bytes()
    number = 1
    path = Path(f"{_NAME}.xlsx")
    while path.exists() and path.read_bytes() != sample:
        number += 1
        path = Path(f"{_NAME} {number}.xlsx")
    try:
        path.write_bytes(sample)
    except OSError as error:
        raise ResultsError(
            f"The sample roster can't be put into this folder: {error.strerror}. Go to one of your own, such as "
            "Documents, and type it again."
        ) from None
    return path
