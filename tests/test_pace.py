"""How fast requests go out, on a clock of the test's own."""

from __future__ import annotations

import pytest

from importer.errors import ServiceError
from importer.service.pace import Pace


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def run_against_limit(
    pace: Pace, time: Time, *, limit: int, seconds: int, latency_s: float = 0.002
) -> tuple[list[float], int]:
    """Send as fast as the pace allows to a service that takes ``limit`` requests in each second; moments taken, 429s."""
    taken: list[float] = []
    throttled = 0
    end = time.now + seconds
    while time.now < end:
        sent_at = pace.turn()
        time.now += latency_s
        if sum(moment > time.now - 1 for moment in taken[-limit:]) < limit:
            taken.append(time.now)
            pace.answered()
        else:
            throttled += 1
            pace.throttled(sent_at, None)
    return taken, throttled


def test_an_unknown_limit_is_found_and_most_of_it_is_used() -> None:
    time = Time()
    taken, throttled = run_against_limit(Pace(clock=time, sleep=time.sleep), time, limit=30, seconds=120)
    after_10_s = [moment for moment in taken if moment > 1010]
    assert len(after_10_s) >= 0.8 * 30 * 110
    assert throttled <= 0.05 * len(taken)


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
