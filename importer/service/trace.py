"""Shapes without content: what a real service sends and answers, for somebody who may see neither people nor keys.

Nothing is copied that is not on a list: ids become numbers (``id#3``, the same id the same number), text its length
(``text(12)``), times their offset with how long after ``created``, or the first time beside them, they are
(``time+01:00 +3600s``). Kept as they are: yes and no, numbers under what ``KEPT`` names, and there also words that are
the service's own (else ``word(8)``). Keys are kept where they are made of such words (else ``key(8)``): a name may
stand anywhere.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from importer.errors import ResultsError

KEPT = frozenset(
    {
        *("status", "booking_source", "created_source", "source", "type", "timezone", "locale"),
        *("spaces", "total_spaces", "required_spaces", "reserved_spaces", "max_spaces", "spaces_per_quantity"),
        *("price", "old_price", "total_price", "price_per_quantity", "quantity", "minutes", "occupancy"),
        *("limit", "total", "allow_group", "allow_additional_spaces"),
    }
)
"""Keys whose short values say something about the service and nothing about a person."""

HEADERS = re.compile(
    r"date|retry-after|content-type|server|(x-)?rate-?limit(-(limit|remaining|reset|used|policy))?", re.IGNORECASE
)
_SERVERS = frozenset(
    {"apache", "cloudflare", "cloudfront", "envoy", "express", "gunicorn", "nginx", "python", "werkzeug"}
)
_TIMES = frozenset({"start", "end", "created", "updated", "added", "expiry"})
"""Keys of which it is told how long after each other they are: not of somebody's day of birth."""
_MOST_DIGITS = 5
"""A number of more may be a part of somebody's."""
_MOST_ITEMS = 20
_DAY_S = 86_400

