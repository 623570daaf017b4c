"""Pure: what is known by now of how the booking service answers, in sentences."""

from __future__ import annotations

from dataclasses import asdict

from importer.model import PROVIDER
from importer.model.examinations import GONE, LISTED, MARKED, Learned

_SENTENCES: dict[str, dict[object, str]] = {
    "answer_lists_everybody": {
        True: f"After a booking, {PROVIDER} lists everybody on the session.",
        False: f"After a booking, {PROVIDER} lists only the person who was booked.",
    },
    "gives_places": {
        True: "A person with several places gets all of them.",
        False: f"A person with several places gets another number of places. Please check these rows in {PROVIDER}.",
    },
    "leaves_payments_out": {
        True: "Nobody gets a payment request when you choose none.",
        False: f"{PROVIDER} makes payment requests although you chose none.",
    },
    "tells_payments": {False: f"After a booking, {PROVIDER} does not tell if it made a payment request."},
    "removed_are": {
        GONE: "A person we remove is no longer on the session's list.",
        MARKED: "A person we remove stays on the session's list, marked as removed.",
        LISTED: "A person we remove stays on the session's list as before.",
    },
    "free_costs_nothing": {
        False: f"{PROVIDER} asks for money also where a price is 0. Each session counts as one with a price.",
    },
}


def lessons(learned: Learned, known: Learned | None = None) -> tuple[str, ...]:
    """A sentence for each fact that imports have taught and that was not ``known`` before."""
    before = asdict(known or Learned())
    news = {name: fact for name, fact in asdict(learned).items() if fact is not None and fact != before[name]}
    said = [sentences[news[name]] for name, sentences in _SENTENCES.items() if name in news]
    if "own_source" in news:
        said.append(f'Our bookings are shown there as booked through "{news["own_source"]}".')
    if "cancelled_status" in news:
        said.append(f'Cancelled people are shown there as "{news["cancelled_status"]}".')
    return tuple(said)
