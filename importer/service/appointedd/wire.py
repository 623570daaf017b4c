"""One request and its answer: what counts as lost, as refused or as never sent, and when the service is down."""

from __future__ import annotations

import logging
import re
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests import PreparedRequest, Request, Response
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from importer.errors import ServiceError
from importer.service.appointedd.in_time import InTime
from importer.service.pace import Pace
from importer.service.port import AnswerLost, NotSent, Refused
from importer.service.trace import Trace

logger = logging.getLogger(__name__)

FAILURES_BEFORE_STOP = 10
SILENCE_BEFORE_STOP_S = 10.0
CONNECT_TIMEOUT_S = 10.0
MOST_BYTES = 20 * 2**20
"""No answer is longer: a page has a hundred records."""
EARLIEST_YEAR = 2020
"""A clock that was never set tells 1970 or 2000: no answer to this program is as old."""
_PIECE_BYTES = 2**16
MEANT_YEARS = (1900, 2999)
"""A time of another year stands for none, like 0001-01-01 or 9999-12-31."""


class Wire:
    """Sends requests to one address with one key. Safe to call from several threads.

    Redirects are never followed: a POST would become a GET to another host, key and all (API.md, 16).
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        pace: Pace,
        *,
        timeout_s: float,
        connections: int,
        trace: Trace | None = None,
    ) -> None:
        self.base_url = base_url
        self._trace = trace
        if trace:
            trace.must_not_hold(key.get_secret_value())
        self.request_count = 0
        self._key = key
        self._pace = pace
        self._timeouts_s = (min(CONNECT_TIMEOUT_S, timeout_s), timeout_s)
        self._lock = threading.Lock()
        self._failures = 0
        self._is_down = ""
        self._last_answer = time.monotonic()
        self._began_there: datetime | None = None
        """The service's time when our own seconds began, by the slowest of its clocks."""
        self._session = _session(base_url, connections)
        headers = {"X-API-KEY": key.get_secret_value(), "Accept": "application/json"}
        self._prototype = self._session.prepare_request(Request("GET", base_url, headers=headers))

    def close(self) -> None:
        self._session.close()

    def send(self, method: str, path: str, *, of_one: bool = False, **content: Any) -> Response:
        """One request, sent again only after a 429; returns a 2xx answer. ``of_one``: it is about one thing alone.

        Raises ``NotSent``, ``AnswerLost`` or ``Refused``; and ``ServiceError``, by which the request has had no effect:
        the key is refused (API.md: 401 and 403 alike), the service asks to wait too long, or it is down already.
        """
        if self._is_down:
            raise self.down(self._is_down)
        response = self._answer(method, path, **content)
        status = response.status_code
        is_denied = status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        if is_denied and not (of_one and self._takes_key()):
            raise ServiceError(
                f"Appointedd does not accept the key (it answered {status}). Copy the key again from Appointedd, "
                "and see that it belongs to this organisation."
            )
        if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT or not 200 <= status < 500 or 300 <= status < 400:
            self._failed(f"it answered {status}")
            raise AnswerLost(f"it answered {status}")
        with self._lock:
            self._failures, self._last_answer = 0, time.monotonic()
        if status >= 400:
            raise Refused(status, self._words(response))
        return response

    def _takes_key(self) -> bool:
        """Whether the key is accepted elsewhere: then a 401 or 403 is about the one thing that was asked for."""
        return self._answer("GET", "services", params={"limit": 1}).status_code < 300

    def now(self) -> datetime | None:
        """The time by the service's own clock: a ``Date`` header, and how long ago that was.

        Of several that differ the slowest counts: a gateway with a wrong clock can't make it later than it is.
        """
        return self._began_there and self._began_there + timedelta(seconds=self._pace.clock())

    def down(self, reason: str) -> ServiceError:
        """The error that says that the service can't be used, and why."""
        return ServiceError(
            f"Appointedd at {self.base_url} can't be used just now: {reason.rstrip('.')}. See that the address is "
            "right and this computer is online, then run the same command again; nobody is booked twice."
        )

    def _answer(self, method: str, path: str, **content: Any) -> Response:
        for retries in count():
            sent_at = self._pace.turn()
            with self._lock:
                self.request_count += 1
            status: int | str = ""
            begun = time.monotonic()
            response: Response | None = None
            try:
                response = self._session.send(
                    self._prepared(method, path, **content),
                    timeout=self._timeouts_s,
                    allow_redirects=False,
                    stream=True,
                )
                _read_body(response)
                status = response.status_code
                if date := _date(response):
                    self._hear(date)
            except requests.RequestException as error:
                response, status = None, _reason(error)
                self._failed(status)
                raise (NotSent if _was_never_sent(error) else AnswerLost)(status) from None
            finally:
                ms = round(1000 * (time.monotonic() - begun))
                told = {"call": f"{method} {path}", "status": status, "ms": ms, "retries": retries}
                logger.info("request", extra=told)
                if self._trace:
                    self._trace.record(
                        f"{method} {path}",
                        query=content.get("params") or {},
                        sent=content.get("json"),
                        status=status,
                        answer=_parsed(response),
                        headers=response.headers if response is not None else {},
                        ms=ms,
                    )
            if response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                self._pace.answered()
                return response
            self._pace.throttled(sent_at, _retry_after_s(response))
        raise AssertionError("counting does not end")

    def _hear(self, date: datetime) -> None:
        """The service's clock goes on as ours does: a later time than that is another clock's."""
        began = date - timedelta(seconds=self._pace.clock())
        with self._lock:
            self._began_there = min(began, self._began_there or began)

    def _prepared(self, method: str, path: str, *, params: Any = None, json: Any = None) -> PreparedRequest:
        """What requests would prepare, from one prototype: it takes half as long as merging the session each time."""
        prepared = self._prototype.copy()
        prepared.method = method
        prepared.prepare_url(self.base_url + path, params)
        if json is not None:
            prepared.prepare_body(None, None, json)
        return prepared

    def _failed(self, reason: str) -> None:
        """Count failures that have nothing to do with rows; after many without one answer nothing more is sent."""
        with self._lock:
            self._failures += 1
            silence_s = time.monotonic() - self._last_answer
            if self._failures >= FAILURES_BEFORE_STOP and silence_s >= SILENCE_BEFORE_STOP_S:
                self._is_down = reason

    def _words(self, response: Response) -> str:
        """The service's own message, without line breaks, control characters, or the key if it should be echoed."""
        try:
            body = json_of(response)
        except ValueError:
            body = None
        words = "".join(c for c in " ".join(_said(body).split()) if c.isprintable())
        return words.replace(self._key.get_secret_value(), "(key)")[:300] or f"It answered {response.status_code}"


