"""How fast requests go out, on a clock of the test's own."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import pytest

from importer.errors import ServiceError
from importer.service.pace import Pace

BEGIN = 1000.0
Takes = Callable[[float], bool]
"""Whether a service takes a request that reaches it at this moment."""


class Time:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Asleep(Exception):
    """A lane waits for so many seconds."""


class Drive(NamedTuple):
    """What came of it: moments at which requests were taken and refused."""

    taken: list[float]
    refused: list[float]

    def share_used(self, per_second: float, *, after_s: float) -> float:
        end = max(self.taken[-1], self.refused[-1] if self.refused else 0)
        return sum(moment > BEGIN + after_s for moment in self.taken) / per_second / (end - BEGIN - after_s)

    def share_refused(self, *, after_s: float) -> float:
        taken, refused = (sum(one > BEGIN + after_s for one in some) for some in self)
        return refused / (taken + refused)

    @property
    def seconds(self) -> float:
        return self.taken[-1] - BEGIN


def drive(
    takes: Takes, *, lanes: int, seconds: float = 1e6, requests: int = 10**6, retry_after_s: float | None = None
) -> Drive:
    """Lanes send as fast as the pace lets them, each one request at a time that takes about 50 ms, in simulated time."""
    random.seed(1)
    time = Time()

    def sleep(seconds: float) -> None:
        raise Asleep(seconds)

    pace, drive, order = Pace(clock=time, sleep=sleep), Drive([], []), count()
    due: list[tuple[float, int, float | None]] = [(time.now, next(order), None) for _ in range(lanes)]
    while len(drive.taken) < requests and time.now < BEGIN + seconds:
        moment, _, sent_at = heapq.heappop(due)
        time.now = max(time.now, moment)
        if sent_at is None:
            try:
                sent_at = pace.turn()
                heapq.heappush(due, (time.now + random.uniform(0.04, 0.06), next(order), sent_at))
            except Asleep as asleep:
                heapq.heappush(due, (time.now + asleep.args[0] + 1e-6, next(order), None))
            continue
        if takes(time.now):
            drive.taken.append(time.now)
            pace.answered()
        else:
            drive.refused.append(time.now)
            pace.throttled(sent_at, retry_after_s)
        heapq.heappush(due, (time.now, next(order), None))
    return drive


def bucket(per_second: float) -> Takes:
    """A token bucket that holds what comes in one second."""
    level, filled_at = per_second, BEGIN

    def takes(now: float) -> bool:
        nonlocal level, filled_at
        level, filled_at = min(per_second, level + (now - filled_at) * per_second), now
        level -= level >= 1
        return level > 0

    return takes


def window(limit: int, seconds: float) -> Takes:
    """So many requests in any stretch of so many seconds."""
    taken: list[float] = []

    def takes(now: float) -> bool:
        is_taken = len(taken) < limit or taken[-limit] <= now - seconds
        if is_taken:
            taken.append(now)
        return is_taken

    return takes


def every_fifth_refused() -> Takes:
    """Another program uses the limit up: slowing down changes nothing."""
    asked = count(1)
    return lambda _now: next(asked) % 5 != 0


@pytest.mark.parametrize("retry_after_s", [None, 1])
@pytest.mark.parametrize("lanes", [1, 8])
def test_an_unknown_limit_is_found_and_most_of_it_is_used(lanes: int, retry_after_s: float | None) -> None:
    # One lane that waits for each answer can't use more than 20 a second.
    limit = min(30, 15 * lanes)
    driven = drive(bucket(limit), lanes=lanes, seconds=120, retry_after_s=retry_after_s)
    assert driven.share_used(limit, after_s=10) >= 0.95
    assert driven.share_refused(after_s=10) <= 0.03


@pytest.mark.parametrize("retry_after_s", [None, 1])
@pytest.mark.parametrize("lanes", [1, 8])
def test_a_limit_of_30_a_minute_is_found_too(lanes: int, retry_after_s: float | None) -> None:
    driven = drive(window(30, 60), lanes=lanes, seconds=1200, retry_after_s=retry_after_s)
    assert driven.share_used(0.5, after_s=130) >= 0.85
    assert driven.share_refused(after_s=130) <= 0.04


@pytest.mark.parametrize("lanes", [1, 4, 8])
def test_where_another_program_uses_the_limit_up_we_hold_our_share(lanes: int) -> None:
    driven = drive(every_fifth_refused(), lanes=lanes, requests=120, retry_after_s=1)
    assert driven.seconds <= 3 * 35


@pytest.mark.parametrize("lanes", [1, 8])
def test_refusals_by_chance_do_not_slow_us_down_for_good(lanes: int) -> None:
    chance = random.Random(7)
    driven = drive(lambda _now: chance.random() > 0.2, lanes=lanes, requests=600, retry_after_s=1)
    assert driven.seconds <= 3 * len(driven.refused)


def test_a_limit_is_found_again_when_the_other_program_has_ended() -> None:
    fifth, own = every_fifth_refused(), bucket(30)
    driven = drive(lambda now: fifth(now) if now < BEGIN + 60 else own(now), lanes=8, seconds=240, retry_after_s=1)
    assert driven.share_used(30, after_s=100) >= 0.9
    assert driven.share_refused(after_s=100) <= 0.03


def test_a_rate_is_never_exceeded() -> None:
    time = Time()
    pace = Pace(5, clock=time, sleep=time.sleep)
    for _ in range(51):
        pace.turn()
    assert time.now - 1000 >= 9.9


def throttle_on_and_on(pace: Pace) -> None:
    for _ in range(100):
        pace.throttled(pace.turn(), None)


@pytest.mark.parametrize("asked_s", [0.0, 7.0, 120.0])
def test_all_pause_as_long_as_the_service_asks(asked_s: float) -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    pace.throttled(pace.turn(), asked_s)
    pace.turn()
    assert time.now - 1000 >= asked_s


def test_more_than_five_minutes_of_waiting_in_a_row_ends_the_run() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    with pytest.raises(ServiceError, match="longer than five minutes"):
        pace.throttled(pace.turn(), 301)
    for _ in range(8):
        pace.throttled(pace.turn(), None)
    with pytest.raises(ServiceError):
        throttle_on_and_on(pace)


def test_one_answer_ends_the_waiting_in_a_row() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    for _ in range(5):
        pace.throttled(pace.turn(), 200)
        pace.turn()
        pace.answered()


def test_a_refusal_before_anything_was_taken_says_nothing_of_our_pace() -> None:
    """Others had used the limit up; 30 requests after the pause took half a minute."""
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    began = time.now
    pace.throttled(pace.turn(), 2)
    for _ in range(30):
        pace.turn()
        pace.answered()
    assert time.now - began < 3


def test_a_stop_ends_a_wait_that_the_service_asked_for_and_no_other() -> None:
    stop, time = threading.Event(), Time()
    pace = Pace(1, stop=stop, clock=time, sleep=time.sleep)
    stop.set()
    for _ in range(2):
        sent_at = pace.turn()
    assert sent_at == BEGIN + 1
    pace.throttled(sent_at, 200)
    with pytest.raises(ServiceError, match="asked us to wait"):
        pace.turn()
    assert time.now == BEGIN + 1


def test_a_stop_ends_that_wait_also_where_an_earlier_request_was_answered_since() -> None:
    stop, time = threading.Event(), Time()
    pace = Pace(stop=stop, clock=time, sleep=time.sleep)
    pace.throttled(pace.turn(), 200)
    pace.answered()
    stop.set()
    with pytest.raises(ServiceError, match="asked us to wait"):
        pace.turn()
    assert time.now == BEGIN


@pytest.mark.parametrize(("asked_s", "times", "is_told"), [(2, 1, 0), (12, 3, 1), (2, 9, 1)])
def test_a_long_wait_is_told_once(asked_s: float, times: int, is_told: int) -> None:
    told: list[float] = []
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep, tell=lambda: told.append(time.now))
    for _ in range(times):
        pace.throttled(pace.turn(), asked_s)
    assert len(told) == is_told
