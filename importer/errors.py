"""Every error a user can meet. Each belongs to an exit code and says what, where and what to do."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import ClassVar


class ExitCode(IntEnum):
    """What the program ends with; ``meaning`` is its line in the README."""

    DONE = 0
    FAULT_OF_OURS = 1
    USAGE = 2
    PERSON_NEEDED = 3
    NOT_SURE_YET = 4
    ROSTER_UNUSABLE = 5
    SERVICE_UNUSABLE = 6
    ANOTHER_RUN = 7
    LEDGER_OR_RESULTS = 8
    HELD = 9
    INTERRUPTED = 130
    TERMINATED = 143

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "nothing is left to do (check, dry run: no row needs a person; --first N: the N are done)",
    ExitCode.FAULT_OF_OURS: "an error in this program, not in your list",
    ExitCode.USAGE: "command line or settings",
    ExitCode.PERSON_NEEDED: (
        "some row needs a person, or somebody who moved or left the list still holds a place (also a --strict stop)"
    ),
    ExitCode.NOT_SURE_YET: "some row is not sure yet",
    ExitCode.ROSTER_UNUSABLE: "roster missing, unreadable, or without headings or people",
    ExitCode.SERVICE_UNUSABLE: "no usable key, the service unreachable, or it asked to wait too long",
    ExitCode.ANOTHER_RUN: "another run is at work",
    ExitCode.LEDGER_OR_RESULTS: "ledger or results can't be read or written, or not all could be shown",
    ExitCode.HELD: "held: nothing was sent, a decision is needed",
    ExitCode.INTERRUPTED: 'Ctrl-C or "no"',
    ExitCode.TERMINATED: "SIGTERM",
}


_GRAVEST_FIRST = tuple(map(ExitCode, (130, 143, 1, 8, 6, 7, 9, 4, 5, 3, 2, 0)))


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of a call that had to do with several rosters."""
    return min(codes, key=_GRAVEST_FIRST.index, default=ExitCode.DONE)


class ImporterError(Exception):
    """Stops a run. The message is one or two sentences for the user: what, where, and what to do."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAULT_OF_OURS


class FaultError(ImporterError):
    """An error in this program that stopped an import midway: what was done before is told all the same."""

    def __init__(self, cause: BaseException) -> None:
        *_, at = traceback.extract_tb(cause.__traceback__)
        where = f"{type(cause).__name__}, {Path(at.filename).name} line {at.lineno}"
        super().__init__(
            f"This is an error in this program, not in your list ({where}). Who is booked is on record. "
            "Import the list again: nobody is booked twice."
        )


def as_ours(error: BaseException) -> ImporterError:
    """Whatever went wrong, as an error that a user can be told."""
    return error if isinstance(error, ImporterError) else FaultError(error)


class SettingsError(ImporterError):
    """An option, environment variable or line of the settings file that can't be used. Names all at once."""

    exit_code = ExitCode.USAGE


class RosterError(ImporterError):
    """The roster is missing, can't be read, has no headings that are known, or nobody in it."""

    exit_code = ExitCode.ROSTER_UNUSABLE


class HeadingsError(RosterError):
    """No row of the roster has headings that are known, or two mean one thing; a person may say what they mean."""


class ProtectedError(RosterError):
    """The roster is protected by a password; whoever knows it may open it for us."""


class ServiceError(ImporterError):
    """The booking service can't be used: no key, a refused key, unreachable, or it asks to wait too long."""

    exit_code = ExitCode.SERVICE_UNUSABLE


class PaymentRequestError(ImporterError):
    """The service made a payment request although none was wanted (API.md, 7)."""

    exit_code = ExitCode.PERSON_NEEDED


class RemovalError(ImporterError):
    """Something happened with a removal that nobody asked for, or can explain: nobody else is removed (API.md, 22)."""

    exit_code = ExitCode.PERSON_NEEDED


class AnotherRunError(ImporterError):
    """Another run holds this ledger."""

    exit_code = ExitCode.ANOTHER_RUN


class LedgerError(ImporterError):
    """The ledger can't be read or written: nothing may be sent, or everybody might be booked again."""

    exit_code = ExitCode.LEDGER_OR_RESULTS


class ResultsError(ImporterError):
    """The results workbook can't be written where it should go."""

    exit_code = ExitCode.LEDGER_OR_RESULTS


class HeldError(ImporterError):
    """Nothing was sent: a person has to decide something first."""

    exit_code = ExitCode.HELD


class DraftChangedError(ImporterError):
    """Somebody else has changed a list on the page meanwhile: nothing of this change was kept.

    ``by`` and ``at`` say who and when; ``at`` is ``None`` where the list is gone.
    """

    exit_code = ExitCode.HELD

    def __init__(self, by: str, at: datetime | None) -> None:
        self.by, self.at = by, at
        what = f"{by} has changed this list meanwhile." if at else "This list has been deleted."
        super().__init__(f"{what} Your last change was not kept.")
