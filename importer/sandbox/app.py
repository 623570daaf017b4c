"""The practice service over HTTP, in good health: the guide's requests in, JSON out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from . import shapes
from .records import Booking, Person, Profile, Rules, Slot
from .shapes import Json
from .world import NotThere, Refused, Taken, TooLate, Unacceptable, World

CALLS = {
    "services": ("GET", "/services"),
    "categories": ("GET", "/services/categories"),
    "resources": ("GET", "/resources"),
    "groups": ("GET", "/resources/groups"),
    "search": ("POST", "/availability/intervals/search"),
    "bookings": ("GET", "/bookings"),
    "reserve": ("POST", "/availability/slots"),
    "slots": ("GET", "/availability/slots"),
    "slot": ("GET", "/availability/slots/{slot}"),
    "confirm": ("POST", "/bookings"),
    "cancel": ("POST", "/bookings/{booking}/customers/{customer_booking}/cancel"),
    "customers": ("GET", "/customers"),
    "customer": ("GET", "/customers/{customer}"),
}
"""Every call there is, by the name that mishaps know it by. There is none that cancels everybody."""

# Made once, and not with each application: it takes most of the time that a practice service needs to open.
ROUTES = Map(
    [
        Rule("/v1" + path.replace("{", "<").replace("}", ">"), endpoint=name, methods=[method])
        for name, (method, path) in CALLS.items()
    ]
)


class Malformed(Refused):
    """The request is not in the guide's form."""


_STATUS: dict[type[Refused], int] = {
    Malformed: 400,
    NotThere: 404,
    Taken: 409,
    TooLate: 410,
    Unacceptable: 422,
}

_T = TypeVar("_T")


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Record = TypeVar("_Record", bound=_HasId)


def reply(body: Json, status: int = 200) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def refusal(status: int, message: str) -> Response:
    """An error answer: JSON with ``message`` and ``error``, as clients have seen (API.md, point 10)."""
    return reply({"message": message, "error": HTTPStatus(status).phrase}, status)


def make_app(world: World, key: str) -> Flask:
    """A Flask application with all ``CALLS`` under ``/v1``. Whoever lacks the key learns nothing else."""
    app = Flask(__name__, static_folder=None)
    api = _Api(world)
    app.url_map = ROUTES
    app.view_functions.update({name: getattr(api, name) for name in CALLS})

    @app.before_request
    def check_key() -> Response | None:
        if request.headers.get("X-API-KEY") == key:
            return None
        return refusal(world.rules.bad_key_status, "The API key is missing or not valid.")

    @app.errorhandler(Refused)
    def say_no(error: Refused) -> Response:
        return refusal(_STATUS[type(error)], str(error))

    @app.errorhandler(HTTPException)
    def say_http_error(error: HTTPException) -> Response:
        return refusal(error.code or 500, error.description or error.name)

    return app


