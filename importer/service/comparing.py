"""Where the shapes of one service's answers differ from another's."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from importer.errors import RosterError

Kinds = dict[str, dict[str, set[str]]]

_COUNTED = re.compile(r"(text|id|time)(?:[#(+Z-].*)?")


def read_trace(path: Path) -> list[dict[str, Any]]:
    """The lines of a file that ``Trace`` wrote. Raises ``RosterError`` where it is another file."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if all(isinstance(line, dict) and {"call", "status", "answer"} <= line.keys() for line in lines):
            return lines
    except (OSError, ValueError):
        pass
    raise RosterError(f"{path} is not a file that --trace has written.")


def compare_shapes(traced: Iterable[Mapping[str, Any]], known: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each place of an answer that only one of them has, or whose kind differs; calls by name.

    Both are records as ``Trace`` writes them. Calls that were refused or that one of them never made are left out.
    """
    theirs, ours = _kinds(traced), _kinds(known)
    lines: list[str] = []
    for call in sorted(theirs.keys() & ours.keys()):
        for place in sorted(theirs[call].keys() | ours[call].keys()):
            there, here = theirs[call].get(place, set()), ours[call].get(place, set())
            if not here:
                lines.append(f"{call}: {place} is there ({_listed(there)}), and not in practice.")
            elif not there:
                lines.append(f"{call}: {place} is in practice ({_listed(here)}), and not there.")
            elif there - here:
                lines.append(f"{call}: {place} is {_listed(there)} there, {_listed(here)} in practice.")
    return lines


def _kinds(records: Iterable[Mapping[str, Any]]) -> Kinds:
    found: Kinds = defaultdict(lambda: defaultdict(set))
    for record in records:
        if record["status"] == 200:
            call = re.sub(r"id#\d+", "ID", record["call"])
            for place, kind in _places(record["answer"], ""):
                found[call][place].add(kind)
    return found


def _places(shape: Any, place: str) -> Iterator[tuple[str, str]]:
    match shape:
        case dict():
            for key, one in shape.items():
                yield from _places(one, f"{place}.{key}" if place else key)
        case list():
            for one in shape:
                yield from _places(one, f"{place}[]")
        case _:
            yield place, _kind(shape)


def _kind(shape: object) -> str:
    if isinstance(shape, bool):
        return "yes or no"
    if shape is None:
        return "null"
    if isinstance(shape, (int, float)):
        return "number"
    counted = _COUNTED.fullmatch(str(shape))
    if counted:
        return counted[1]
    return str(shape) if shape in ("empty", "number") else "text"


def _listed(kinds: Iterable[str]) -> str:
    return " or ".join(sorted(kinds))
