"""The floor below the doors: what an import asks, decides and does, whichever way it came in. Nothing here prints.

``questions`` what is asked, and how an answer is kept; ``reading`` a list, with what is open about it; ``proposing``
what would be done, what is open about that and why it is not done; ``handing_over`` the answers that go back,
whatever stops it. Under these, ``preparing`` and ``carrying_out`` are an import's two halves, ``reporting`` what both
tell; ``resuming`` what earlier runs left open; ``checking`` a check, without the service; ``known`` all that is known
before a plan is made; ``series`` what a roster changes against the last of its kind, ``guards`` whether that looks
right, ``history`` both, of what the ledger knows; ``purging`` what goes of old runs; ``safely`` reads
lists and writes results, in a ``bounded_process``.
"""