class _Api:
    """One method a call, by its name in ``CALLS``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules: Rules = world.rules

    def services(self) -> Response:
        return _page(self._world.services(), shapes.service)

    def categories(self) -> Response:
        return _page([shapes.CATEGORY], lambda category: {"id": category.id, "name": category.name})

    def groups(self) -> Response:
        members = [resource.id for resource in self._world.resources()]
        return _page([shapes.GROUP], lambda group: {"id": group.id, "name": group.name, "resources": members})

    def resources(self) -> Response:
        found = self._world.resources()
        if ids := _wanted("ids"):
            found = [one for one in found if one.id in ids]
        if services := _wanted("services"):
            found = [one for one in found if not services.isdisjoint(self._world.services_of(one.id))]
        return _page(found, lambda r: shapes.resource(r, self._world.services_of(r.id)))

    def customers(self) -> Response:
        return _page(_sorted(self._world.customers(), {"created": lambda one: one.created}), shapes.customer)

    def customer(self, customer: str) -> Response:
        return reply({"data": shapes.customer(self._world.customer(_id(customer)))})

    def bookings(self) -> Response:
        return _page(self._asked_for(), shapes.booking)

    def search(self) -> Response:
        body = _body()
        ranges = [(_instant(_need(r, "start", str)), _instant(_need(r, "end", str))) for r in _ranges(body)]
        lengths = [end - start for start, end in ranges]
        if min(lengths) <= timedelta(0):
            raise Malformed("A range has to end after it starts.")
        span = max(end for _, end in ranges) - min(start for start, _ in ranges)
        if max(span, sum(lengths, timedelta(0))) > timedelta(days=self._rules.search_days):
            raise Malformed(f"The ranges may span {self._rules.search_days:g} days at most.")
        timezone = _timezone(body.get("timezone", "Europe/London"))
        found = self._world.search(_id(_need(body, "service_id", str)), ranges, _count(body.get("spaces", 1)))
        return reply({"data": shapes.intervals(found, timezone, self._rules.search_spaces)})

    def reserve(self) -> Response:
        data = _need(_body(), "data", dict)
        _timezone(data.get("timezone", "Europe/London"))
        resource_id = data.get("resource_id")
        slot = self._world.reserve(
            _id(_need(data, "service_id", str)),
            None if resource_id is None else _id(_need(data, "resource_id", str)),
            _instant(_need(data, "start", str)),
            _count(data.get("required_spaces", 1)),
        )
        return reply({"data": self._slot(slot)})

    def slots(self) -> Response:
        return _page(self._world.slots(), self._slot)

    def slot(self, slot: str) -> Response:
        return reply({"data": self._slot(self._world.slot(_id(slot)))})

    def _slot(self, slot: Slot) -> Json:
        return shapes.slot(slot, self._world.held(slot))

    def confirm(self) -> Response:
        body = _body()
        timezone = _timezone(_need(body, "timezone", str))
        customers = _need(_need(body, "data", dict), "customers", list)
        if len(customers) != 1:
            raise Malformed("customers takes exactly one customer here: the guide shows no other form.")
        profile = _profile(_need(_need(customers[0], "customer", dict), "profile", dict))
        ask_payment = body.get(self._rules.payment_field, True)
        if not isinstance(ask_payment, bool):
            raise Malformed(f"{self._rules.payment_field} is true or false.")
        slot_id = _id(_need(body, "slot_id", str))
        person = self._world.confirm(slot_id, profile, timezone.key, ask_payment)
        session = self._world.session(person.booking_id)
        people: Sequence[Person] = [person]
        if self._rules.confirm_lists == "everybody":
            people = self._world.booking(session.id).people
        label = self._world.service_name(session.service_id)
        return reply({"data": shapes.confirmed(session, people, label, timezone)})

    def cancel(self, booking: str, customer_booking: str) -> Response:
        self._world.remove_person(_id(booking), _id(customer_booking))
        return reply({"data": shapes.booking(self._world.booking(booking))})

    def _asked_for(self) -> list[Booking]:
        """The bookings that the query's filters leave, in the order that it asks for."""
        single, array = request.args.getlist("ids"), _listed("ids")[len(request.args.getlist("ids")) :]
        if self._rules.ids == "single" and (array or len(single) > 1):
            return []
        ids = {_id(text) for given in single + array for text in given.split(",")}
        found = self._world.bookings(ids or None)
        for name, of in _FILTERS.items():
            wanted = _wanted(name)
            found = [seen for seen in found if not wanted or not wanted.isdisjoint(of(seen))]
        for name, at in _AFTER.items():
            if name in request.args:
                moment = _instant(request.args[name])
                found = [seen for seen in found if at(seen) > moment]
        return _sorted(found, _SORTS)


