"""The questions of an import, each asked until it is answered. Enter sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli import screens
from importer.cli.terminal import Terminal, wrap
from importer.importing.questions import Choices, GoAhead, NewSessions, Price

if TYPE_CHECKING:
    from importer.importing.proposing import Proposal


def with_series(proposal: Proposal, terminal: Terminal) -> Choices | None:
    """What holds where a person was asked whether this is a newer version of another list."""
    asked = proposal.newer
    while asked:
        match terminal.ask(screens.newer_question(asked, proposal.plan.zone)):
            case "" | "y" | "yes":
                return proposal.choices.with_series(asked.series)
            case "n" | "no":
                return proposal.choices.with_series(asked.own)
        terminal.warn(["Please type y or n."])
    return None


def passed_on(proposal: Proposal, terminal: Terminal) -> Proposal | None:
    """With the choice of addresses and numbers, which a first import asks; ``None`` for Enter."""
    if not proposal.pass_on:
        return proposal
    terminal.insist(["", *screens.contact_question(proposal.pass_on)])
    while True:
        match terminal.ask('Type "send" to send them, "none" to keep them here, or Enter to stop:'):
            case "send" | "none" as answer:
                return proposal.with_contact(answer)
            case "" | "n" | "no":
                return None
        terminal.warn(["Please type send, none, or press Enter to stop."])


def starts(question: NewSessions, terminal: Terminal, *, practice: bool) -> bool:
    while True:
        match terminal.ask(screens.new_sessions_question(question, practice=practice)):
            case "y" | "yes":
                return True
            case "" | "n" | "no":
                return False
        terminal.warn(["Please type y to start them, or press Enter to book nobody."])


def priced(question: Price, choices: Choices, terminal: Terminal) -> Choices | None:
    """With the choice of payment requests; ``None`` for Enter."""
    terminal.insist(screens.price_question(question))
    asked, again = 'Type "send" or "none", or Enter to stop:', "Please type send, none, or press Enter to stop."
    if question.why_not_none:
        asked, again = 'Type "send", or Enter to stop:', "Please type send, or press Enter to stop."
    while True:
        match terminal.ask(asked):
            case "send":
                return choices.with_payments("send")
            case "none" if not question.why_not_none:
                return choices.with_payments("none")
            case "" | "n" | "no":
                return None
        terminal.warn([again])


def agreed(question: GoAhead, choices: Choices, terminal: Terminal, *, practice: bool) -> Choices | None:
    """With the word to book, all or only the first; ``None`` for no."""
    yes = screens.answers_for_yes(question)
    while True:
        answer = terminal.ask(screens.question(question, practice=practice))
        if answer == "1" and question.offers_first:
            return choices.agreed(only_the_first=True)
        if answer in yes:
            return choices.agreed()
        if answer in ("", "n", "no"):
            return None
        terminal.warn(wrap(screens.not_understood(question)))
