"""A whole office for tests: people whose identity is known, a coordinator who corrects a roster, and a service in memory.

``people`` who there is, ``service`` the stand-in with its mishaps, ``coordinator`` who edits and imports, ``judge`` who
knows the truth; ``moves`` and ``courses`` of moves that the state machine makes.
"""
