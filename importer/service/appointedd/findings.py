"""Pure: how the answers to a look at the service compare with what is known of it (API.md), in phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from importer.model import is_no_longer_there
from importer.model.examinations import Finding, Verdict
from importer.service.appointedd.wire import utc

Answer = dict[str, Any]

CLOCK_MAY_BE_OFF_S = 60
SLOW_S = 3.0

LEAVE_ROWS = "leave the rows of these sessions for you"
NOT_KNOW_PEOPLE = "not know by name who is on a session already"

_PLACES = "Free places"
_SHOWS = "What a session shows"
_PEOPLE = "People on a session"
_RECORDS = "Customer records"

_USED: dict[str, tuple[type | tuple[type, ...], str]] = {
    "price": ((int, float), "ask about payment requests"),
    "total_spaces": (int, "not know how many places are free"),
    "customers": (list, "not know who is booked there"),
    "service": (str, LEAVE_ROWS),
    "resource": (str, LEAVE_ROWS),
    "start": (str, LEAVE_ROWS),
}
"""What imports use of a group booking: the kinds that the guide shows, and what imports would do with another."""

_PROFILE = ("firstname", "lastname", "email", "mobile")


def about_clock(date: str, now: datetime) -> Finding:
    """``date`` is the header of an answer."""
    try:
        off_s = abs((utc(parsedate_to_datetime(date)) - now).total_seconds())
    except (ValueError, OverflowError):
        return Finding("Clock", Verdict.DIFFERS, "the service does not tell its time")
    if off_s <= CLOCK_MAY_BE_OFF_S:
        return Finding("Clock", Verdict.AS_DESCRIBED, "this computer and the service agree")
    seen = f"this computer's clock is {round(off_s / 60)} minutes from the service's, which counts"
    return Finding("Clock", Verdict.DIFFERS, seen)


def about_time(seconds: float) -> Finding:
    verdict = Verdict.DIFFERS if seconds > SLOW_S else Verdict.AS_DESCRIBED
    return Finding("Time to answer", verdict, f"{seconds:.1f} seconds")


def about_limit(headers: Mapping[str, str]) -> Finding:
    """None is published; what is told of one is only shown, because it is met anyway."""
    told = sorted(f"{name.lower()}: {value}" for name, value in headers.items() if "ratelimit" in _plain(name))
    if not told:
        return Finding("Limit of requests", Verdict.AS_DESCRIBED, "none is told")
    return Finding("Limit of requests", Verdict.DIFFERS, f"one is told ({', '.join(told[:4])})")


def about_services(services: Sequence[Answer], *, is_all: bool) -> Finding:
    if not services:
        seen = "there is none that this key may see"
        return Finding("Services", Verdict.AFFECTS_IMPORTS, seen, "find no session")
    priced = sum(map(_is_priced, services))
    odd = sum(map(_has_odd_price, services))
    alone = sum(_of(one, "booking").get("allow_group") is False for one in services)
    said = [f"{_count(len(services), 'service')}{'' if is_all else ', and more'}"]
    said += [f"{priced} with a price or price groups (imports ask about payment requests)"] if priced else []
    said += [f"{alone} without group sessions"] if alone else []
    said += [f"{odd} with a price in another form (imports go by the price of each session)"] if odd else []
    return Finding("Services", Verdict.DIFFERS if odd else Verdict.AS_DESCRIBED, "; ".join(said))


def about_resources(resources: Sequence[Answer], *, is_all: bool) -> Finding:
    nameless = sum(not _of(one, "profile").get("name") for one in resources)
    without = f", {nameless} without a name (imports go by their IDs)" if nameless else ""
    verdict = Verdict.DIFFERS if nameless else Verdict.AS_DESCRIBED
    return Finding("Rooms and teachers", verdict, f"{len(resources)}{'' if is_all else ' and more'} listed{without}")


def about_places(bookings: Iterable[Answer], told: Mapping[str, Answer]) -> Finding:
    """What a search has ``told`` of each session, by its id, beside the people who are on it."""
    known = [
        (free, told[_id(one)].get("spaces"), one.get("total_spaces"))
        for one in bookings
        if (free := _free(one)) is not None and _id(one) in told
    ]
    if not known:
        return Finding(_PLACES, Verdict.NOT_LOOKED_AT, "no session shows how many places it has")
    if all(free == said for free, said, _ in known):
        return Finding(_PLACES, Verdict.AS_DESCRIBED, "a search tells the same as the people on the session")
    if all(total == said for _, said, total in known):
        return Finding(_PLACES, Verdict.DIFFERS, "a search tells all places (we count the people instead)")
    seen = "a search tells other numbers than the people on the session (places may be reserved just now)"
    return Finding(_PLACES, Verdict.DIFFERS, seen)


def about_fields(bookings: Sequence[Answer]) -> Finding:
    if not bookings:
        return Finding(_SHOWS, Verdict.NOT_LOOKED_AT, "no session was found to look at")
    odd = {
        name: imports_would
        for name, (kinds, imports_would) in _USED.items()
        if any(not isinstance(one.get(name), kinds) or isinstance(one.get(name), bool) for one in bookings)
    }
    if odd:
        seen = f"{', '.join(odd)} {'is' if len(odd) == 1 else 'are'} not as in its guide"
        return Finding(_SHOWS, Verdict.AFFECTS_IMPORTS, seen, " and ".join(dict.fromkeys(odd.values())))
    statuses = _words(bookings, "status")
    return Finding(_SHOWS, Verdict.AS_DESCRIBED, f"every field that imports use; status: {statuses}")


def about_people(people: Sequence[Answer]) -> Iterator[Finding]:
    if not people:
        yield Finding(_PEOPLE, Verdict.NOT_LOOKED_AT, "nobody is on the sessions that we read")
        return
    sources, statuses = _words(people, "booking_source"), _words(people, "status")
    said = f"{_count(len(people), 'person', 'people')}; status: {statuses}; booked through: {sources}"
    kept = Counter(str(one["customer_id"]) for one in people if one.get("customer_id"))
    sharing = sum(count for count in kept.values() if count > 1)
    said += f"; {sharing} of them share a customer record" if sharing else ""
    if nameless := sum(not one.get("customer_booking_id") for one in people):
        seen = f"{nameless} of {len(people)} {'has' if nameless == 1 else 'have'} no ID of their own"
        yield Finding(_PEOPLE, Verdict.AFFECTS_IMPORTS, seen, "be unsure of more people")
    else:
        yield Finding(_PEOPLE, Verdict.AS_DESCRIBED, said)
    if shown := cancelled_status(people):
        seen = f'they are listed with the status "{shown}", and take no place'
        yield Finding("Cancelled people", Verdict.AS_DESCRIBED, seen)


def cancelled_status(people: Iterable[Answer]) -> str | None:
    """The status of people who are listed although they were cancelled (API.md, 15)."""
    return next((str(one["status"]) for one in people if _is_cancelled(one)), None)


def about_record(profile: Answer) -> Finding:
    odd = [name for name in _PROFILE if not isinstance(profile.get(name, ""), str)]
    if not profile or odd:
        seen = f"{', '.join(odd)} can't be read" if odd else "one has no profile"
        return Finding(_RECORDS, Verdict.DIFFERS, seen)
    return Finding(_RECORDS, Verdict.AS_DESCRIBED, "one was read")


def no_record() -> Finding:
    return Finding(_RECORDS, Verdict.NOT_LOOKED_AT, "nobody is on the sessions that we read")


def records(value: object) -> list[Answer]:
    """The objects of a list; of anything else, none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _id(record: Answer) -> str:
    return str(record.get("id")).casefold()


