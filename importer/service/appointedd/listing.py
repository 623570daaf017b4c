"""Pure: the sessions of a service out of the pages of a list of bookings, and whether it has told all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from importer.model import GroupBooking
from importer.service.appointedd import shapes
from importer.service.port import Bookings


class _EntryJson(BaseModel):
    """What tells of an entry that can't be read that it is none of those asked for."""

    id: shapes.OddId = None
    service: shapes.OddId = Field(None, validation_alias=AliasChoices("service", "service_id"))
    start: shapes.Moment = None


_ENTRY = TypeAdapter(_EntryJson)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``bookings`` that can be read, ``odd`` entries that can't, the ids of all, and what it says of its
    list."""

    bookings: Mapping[str, GroupBooking]
    odd: tuple[_EntryJson, ...]
    ids: tuple[str, ...]
    total: int | None
    has_next: bool


def page(body: dict[str, Any]) -> Page:
    shown = shapes.bookings(body)
    records = shapes.data(body, shapes.LIST)
    entries = [_ENTRY.validate_python(one if isinstance(one, dict) else {}) for one in records]
    total = body.get("total")
    return Page(
        shown,
        tuple(one for one in entries if one.id not in shown),
        tuple(one.id or "" for one in entries),
        total if type(total) is int else None,
        bool(body.get("next")),
    )


def is_past(pages: Sequence[Page], since: datetime) -> bool:
    """Whether the pages so far have the latest first, and have come to what starts before: the others do, too."""
    starts = [one.start for page in pages for one in page.bookings.values()]
    return len(starts) > 1 and starts == sorted(starts, reverse=True) and starts[-1] <= since


def sessions(pages: Sequence[Page], service_id: str, since: datetime) -> Bookings:
    """Those of a service that start after an instant; ``not_shown`` has why that may not be all, under ""."""
    listed = {id_: one for page in pages for id_, one in page.bookings.items()}
    found = {id_: one for id_, one in listed.items() if one.service_id == service_id and one.start > since}
    why = _why_not_all(pages, service_id, since)
    return Bookings(found, {"": why} if why else {})


def _why_not_all(pages: Sequence[Page], service_id: str, since: datetime) -> str:
    odd = (one for page in pages for one in page.odd)
    if any(one.service in (None, service_id) and (one.start is None or one.start > since) for one in odd):
        return "an entry of its list can't be read"
    if pages[-1].has_next:
        return "" if is_past(pages, since) else "its list has no end"
    ids = [id_ for page in pages for id_ in page.ids]
    count = len({*ids} - {""}) + ids.count("")
    if any(page.total is not None and page.total > count for page in pages):
        return "its list has fewer entries than it says"
    return ""