_KEY = re.compile(r"[a-z_]{1,40}")
_ID = re.compile(r"[0-9a-fA-F]{24}")
_IDS = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{24}(?![0-9a-fA-F])")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONG_NUMBER = 7
_OF_A_NAME = 3
"""A text of so few words may be a name, of which one word says too much; of a longer one all have to be there."""
_WORD = re.compile(r"[A-Za-z_/ -]{1,40}")
_PARTS = re.compile(r"[_/ -]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_OTHERS = re.compile(r"[^ -~]+")
_LONGEST_REFUSAL = 300
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’")
_ADDRESS = re.compile(r"\S*@\S*|\w+://\S*")
_WORDS = frozenset(
    """
    added after and answer api application appointment availability be before booking bookings buffer buffers
    call can cancelled category charset confirmed content created customer customers data date default
    description durations email empty end error europe expiry false firstname for get group groups headers id
    ids in intervals is json key label lastname locale location london message mobile more ms name next no
    none not null number of offline on online paid parts payment phone points post prev price profile query
    questions ranges reschedule resource resources retry screen search sent server service services slot slots
    spaces start status tags text that the this tier tiers time to true type updated url utf was with
    """.split()  # noqa: SIM905 - a hundred words in quotation marks are not to be read
)
"""Words that the guide and we ourselves use: where somebody is called like one of them, it says nothing."""
_WORDS_OF_SERVICE = frozenset(
    """
    account active address allow amount answers archived assigned attended auth available birthday booked cancel
    capacity city code company count country currency deleted deposit details discount duration en event external
    fee first free full gb group hold id identifier last left length lines method mode not note notes notification
    notifications offer old option options order organisation organization other page paging participant
    participants pending per places quantity reason reference refunded required reserved room sent staff total
    unpaid uri utc uuid value values vat version visible waiting word
    """.split()  # noqa: SIM905
)
"""More that such a service may say of itself."""
_OF_REFUSALS = (
    frozenset(
        """
        a about allowed address again already also an another any apply are as at authorized bad because been before
        belongs by cannot closed conflict contact correct could day days deleted denied did do does during each
        either enough entity every exceeded exist exists expired failed field fields find forbidden form found
        from given gone had has have hour hours how if incorrect input internal invalid it its later least less
        longer made many maximum may minimum minutes missing month must needs never nor notice now of one only
        opening or our out outside over own past permission please possible possibly provide provided reached
        refused request requests required s same seconds see should so something such t taken than their them
        then there these they times too try two unable unauthorized unknown unprocessable until use used valid
        week went were what when where which while who will within without would wrong year years you your
        """.split()  # noqa: SIM905
    )
    | _WORDS
    | _WORDS_OF_SERVICE
)
_COMMON = _WORDS | _WORDS_OF_SERVICE | {part for name in KEPT for part in name.split("_")}
_FORBIDDEN = {
    "an address": re.compile("@"),
    "a long number": re.compile(r"\d(?:[ ./()-]{0,2}\d){6,}"),
    "an id": _IDS,
    "a token": re.compile("token=", re.IGNORECASE),
}


class Shapes:
    """Turns requests and answers into shapes; remembers which id has which number, and what is personal."""

    def __init__(self) -> None:
        self.personal: set[str] = set()
        self._ids: dict[str, int] = {}

    def line(
        self,
        call: str,
        query: Mapping[str, object],
        sent: object,
        status: int | str,
        answer: object,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request and its answer, both parsed. ``status`` is why there is none where no answer came."""
        self.personal |= {*_texts(sent), *_texts_of_profiles(answer)}
        headers = headers or {}
        return {
            "call": " ".join(self._path(part) for part in call.split(" ", 1)),
            "query": {name: self.shape(value) for name, value in query.items()},
            "sent": self.shape(sent),
            "status": status if isinstance(status, int) else self._masked(status),
            "answer": self.shape(answer) if not _is_refusal(status) else self._refusal(answer),
            "headers": {name.lower(): _header(name, headers[name]) for name in headers if HEADERS.fullmatch(name)},
        }

    def shape(self, value: object, key: str = "") -> Any:
        """What of a value is written down."""
        match value:
            case None | bool():
                return value
            case int() | float():
                is_short = len(re.findall(r"\d", str(value))) <= _MOST_DIGITS
                return value if key in KEPT and is_short else "number"
            case str():
                return self._text(value, key)
            case list() | tuple():
                return self._items(value, key)
            case dict():
                return self._object(value)
        return f"key({type(value).__name__})"

    def _object(self, value: Mapping[object, object]) -> dict[str, Any]:
        moments = {
            name: moment
            for name, one in value.items()
            if name in _TIMES and isinstance(one, str) and (moment := _moment(one))
        }
        since = moments.get("created") or next(iter(moments.values()), None)
        shaped: dict[str, Any] = {}
        for name, one in value.items():
            key = _key(str(name))
            shape = self.shape(one, key)
            if name in moments and since:
                with suppress(TypeError):  # one has an offset, the other none
                    shape += _after_text((moments[name] - since).total_seconds())
            shaped[key] = shape
        return shaped

    def _items(self, value: Iterable[object], key: str) -> list[Any]:
        shapes = [self.shape(one, key) for one in value]
        told = shapes[:_MOST_ITEMS]
        return told if len(shapes) == len(told) else [*told, f"more({len(shapes) - len(told)})"]

    def _text(self, text: str, key: str) -> str:
        if not text.strip():
            return "empty"
        if _ID.fullmatch(text):
            return self._number(text)
        if found := _TIME.fullmatch(text):
            return f"time{found[1] or ''}"
        if key in KEPT and _WORD.fullmatch(text):
            return text if _is_of_service(text) else f"word({len(text)})"
        return f"text({len(text)})"

    def _number(self, id_: str) -> str:
        return f"id#{self._ids.setdefault(id_.casefold(), len(self._ids) + 1)}"

    def _path(self, path: str) -> str:
        """A path, or the method before it: what is neither an id nor a word of the service is told by its length."""
        parts = path.split("/")
        return "/".join(self._number(one) if _ID.fullmatch(one) else _word(one) for one in parts)

    def _refusal(self, answer: object) -> object:
        """The service's own words, without what may be somebody's."""
        if not isinstance(answer, dict):
            return self.shape(answer)
        return {
            _key(str(name)): self._masked(said)
            if isinstance(said, str) and name in ("message", "error")
            else self.shape(said)
            for name, said in answer.items()
        }

    def _masked(self, words: str) -> str:
        """Without addresses, quotations and digits, and without a word that refusals do not have."""
        personal = {word for text in self.personal for word in _letters(text)}

        def kept(found: re.Match[str]) -> str:
            word = found[0].casefold()
            return found[0] if word in _OF_REFUSALS and word not in personal else "…"

        words = _OTHERS.sub("…", _QUOTED.sub("…", _ADDRESS.sub("…", words[:_LONGEST_REFUSAL])))
        return re.sub(r"\d+", "#", _LETTERS.sub(kept, _IDS.sub("#", words)))


class Trace:
    """A file of shapes, a line of JSON for each request. Safe to use from several threads.

    The file is made new, for its owner alone; one that is there is never written over (``ResultsError``). It stays
    empty until it is closed: a run that is killed leaves nothing behind that was not searched.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shapes = Shapes()
        self.lines: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ResultsError(f"{path} is there already. Name a new file with --trace.") from None
        except OSError as error:
            raise ResultsError(f"The trace can't be written to {path}: {error.strerror}.") from None

    def must_not_hold(self, secret: str) -> None:
        """The file is not kept if this is in it."""
        self._shapes.personal.add(secret)

    def record(
        self,
        call: str,
        *,
        query: Mapping[str, object],
        sent: object,
        status: int | str,
        answer: object,
        headers: Mapping[str, str],
        ms: int,
    ) -> None:
        """One request and its answer, as ``Shapes.line`` has them, and how long it took. Never in the way of either."""
        with self._lock:
            try:
                self.lines.append(self._shapes.line(call, query, sent, status, answer, headers) | {"ms": ms})
            except RecursionError:
                self.lines.append({"call": "?", "status": "?", "answer": "too deep", "ms": ms})

    def close(self) -> str:
        """Write the file, once it was searched for the key and for what was sent or stands in a profile.

        Returns "", or why it was not kept: what was found in it, or that it can't be written.
        """
        why = self._found()
        try:
            with os.fdopen(self._descriptor, "w", encoding="ascii") as file:
                if not why:
                    file.writelines(json.dumps(line) + "\n" for line in self.lines)
        except OSError as error:
            why = f"it can't be written ({error.strerror})"
        if why:
            with suppress(OSError):
                self.path.unlink()
        return why

    def _found(self) -> str:
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in self.lines)
        found = [what for what, pattern in _FORBIDDEN.items() if pattern.search(text)]
        words = set(_letters(text)) | set(re.findall(r"\d+", text))
        for secret in self._shapes.personal:
            parts = [*_letters(secret), *re.findall(r"\d{5,}", secret)]
            telling = words.intersection(parts) - _COMMON
            if telling and (len(parts) <= _OF_A_NAME or words.issuperset(parts)):
                found.append("something personal")
                break
        return f"there was {', '.join(found)} in it" if found else ""


def _is_of_service(text: str) -> bool:
    return all(part in _COMMON for part in _PARTS.split(text.casefold()) if part)


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) and _is_of_service(text) else f"text({len(text)})"


