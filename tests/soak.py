"""Kill real imports by the hundred, under mishaps at random, and count from the service's side.

    .venv/bin/python tests/soak.py --kills 300 --seed 7

Ends with 1 if anybody was booked twice or lost, a status was untrue, or the program failed in a way of its own.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from killing import Chain, Tally

LOST = (
    "cut-before",
    "cut-after",
    "5xx-before",
    "5xx-after",
    "html",
    "html=200",
    "bad-json",
    "slow=1.5",
    "late-commit=0.7",
)
OTHERS = (
    "429=0:any",
    "429:bookings",
    "5xx-before:any",
    "cut-after:bookings",
    "nameless:reserve",
    "other-booking:reserve",
)
CORNERS = {
    "confirm_lists": ("ours", "everybody"),
    "siblings_share_record": (True, False),
    "ids": ("both", "single"),
    "when_full": ("refuse", "new_booking"),
    "cancelled": ("removed", "marked"),
}


class Soak:
    """Chains, one after the other in each of some threads, until there were kills enough."""

    def __init__(self, kills: int, seed: int, folder: Path) -> None:
        self.total = Tally()
        self._kills, self._folder = kills, folder
        self._seeds = itertools.count(seed * 1000)
        self._lock = threading.Lock()
        self._begun = time.monotonic()

    def work(self) -> None:
        while self.total.kills < self._kills:
            with self._lock:
                seed = next(self._seeds)
            chance = random.Random(seed)
            mishaps = [
                f"{kind}:{call}:{chance.uniform(0.03, 0.15):.2f}"
                for call in ("reserve", "confirm", "cancel")
                for kind in chance.sample(LOST, 2)
            ]
            mishaps.append(f"{chance.choice(OTHERS)}:0.03")
            corners = {name: chance.choice(values) for name, values in CORNERS.items()}
            shape = {
                "people": chance.randint(4, 24),
                "sessions": chance.randint(1, 4),
                "latency_s": chance.uniform(0.005, 0.04),
            }
            folder = self._folder / str(seed)
            folder.mkdir()
            undoes = chance.random() < 0.5
            starts = chance.random() < 0.3
            given = {"mishaps": mishaps, "strangers": 4, "hold_s": 3, "undoes": undoes, "starts": starts}
            chain = Chain(folder, seed, **given, **shape, **corners)
            with chain:
                for _ in range(chance.randint(3, 9)):
                    chain.kill()
                chain.settle()
            self._count(chain, f"chain {seed}: {shape}, {mishaps}, {corners}")

    def _count(self, chain: Chain, what: str) -> None:
        with self._lock:
            self.total += chain.tally
            say(f"{time.monotonic() - self._begun:5.0f} s  {self.total}")
            if not chain.tally.is_clean:
                say("\n    ".join([what, *chain.told]))


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Kill real imports and undos at random and count from the service's side."
    )
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--at-once", type=int, default=3, help="chains at the same time")
    wanted = parser.parse_args()
    say(f"seed {wanted.seed}")
    with tempfile.TemporaryDirectory(prefix="roster-soak-") as folder:
        soak = Soak(wanted.kills, wanted.seed, Path(folder))
        with ThreadPoolExecutor(wanted.at_once) as pool:
            for worker in [pool.submit(soak.work) for _ in range(wanted.at_once)]:
                worker.result()
    say(f"seed {wanted.seed}: {soak.total}")
    return 0 if soak.total.is_clean else 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
