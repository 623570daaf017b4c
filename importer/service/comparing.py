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
        for path in sorted(theirs[call].keys() | ours[call].keys()):
            there, here = theirs[call].get(path, set()), ours[call].get(path, set())
            if not here:
                lines.append(f"{call}: {path} is there ({_listed(there)}), and not in practice.")
            elif not there:
                lines.append(f"{call}: {path} is in practice ({_listed(here)}), and not there.")
            elif there - here:
                lines.append(f"{call}: {path} is {_listed(there)} there, {_listed(here)} in practice.")
    return lines


def _kinds(records: Iterable[Mapping[str, Any]]) -> Kinds:
    found: Kinds = defaultdict(lambda: defaultdict(set))
    for record in records:
        if record["status"] == 200:
            call = re.sub(r"id#\d+", "ID", record["call"])
            for path, kind in _kinds_by_path(record["answer"], ""):
                found[call][path].add(kind)
    return found


def _kinds_by_path(shape: Any, path: str) -> Iterator[tuple[str, str]]:
    match shape:
        case dict():
            for key, one in shape.items():
                yield from _kinds_by_path(one, f"{path}.{key}" if path else key)
        case list():
            for one in shape:
                yield from _kinds_by_path(one, f"{path}[]")
        case _:
            yield path, _kind(shape)


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
    return "number" if shape == "number" else "text"


def _listed(kinds: Iterable[str]) -> str:
    return " or ".join(sorted(kinds))
