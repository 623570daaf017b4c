"""Pure: what a colour is called."""

from __future__ import annotations

from colorsys import rgb_to_hsv

_GREY = 0.15
_HUES = (
    (0.04, "red"), (0.11, "orange"), (0.19, "yellow"), (0.45, "green"), (0.54, "turquoise"), (0.7, "blue"),
    (0.8, "purple"), (0.93, "pink"), (1.01, "red"),
)  # fmt: skip


def colour_name(colour: str) -> str:
    """``red`` of ``FF0000``; "coloured" of what is written otherwise."""
    try:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return "coloured"
    hue, saturation, _ = rgb_to_hsv(red, green, blue)
    return "grey" if saturation < _GREY else next(name for end, name in _HUES if hue < end)
