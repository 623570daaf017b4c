"""What can go wrong between a client and the service, on demand.

A mishap is written ``KIND[=VALUE][:CALL][:WHEN]``:

- ``KIND`` is one of ``KINDS``, which tells what each does and what its ``VALUE`` is;
- ``CALL`` is ``reserve``, ``confirm``, ``bookings``, ``search``, another name of ``app.CALLS``, or ``any``
  (the default);
- ``WHEN`` is a chance from 0 to 1 (``0.1``), one occurrence (``nth=3``), the first ones (``first=3``), or all
  from one on (``from=3``); the occurrences of the mishap's own call are counted. Without it, always.

So ``cut-after:confirm:0.1`` cuts every tenth confirm or so after the work was done, ``429=5:reserve:first=2``
answers the first two reserves with "Retry-After: 5", and ``down:from=50`` ends all service with the 50th
request. Where several mishaps meet on one request, the one named first is the outermost: it sees what the
others made of the answer.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from .app import CALLS
from .kinds import KINDS, Attempt, Cut, Gate, Work, kinds_table
from .world import World


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that goes wrong: of which ``kind``, on which ``call``, when, and how likely.

    ``since`` and ``until`` are the first and the last occurrence of the call, counted from 1, and
    ``until=None`` is for ever. An empty ``value`` is the kind's own default. Raises ``ValueError``, with a
    sentence that helps, for anything that is not in ``KINDS`` or does not fit it.
    """

    kind: str
    call: str = "any"
    value: str = ""
    chance: float = 1.0
    since: int = 1
    until: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of mishap. There are:\n{kinds_table()}")
        if self.call not in ("any", *CALLS):
            raise ValueError(f"{self.call!r} is no call. There are: any, {', '.join(CALLS)}.")
        kind = KINDS[self.kind]
        if not re.fullmatch(kind.values, self.value or kind.default):
            raise ValueError(f"{self.value!r} is no value for {self.kind}: {kind.does}")
        if not 0 <= self.chance <= 1:
            raise ValueError(f"A chance is a number from 0 to 1, not {self.chance:g}.")

    @classmethod
    def parse(cls, text: str) -> Mishap:
        """A mishap out of ``KIND[=VALUE][:CALL][:WHEN]``, as the module describes it."""
        head, *rest = text.strip().split(":")
        kind, _, value = head.partition("=")
        mishap = cls(kind, value=value)
        for part in rest:
            if counted := re.fullmatch(r"(nth|first|from)=([1-9]\d*)", part):
                word, number = counted[1], int(counted[2])
                since = 1 if word == "first" else number
                mishap = replace(mishap, since=since, until=None if word == "from" else number)
            elif re.fullmatch(r"\d*\.?\d+", part):
                mishap = replace(mishap, chance=float(part))
            elif part in ("any", *CALLS):
                mishap = replace(mishap, call=part)
            else:
                raise ValueError(
                    f"{part!r} in {text!r} is neither a call (any, {', '.join(CALLS)}) "
                    "nor a when (a chance like 0.1, nth=3, first=3, from=3)."
                )
        return mishap


@dataclass(slots=True)
class _Watch:
    """A mishap at work, and how often its call has come."""

    mishap: Mishap
    random: random.Random
    seen: int = 0
    gate: Gate = field(default_factory=Gate)

    def is_due(self, call: str) -> bool:
        mishap = self.mishap
        if mishap.call not in ("any", call):
            return False
        self.seen += 1
        in_turn = mishap.since <= self.seen and (mishap.until is None or self.seen <= mishap.until)
        return in_turn and self.random.random() < mishap.chance


class Mishaps:
    """Lets requests through to the service, spoilt by the mishaps that are due. Raises ``Cut`` for a cut."""

    def __init__(self, world: World, mishaps: Iterable[Mishap | str] = (), seed: int = 0) -> None:
        self._world = world
        parsed = [Mishap.parse(mishap) if isinstance(mishap, str) else mishap for mishap in mishaps]
        self._watches = [_Watch(mishap, random.Random(f"{seed} {n}")) for n, mishap in enumerate(parsed)]
        self._lock = threading.Lock()
        self._late: dict[threading.Timer, Work] = {}

    def play(self, call: str, environ: dict[str, Any], work: Work) -> Response:
        with self._lock:
            due = [watch for watch in self._watches if watch.is_due(call)]
        for watch in reversed(due):
            kind = KINDS[watch.mishap.kind]
            value = watch.mishap.value or kind.default
            attempt = Attempt(call, environ, self._world, value, work, self._later, watch.gate)
            work = partial(kind.spoil, attempt)
        return work()

    def finish(self) -> None:
        """Do now what was still to be done late: work that has reached the service is not lost."""
        with self._lock:
            timers = list(self._late)
        for timer in timers:
            timer.cancel()
            self._do(timer)

    def _later(self, seconds: float, work: Work) -> None:
        timer = threading.Timer(seconds, lambda: self._do(timer))
        timer.daemon = True
        with self._lock:
            self._late[timer] = work
        timer.start()

    def _do(self, timer: threading.Timer) -> None:
        with self._lock:
            work = self._late.pop(timer, None)
        if work:
            with suppress(Cut):
                work()
