"""The booking service: ``port`` is all that others know of it, ``appointedd`` alone speaks HTTP, ``pace`` how fast.

``trace`` writes down shapes of what it answers, without content; ``comparing`` tells where two such files differ.
"""
