"""A whole office for tests: people whose identity is known, a coordinator who corrects a roster, and a service in memory.

``people`` who there is, ``service`` the stand-in with its mishaps, ``coordinator`` who edits and imports, ``judge`` who
knows the truth; ``moves`` and ``courses`` of moves that the state machine makes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def so_many(lists: int, moves: int, *, moves_in_a_soak: int) -> settings:
    """A state machine makes the same lists of moves each time; for a soak, ``STATEFUL_EXAMPLES`` others."""
    soak = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
    return settings(
        max_examples=soak or lists,
        stateful_step_count=moves_in_a_soak if soak else moves,
        derandomize=not soak,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
