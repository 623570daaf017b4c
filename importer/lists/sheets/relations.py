"""Pure: how a part of an Office file (OPC) names the other parts that it refers to."""

from __future__ import annotations

import posixpath


def relations_part(part: str) -> str:
    """Where it stands what a part refers to; "" is the whole package."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def target_part(part: str, target: str) -> str:
    """The part that is meant by a target: one without a slash in front is seen from the part that names it."""
    folder = posixpath.dirname(part)
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
