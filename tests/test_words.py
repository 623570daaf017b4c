"""The English that people read: words that were tried on people and are gone, and sentences that can be read at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

IMPORTER = Path(__file__).parent.parent / "importer"
LONGEST_SENTENCE = 25
"""In words."""

NOT_ENGLISH = ("lists/capitals.py", "lists/title_words.py", "lists/shapes/coming.py", "results/frame.py")
"""Texts that nobody reads: particles of names, patterns, the order of a workbook's elements."""

GONE = (
    "mend", "mended", "need you", "needs you", "really booked", "see it work", "stay as they are", "no obstacle", "by another way",
    "Taken off", "Not tried", "not tried", "folded away", "our mark", "left aside", "passed over",
    "is no decision", "HELD", "GONE", "MOVED", "on it can be told", "lapse", "before their turn", "byte for byte",
    "a person is needed", "a fault of ours", "taken for", "what they mean", "because it takes the network",
    "could not see", "practises right now", "counts for nobody", "as good as a password",
)  # fmt: skip


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module but its docstrings, with X for what is filled in, and its line."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    aside = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    aside |= {
        id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node
    }
    for node in nodes:
        if id(node) in aside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.Constant) else "X" for one in node.values)
            yield node.lineno, "".join(map(str, parts))


MODULES = {
    path.relative_to(IMPORTER): list(texts(path))
    for path in sorted(IMPORTER.rglob("*.py"))
    if not path.relative_to(IMPORTER).as_posix().startswith(("sandbox/", "ledger/migrations/", *NOT_ENGLISH))
}
FOR_PEOPLE = [IMPORTER.parent / name for name in ("README.md", "docs/coordinators.md", "docs/commands.md")]
TEMPLATES = {path.relative_to(IMPORTER): path.read_text(encoding="utf-8") for path in sorted(IMPORTER.rglob("*.html"))}


def test_no_sentence_that_people_read_is_longer_than_can_be_read_at_once() -> None:
    sentences = (
        (path, line, sentence)
        for path, said in MODULES.items()
        for line, text in said
        for sentence in re.split(r"(?<=[.?!:;])\s+|\n", text)
    )
    assert [one for one in sentences if len(one[2].split()) > LONGEST_SENTENCE] == []


def test_words_that_people_did_not_understand_are_in_no_text() -> None:
    word = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, GONE))})(?![\w-])")
    found = [(path, line) for path, said in MODULES.items() for line, text in said if word.search(text)]
    shown = [path for path, text in TEMPLATES.items() if word.search(text)]
    told = [path.name for path in FOR_PEOPLE if word.search(" ".join(path.read_text(encoding="utf-8").split()))]
    assert (found, shown, told) == ([], [], [])
