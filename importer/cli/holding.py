"""Why an import is held where nobody can be asked, as lines, each with the line to type that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from importer.cli.choosing import held_for_sessions
from importer.cli.endings import Next
from importer.cli.screens import lines_to_agree
from importer.cli.terminal import command_line, without_option, wrap
from importer.importing.questions import Agree, Odd, OfPlan, Price, StoppedBefore, Unapproved, WhichSessions
from importer.model import MOST_LISTED, PROVIDER, Roster


def held(roster: Roster, questions: Iterable[OfPlan], then: Next) -> str:
    """Why an import is held where nobody can be asked, and what answers it."""
    return "\n\n".join("\n".join(_held(one, roster, then)) for one in questions)


def _held(question: OfPlan, roster: Roster, then: Next) -> list[str]:
    again = then.again
    match question:
        case Agree(sheet, convention):
            which = sheet.title if len(roster.sheets) > 1 else None
            return [
                "Stopped for your decision. Nothing was sent.",
                *lines_to_agree(roster.path, convention, which),
            ]
        case WhichSessions():
            return held_for_sessions(question, roster.path.name, again)
        case Price():
            return _held_for_a_price(question, again)
        case Unapproved():
            return _held_for_approval(question, roster, then)
        case _:
            return _held_as_odd(question, roster.path.name, again)


def _held_for_a_price(asked: Price, again: Sequence[str]) -> list[str]:
    first, *others = asked.bookings
    more = f"and {len(others)} more: each has a price" if others else f"has {first.price_text}"
    words = without_option(again, "--payment-requests")
    if asked.why_not_none:
        return [
            f"Stopped for your decision. Nothing was sent. {first.label(asked.zone)} {more}. {asked.why_not_none}",
            "",
            f"If {PROVIDER} may send each person there a payment request:",
            "",
            f"    {command_line(['roster', *words, '--payment-requests', 'send'])}",
        ]
    return [
        f"Stopped for your decision. Nothing was sent. {first.label(asked.zone)} {more}. Choose whether {PROVIDER} "
        "sends each person there a payment request:",
        "",
        *(f"    {command_line(['roster', *words, '--payment-requests', choice])}" for choice in ("none", "send")),
    ]


def _held_for_approval(asked: Unapproved, roster: Roster, then: Next) -> list[str]:
    lines = [
        f"Stopped for your decision. Nothing was sent: {roster.path.name}",
        *wrap(asked.why, indent="  ", first="  "),
    ]
    for one in asked.differing[:MOST_LISTED]:
        text = f"{one.row}, {one.name}: {one.words}"
        lines += wrap(f"{text[0].upper()}{text[1:]}", indent="      ", first="    ")
    if len(asked.differing) > MOST_LISTED:
        lines.append(f"    and {len(asked.differing) - MOST_LISTED} more: the results say so beside their rows")
    if not asked.code:
        return [*lines, "There will be an approval code once the question above is answered."]
    return [
        *lines,
        f"Approval code {asked.code}. If exactly this is to be booked, whoever approves it types:",
        "",
        then.to_approve(asked.code, roster.path),
    ]


def _held_as_odd(asked: Odd | StoppedBefore, file: str, again: Sequence[str]) -> list[str]:
    facts = asked.facts if isinstance(asked, Odd) else ()
    return [
        f"Stopped for your decision. Nothing was sent: {file}",
        *(line for fact in facts for line in wrap(fact, indent="  ", first="  ")),
        "If the file is wrong, send nothing. If it is right:",
        "",
        f"    {command_line(['roster', *again, '--release'])}",
    ]