def _said(told: object, depth: int = 3) -> str:
    """The words in the body of a refusal: a text, or texts in a list, or under a name that services use for them."""
    match told:
        case str():
            return told
        case list() if depth:
            return "; ".join(filter(None, (_said(one, depth - 1) for one in told)))
        case dict() if depth:
            said = (_said(told.get(name), depth - 1) for name in ("message", "error", "errors", "detail"))
            return next(filter(None, said), "")
    return ""


def _parsed(response: Response | None) -> Any:
    """The JSON of an answer; of another one its text, of which a trace tells the length alone."""
    if response is None:
        return None
    try:
        return json_of(response)
    except ValueError:
        return response.text


def json_of(response: Response) -> Any:
    """Raises ``ValueError`` where it is no JSON, or such as no sane service sends: lists in lists without end."""
    try:
        return response.json()
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read_body(response: Response) -> None:
    """Read an answer as it comes, and give it up where it is too long."""
    body = bytearray()
    try:
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            body += piece
            if len(body) > MOST_BYTES:
                raise _TooLongError
    except ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from None
    except HTTPError as error:
        raise requests.ConnectionError(error) from None
    finally:
        response.close()
    response._content = bytes(body)  # as requests itself would have read it


class _TooLongError(requests.RequestException):
    """An answer of more than ``MOST_BYTES``."""


def service_time(response: Response) -> datetime:
    """The moment of the answer by the service's own clock (its ``Date`` header); by ours where it gives none."""
    return _date(response) or datetime.now(UTC)


def _date(response: Response) -> datetime | None:
    try:
        date = utc(parsedate_to_datetime(response.headers["Date"]))
    except (KeyError, ValueError, OverflowError):
        return None
    return date if date.year >= EARLIEST_YEAR else None


def utc(moment: datetime) -> datetime:
    """The same instant in UTC; a time without an offset is taken for UTC.

    Raises ``ValueError`` for a year that nobody means: with such a time nothing can be reckoned.
    """
    if not MEANT_YEARS[0] <= moment.year <= MEANT_YEARS[1]:
        raise ValueError("a year that nobody means")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def instant_text(moment: datetime) -> str:
    """As the guide writes an instant in a request: in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _session(base_url: str, connections: int) -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, InTime(pool_connections=1, pool_maxsize=connections))
    # Looked up once: asking the environment for proxies and certificates costs as much as sending the request.
    environment = session.merge_environment_settings(base_url, {}, None, None, None)
    session.trust_env = False
    session.verify = environment["verify"]
    # A proxy would get the key in clear, and look for the address on its own computer.
    session.proxies = {} if _is_this_computer(base_url) else environment["proxies"]
    return session


def _is_this_computer(base_url: str) -> bool:
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after_s(response: Response) -> float | None:
    """``Retry-After`` as seconds, given as a number or as a date; ``None`` where there is none that can be read."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max((utc(parsedate_to_datetime(value)) - service_time(response)).total_seconds(), 0)
    except (ValueError, OverflowError):
        return None


def _was_never_sent(error: requests.RequestException) -> bool:
    """A connection that was never made (API.md, 18): whatever is not on this list may have been sent."""
    cause = _innermost(error)
    return (
        isinstance(cause, (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError))
        or _refusing_proxy(cause) != ""
    )


def _innermost(error: object) -> object:
    """What lies under the wrappings. An answer cut off behind a proxy is wrapped as an error of the proxy."""
    match error:
        case MaxRetryError():
            return _innermost(error.reason)
        case ProxyError():
            return _innermost(error.original_error)
        case requests.RequestException() | SSLError() if error.args:
            return _innermost(error.args[0])
    return error


def _refusing_proxy(cause: object) -> str:
    """The proxy's answer where it made no tunnel: http.client tells that by a sentence alone."""
    told = re.fullmatch(r"Tunnel connection failed: (.+)", str(cause)) if type(cause) is OSError else None
    return told[1] if told else ""


def _reason(error: requests.RequestException) -> str:
    cause = _innermost(error)
    if answer := _refusing_proxy(cause):
        return f"the proxy answered {answer}"
    if isinstance(cause, ssl.SSLError):
        return "its certificate is not accepted" if _was_never_sent(error) else "the encrypted connection broke"
    if _was_never_sent(error):
        return "no connection"
    if isinstance(error, requests.Timeout):
        return "no answer came in time"
    if isinstance(error, _TooLongError):
        return "its answer has no end"
    return "the connection was cut"
