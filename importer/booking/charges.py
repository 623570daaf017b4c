"""Pure: who was asked for money although nobody wanted that, by the answer to their confirm (API.md, 7)."""

from __future__ import annotations

from collections.abc import Collection

from importer.errors import PaymentRequestError
from importer.model import PROVIDER, Attendee, GroupBooking, RowRef
from importer.model.examinations import Learned

_NAME_OF_SETTING = "the name of the setting that leaves payment requests out (our setting payment_field)"

_IF_NONE_IF_ONE = (
    "If there is none, type roster doctor --no-payment-request. If there is one, take it back and ask them for "
    f"{_NAME_OF_SETTING}. Then type roster doctor --forget. After either, import the list again."
)

NONE_FAILS = (
    f"In an earlier import {PROVIDER} made a payment request although none was wanted. Before anybody is booked "
    f"without one, ask them for {_NAME_OF_SETTING}. Then type roster doctor --forget, and import the list again."
)

_NONE_NOT_TOLD = (
    f"In an earlier import {PROVIDER} did not tell if it made a payment request, although none was wanted. Look there "
    f"at the person who was booked. {_IF_NONE_IF_ONE}"
)


def why_not_none(known: Learned) -> str:
    """Why nobody else may be booked with our choice of no payment request; empty where nothing speaks against it."""
    if known.leaves_payments_out is False:
        return NONE_FAILS
    return _NONE_NOT_TOLD if known.tells_payments is False and not known.leaves_payments_out else ""


def payment_ids(people: Collection[Attendee]) -> tuple[str, ...] | None:
    """What these people were asked to pay by; ``None`` where that is not told of each of them, or there is nobody."""
    if found := tuple(id_ for one in people for id_ in one.payment_ids or ()):
        return found
    return () if people and all(one.payment_ids is not None for one in people) else None


def is_charged(people: Collection[Attendee]) -> bool:
    """Whether somebody is asked for money, whatever the price of their session is said to be."""
    return bool(payment_ids(people)) or any(one.price for one in people)


def remark(shown: Collection[Attendee], booking: GroupBooking, known: Learned, *, none_chosen: bool) -> str:
    """What somebody's own row says of money that they are, or may be, asked for although nobody wanted that."""
    ids = payment_ids(shown)
    if none_chosen and ids:
        return f"{PROVIDER} made a payment request ({', '.join(ids)}) although none was wanted. Take it back there."
    if none_chosen and ids is None and not known.leaves_payments_out:
        return f"{PROVIDER} did not tell if it made a payment request, although none was wanted. Look there."
    if not booking.has_price and is_charged(shown):
        return f"{PROVIDER} asks for money, although the session has a price of 0. Look there if that is right."
    return ""


def not_wanted(ids: Collection[str]) -> PaymentRequestError:
    return PaymentRequestError(
        f"{PROVIDER} made a payment request ({', '.join(ids)}) although none was wanted. Nobody else was booked. Take "
        f"that payment request back in {PROVIDER}, and ask them for {_NAME_OF_SETTING}. Then type roster doctor "
        "--forget, and import the list again."
    )


def not_told(row: RowRef) -> PaymentRequestError:
    return PaymentRequestError(
        f"{PROVIDER} did not tell if it made a payment request for the person in {row}, although none was wanted. "
        f"Nobody else was booked. Look there. {_IF_NONE_IF_ONE}"
    )


def not_free(session: str, row: RowRef) -> PaymentRequestError:
    return PaymentRequestError(
        f"{session} has a price of 0, but {PROVIDER} asks the person in {row} for money. Nobody else was booked. Look "
        "there if that is right. Then import the list again, and choose whether payment requests are sent."
    )


def priced_since(session: str, price: str) -> PaymentRequestError:
    return PaymentRequestError(
        f"{session} has {price} by now. Nobody else was booked. Import the list again, and choose whether payment "
        "requests are sent."
    )