def _key(name: str) -> str:
    """As it is where the service's own words make it up: a person's name as a key would tell of them."""
    return name if _KEY.fullmatch(name) and _is_of_service(name) else f"key({len(name)})"


def _header(name: str, value: str) -> str:
    if name.lower() == "date":
        return "time"
    is_short = re.fullmatch(r"[\w/;=. -]{0,60}", value, re.ASCII) and len(re.findall(r"\d", value)) < _LONG_NUMBER
    is_of_service = all(word.casefold() in _COMMON | _SERVERS for word in _LETTERS.findall(value))
    return value if is_short and is_of_service else f"text({len(value)})"


def _is_refusal(status: int | str) -> bool:
    return isinstance(status, int) and status >= 400


def _after_text(seconds: float) -> str:
    if abs(seconds) >= _DAY_S:
        return f" {seconds / _DAY_S:+.5g}d"
    return f" {seconds:+.5g}s" if seconds else ""


def _moment(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for one in value:
                yield from _texts(one)
        case dict():
            for key, one in value.items():
                if key not in KEPT:
                    yield from _texts(one)


def _texts_of_profiles(value: object) -> Iterator[str]:
    match value:
        case list():
            for one in value:
                yield from _texts_of_profiles(one)
        case dict():
            for key, one in value.items():
                yield from _texts(one) if key == "profile" else _texts_of_profiles(one)


def _letters(text: str) -> list[str]:
    """The words of a text in small letters, whatever stands between them. A letter of the alphabet alone is none."""
    return [word for word in _LETTERS.findall(text.casefold()) if len(word) > 1 or not word.isascii()]
