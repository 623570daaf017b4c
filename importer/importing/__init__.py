"""The floor below the doors: what an import decides and does, whichever way it came in. Nothing here prints or asks.

``preparing`` and ``carrying_out`` are an import's two halves, ``reporting`` what both tell; ``resuming`` what earlier
runs left open; ``checking`` a check, without the service; ``known`` all that is known before a
plan is made; ``series`` what a roster changes against the last of its kind, ``guards`` whether that looks right,
``history`` both, of what the ledger knows; ``purging`` what goes of old runs.
"""
