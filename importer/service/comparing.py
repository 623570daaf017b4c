"""Where the shapes of one service's answers differ from another's."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from importer.errors import RosterError

Kinds = dict[str, dict[str, set[str]]]

_COUNTED = re.compile(r"(text|id|time)(?:[#(+Z-].*)?")


def read_trace(path: Path) -> list[dict[str, Any]]:
    """The lines of a file that ``Trace`` wrote. Raises ``RosterError`` where it is another file, or an empty one."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if lines and all(map(_is_traced, lines)):
            return lines
    except (OSError, ValueError, RecursionError):
        pass
    raise RosterError(
        f"{path} is not a file that --trace has written. It is empty where the program was stopped before its end."
    )


def _is_traced(line: object) -> bool:
    return isinstance(line, dict) and {"call", "status", "answer"} <= line.keys() and isinstance(line["call"], str)


def compare_shapes(traced: Iterable[Mapping[str, Any]], known: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each place of an answer that only one of them has, or whose kind differs; calls by name.

    Both are records as ``Trace`` writes them. Calls that ``traced`` never made are left out; of those that can't be
    compared that is said.
    """
    traced = list(traced)
    theirs, ours = _kinds(traced), _kinds(known)
    made = {_call(record) for record in traced}
    lines = [f"{call}: practice makes no such call." for call in sorted(made - ours.keys())]
    failed = made & ours.keys() - theirs.keys()
    lines += [f"{call}: not compared, it never had an answer there." for call in sorted(failed)]
    for call in sorted(theirs.keys() & ours.keys()):
        for path in sorted(theirs[call].keys() | ours[call].keys()):
            there, here = theirs[call].get(path, set()), ours[call].get(path, set())
            path = path or "answer"
            if not here:
                lines.append(f"{call}: {path} is there ({_listed(there)}), and not in practice.")
            elif not there and not _is_of_a_record(path, theirs[call]):
                lines.append(f"{call}: {path} is in practice ({_listed(here)}), and not there.")
            elif there and there - here:
                lines.append(f"{call}: {path} is {_listed(there)} there, {_listed(here)} in practice.")
    return lines


def _kinds(records: Iterable[Mapping[str, Any]]) -> Kinds:
    found: Kinds = defaultdict(lambda: defaultdict(set))
    for record in records:
        if record["status"] == 200:
            kinds = found[_call(record)]
            for path, kind in _kinds_by_path(record["answer"], ""):
                kinds[path].add(kind)
    return found


def _is_of_a_record(path: str, there: Collection[str]) -> bool:
    """Whether this is in a record of a list of which no record was ever there."""
    listed, is_in_list, _ = path.partition("[]")
    return bool(is_in_list) and listed in there and not any(one.startswith(f"{listed}[]") for one in there)


def _call(record: Mapping[str, Any]) -> str:
    return re.sub(r"id#\d+", "ID", record["call"])


def _kinds_by_path(shape: Any, path: str) -> Iterator[tuple[str, str]]:
    match shape:
        case dict():
            for key, one in shape.items():
                yield from _kinds_by_path(one, f"{path}.{key}" if path else key)
        case list():
            yield path, "list"
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
