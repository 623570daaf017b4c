"""The booking service: ``port`` is all that others know of it, ``appointedd`` alone speaks HTTP, ``pace`` how fast."""
