"""The floor below the doors: what an import decides and does, whichever way it came in. Nothing here prints or asks.

``carrying_out`` has an import's two halves; ``checking`` one without the service; ``known`` all that is known before a
plan is made; ``series`` what a roster changes against the last of its kind, ``guards`` whether that looks right,
``history`` both, of what the ledger knows; ``purging`` what goes of old runs.
"""
