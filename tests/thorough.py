"""How thorough the tests are: ``make test`` takes a part of what is alike, and ``make soak``, with ``SOAK=1``, all of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

SOAK = os.environ.get("SOAK", "") == "1"


def every(step: int) -> int:
    """Of many moments or cases that are alike each so-manieth is tried; in a soak each."""
    return 1 if SOAK else step


def some(cases: Iterable[T], *, of_each: int) -> list[T]:
    """Of many cases that are alike the first of each so many; in a soak all."""
    return [*cases][:: every(of_each)]


def examples(count: int) -> int:
    """So many examples of a property; in a soak ten times as many."""
    return 10 * count if SOAK else count