_FILTERS: dict[str, Callable[[Booking], set[str]]] = {
    "statuses": lambda seen: {seen.session.status.casefold()},
    "services": lambda seen: {seen.session.service_id},
    "resource_ids": lambda seen: {seen.session.resource_id},
    "customers": lambda seen: {person.customer_id for person in seen.people},
}
_SORTS: dict[str, Callable[[Booking], datetime]] = {
    "start": lambda seen: seen.session.start,
    "created": lambda seen: seen.session.created,
    "updated": lambda seen: seen.updated,
}
_AFTER = {f"{name}_after": _SORTS[name] for name in ("created", "updated")}


def _sorted(records: list[_Record], sorts: Mapping[str, Callable[[_Record], datetime]]) -> list[_Record]:
    """In the order that a query asks for: ``natural`` is that of the list itself."""
    sort, order = request.args.get("sort_by", "natural"), request.args.get("order_by", "ascending")
    if sort not in ("natural", *sorts):
        raise Malformed(f"sort_by is one of natural, {', '.join(sorts)}.")
    is_back = order in ("descending", "desc")
    if sort == "natural":
        return records[::-1] if is_back else records
    return sorted(records, key=sorts[sort], reverse=is_back)


def _wanted(name: str) -> set[str]:
    """What a list in a query names, in small letters; clients write commas, too."""
    return {text.casefold() for given in _listed(name) for text in given.split(",")}


def _listed(name: str) -> list[str]:
    """The values of a list in a query, as clients write one: ``a=1&a=2``, ``a[]=1``, ``a[0]=1``."""
    forms = re.compile(rf"{name}\[\d*\]", re.ASCII)
    others = [value for key, value in request.args.items(multi=True) if forms.fullmatch(key)]
    return [*request.args.getlist(name), *others]


def _page(records: Sequence[_Record], shape: Callable[[_Record], Json]) -> Response:
    """A page of a list (API.md, paging): ``start`` is the id that the page before called ``next``."""
    limit = request.args.get("limit", "10")
    if not re.fullmatch(r"[1-9]\d?|100", limit, re.ASCII):
        raise Malformed("limit is a whole number from 1 to 100.")
    size, first = int(limit), 0
    ids = [record.id for record in records]
    if "start" in request.args:
        start = _id(request.args["start"])
        if start not in ids:
            raise Malformed("start is the next of the page before; this one is not known.")
        first = ids.index(start)
    page: Json = {
        "data": [shape(record) for record in records[first : first + size]],
        "total": len(ids),
        "prev": ids[max(0, first - size)] if first else None,
        "next": ids[first + size] if first + size < len(ids) else None,
    }
    return reply(page)


def _body() -> Json:
    try:
        body = request.get_json()
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise Malformed("The body has to be a JSON object.")
    return body


def _need(holder: Any, name: str, kind: type[_T]) -> _T:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Malformed(f"{name} is missing or not of the right type.")
    return value


def _ranges(body: Json) -> list[Any]:
    ranges = _need(body, "ranges", list)
    if not ranges:
        raise Malformed("ranges needs at least one range.")
    return ranges


def _profile(given: Json) -> Profile:
    for name in ("firstname", "lastname", "email", "mobile", "phone"):
        if not isinstance(given.get(name, ""), str):
            raise Malformed(f"{name} has to be text.")
    names = given.get("firstname", ""), given.get("lastname", "")
    return Profile(*names, given.get("email", ""), given.get("mobile", ""), given.get("phone", ""))


def _id(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{24}", text, re.ASCII | re.IGNORECASE):
        raise Malformed("An id has 24 hexadecimal characters.")
    return text.lower()


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("A time is written like 2022-05-26T10:30:00.000Z.") from None
    if instant.tzinfo is None:
        raise Malformed("A time needs its offset, like 2022-05-26T10:30:00.000Z.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise Malformed("A time lies within the years 1 to 9999.") from None


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Malformed("A number of spaces is a whole number from 1 on.")
    return value


def _timezone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        raise Malformed("timezone is a name like Europe/London.") from None
