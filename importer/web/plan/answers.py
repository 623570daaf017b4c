"""What somebody has chosen beside a plan: each question that is open there has to be answered, and none is before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from importer.importing.proposing import Proposal
from importer.importing.questions import Odd, Price


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked on the screen of a plan."""

    contact: bool
    price: Price | None
    odd: tuple[str, ...]
    starts: int

    @classmethod
    def of(cls, proposal: Proposal) -> Asked:
        return cls(
            contact=proposal.pass_on is not None,
            price=next((one for one in proposal.open if isinstance(one, Price)), None),
            odd=next((one.facts for one in proposal.open if isinstance(one, Odd)), ()),
            starts=len(proposal.new_sessions.sessions) if proposal.new_sessions else 0,
        )


def answered(proposal: Proposal, form: Mapping[str, str]) -> tuple[Proposal, dict[str, str]]:
    """The proposal with what was chosen; and, by the id of its field, what is missing."""
    asked, missing = Asked.of(proposal), {}
    match form.get("contact"):
        case "send" | "none" as contact if asked.contact:
            proposal = proposal.with_contact(contact)
        case _ if asked.contact:
            missing["contact-send"] = "Choose if addresses and telephone numbers are passed on."
    match form.get("payments"):
        case "send" | "none" as payments if asked.price and not (payments == "none" and asked.price.why_not_none):
            proposal = replace(proposal, choices=proposal.choices.with_payments(payments))
        case _ if asked.price:
            missing["payments-send"] = "Choose if payment requests are sent."
    if asked.odd and form.get("odd") != "right":
        missing["odd"] = "Confirm that this list is right, or do not book it."
    if asked.starts and form.get("starts") != "yes":
        missing["starts"] = "Confirm that new sessions are started."
    return proposal, missing
