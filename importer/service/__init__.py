"""The booking service. ``appointedd`` alone speaks HTTP and knows its JSON; ``pace`` is how fast requests go out."""