def _is_priced(service: Answer) -> bool:
    return bool(_of(service, "booking").get("tiers")) or any(map(_is_number, filter(None, _prices(service))))


def _has_odd_price(service: Answer) -> bool:
    has_odd_tiers = not isinstance(_of(service, "booking").get("tiers", []), list)
    return has_odd_tiers or not all(map(_is_number, _prices(service)))


def _prices(service: Answer) -> list[object]:
    """Of each of its lengths. The guide shows numbers."""
    return [one.get("price") for one in records(_of(service, "booking").get("durations"))]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_cancelled(person: Answer) -> bool:
    return is_no_longer_there(str(person.get("status") or ""))


def _free(booking: Answer) -> int | None:
    total = booking.get("total_spaces")
    if not isinstance(total, int):
        return None
    there = (one for one in records(booking.get("customers")) if not _is_cancelled(one))
    return total - sum(max(_whole(one.get("spaces"), 1), _whole(one.get("total_spaces"), 0)) for one in there)


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


def _of(holder: Answer, name: str) -> Answer:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _words(records: Collection[Answer], name: str) -> str:
    return ", ".join(sorted({str(one.get(name) or "none") for one in records}))


def _count(count: int, one: str, several: str = "") -> str:
    return f"{count} {one}" if count == 1 else f"{count} {several or one + 's'}"


def _plain(name: str) -> str:
    return name.lower().replace("-", "")
