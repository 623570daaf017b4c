"""A whole office for tests: people whose identity is known, a coordinator who corrects a roster, and a service in memory.

``people`` who there is, ``service`` the stand-in with its mishaps, ``coordinator`` who edits and imports, ``judge`` who
knows the truth; ``moves`` and ``courses`` of moves that the state machine makes.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from thorough import SOAK


def so_many(lists: int, moves: int, *, moves_in_a_soak: int) -> settings:
    """A state machine makes the same lists of moves each time; in a soak 500 others."""
    return settings(
        max_examples=500 if SOAK else lists,
        stateful_step_count=moves_in_a_soak if SOAK else moves,
        derandomize=not SOAK,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
