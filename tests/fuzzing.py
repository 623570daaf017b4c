"""Random changes of good files: each is read or refused in a sentence, and what was read gets its results.

    .venv/bin/python tests/fuzzing.py --changes 2000 --seed 7

Ends with 1 if a file ended the process that read it, or failed in a way of its own; its kind and seed are printed, and
``--only xlsx:7001`` does that one again.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook

from importer.errors import RosterError
from importer.importing.bounded_process import BoundedProcess, ProcessDiedError
from importer.importing.checking import check
from importer.lists.roster import read_roster
from importer.model import Options
from importer.results.writing import annotate
from importer.settings import load_settings

FILES = Path(__file__).parent / "files"
NOW = datetime(2030, 1, 15, 9, tzinfo=UTC)
MOST_BYTES, MOST_S = 2**31, 60
LIST = """Name,Email,Start,Spaces,Notes
Ada Lovelace,ada@example.org,14 Mar 2030 10:00,1,"window, please"
Zoë Müller,zoe@example.org,2030-03-15 9:30,2,
"""
NUMBERS = [b"0", b"-1", b"99", b"65536", b"1048576", b"1048577", b"2147483648", b"4294967295", b"99999999999", b"1e9"]
WORDS = [b"<", b">", b"/>", b"]]>", b"<!--", b'"', b"'", b"&", b"&#0;", b"&#11;", b"_x000B_", b"\0", b"\xff\xfe", b"A1"]


def excel(*, macros: bool = False) -> bytes:
    """A workbook with what people's have: texts, dates, formulas, colours, merged cells, a filter, a second sheet."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("People")
        struck, day = book.add_format({"font_strikeout": True}), book.add_format({"num_format": "d mmm yyyy"})
        for row, line in enumerate(LIST.splitlines()[:3]):
            for column, text in enumerate(line.split(",", 4)):
                sheet.write(row, column, text, struck if (row, column) == (2, 4) else None)
        sheet.write_datetime(3, 2, datetime(2030, 3, 14), day)  # noqa: DTZ001 (Excel knows no zones)
        sheet.write_string(3, 0, "Jon Hale")
        sheet.write_formula(3, 3, "=1+1", None, 2)
        sheet.write_number(3, 4, 7.5)
        sheet.set_row(2, 20, None, {"hidden": True})
        sheet.autofilter(0, 0, 3, 4)
        sheet.merge_range(5, 0, 5, 3, "merged")
        sheet.data_validation(1, 3, 3, 3, {"validate": "list", "source": ["1", "2"]})
        book.add_worksheet("Other").add_table(0, 0, 2, 1, {"data": [["a", 1], ["b", 2]]})
        if macros:
            book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0 macros"), is_stream=True)
    return stream.getvalue()


GOOD = {
    "xlsx": excel(),
    "xlsm": excel(macros=True),
    "xls": (FILES / "people.xls").read_bytes(),
    "ods": (FILES / "people.ods").read_bytes(),
    "csv": LIST.encode(),
}


def changed(kind: str, seed: int) -> bytes:
    """A good file with one to four changes."""
    chance = random.Random(f"{kind}:{seed}")
    content = GOOD[kind]
    if kind == "xls" and chance.random() < 0.9:  # where its parts stand is counted in bytes
        return _scrambled(content, chance, keep_length=True)
    if kind in ("xls", "csv") or chance.random() < 0.1:
        return _scrambled(content, chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        # The parts that are read are changed most.
        names = old.namelist()
        read = [name for name in names if re.search("sheet|content|styles|sharedStrings|workbook|rels", name)]
        chosen = chance.choice(read if chance.random() < 0.9 else names)
        for name in names:
            part = old.read(name)
            new.writestr(name, _scrambled(part, chance) if name == chosen else part)
    return stream.getvalue()


def _scrambled(content: bytes, chance: random.Random, *, keep_length: bool = False) -> bytes:
    changes = [_flip, _number, _number, _number, _word, _cut_out, _repeat, _swap_attributes, _swap_attributes]
    for _ in range(chance.choice([1, 1, 2, 4])):
        content = (_overwrite if keep_length else chance.choice(changes))(content, chance)
    return content


def _overwrite(content: bytes, chance: random.Random) -> bytes:
    """Other bytes; often such as stand for a large number or for one that is just too small."""
    at, length = chance.randrange(len(content)), chance.choice([1, 1, 2, 4])
    new = chance.choice([bytes(4), b"\xff" * 4, b"\xff\x7f\0\0", chance.randbytes(4)])[:length]
    return content[:at] + new + content[at + length :]


def _at(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = _at(content, chance)
    return content[:at] + chance.randbytes(chance.randint(1, 4)) + content[at + chance.randint(0, 4) :]


def _number(content: bytes, chance: random.Random) -> bytes:
    """Another number in the place of one that is there, or in the place of four bytes."""
    found = list(re.finditer(rb"\d+", content))
    if not found:
        return _flip(content, chance)
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(NUMBERS) + content[one.end() :]


def _word(content: bytes, chance: random.Random) -> bytes:
    at = _at(content, chance)
    return content[:at] + chance.choice(WORDS) + content[at:]


def _cut_out(content: bytes, chance: random.Random) -> bytes:
    at = _at(content, chance)
    return content[:at] + content[at + chance.choice([1, 10, 100, 10_000]) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    at, length = _at(content, chance), chance.choice([1, 20, 200])
    return content[:at] + content[at : at + length] * chance.choice([2, 3, 500]) + content[at + length :]


def _swap_attributes(content: bytes, chance: random.Random) -> bytes:
    """What stands in quotation marks in two places, the other way round."""
    found = list(re.finditer(rb'"[^"<>]{0,40}"', content))
    if len(found) < 2:
        return _flip(content, chance)
    one, other = sorted(chance.sample(found, 2), key=lambda match: match.start())
    middle = content[one.end() : other.start()]
    return content[: one.start()] + other[0] + middle + one[0] + content[other.end() :]


def what_becomes_of(kind: str, seed: int, *, results: bool) -> str:
    """``read``, ``refused``, or the traceback of what must not happen."""
    path = Path(f"people.{kind}")
    try:
        roster = read_roster(path, content=changed(kind, seed))
        if results:
            report = check(roster, load_settings(), Options(), now=NOW)
            try:
                annotate(report)
            except Exception:
                annotate(report, only_values=True)
    except RosterError as error:
        return "refused" if str(error).strip() else "It was refused without a word."
    except Exception:
        return traceback.format_exc()
    return "read"


def faults(
    kind: str, seeds: range, process: BoundedProcess, *, results: bool, tally: Counter[str] | None = None
) -> Iterator[str]:
    """What went wrong, with its kind and seed."""
    for seed in seeds:
        try:
            told = process.call(what_becomes_of, kind, seed, results=results)
        except ProcessDiedError:
            told = "It ended the process, or took too long."
        if tally is not None:
            tally[told if told in ("read", "refused") else "FAULT"] += 1
        if told not in ("read", "refused"):
            yield f"--only {kind}:{seed}\n{told}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=2000, help="of each kind of file")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", metavar="KIND:SEED")
    given = parser.parse_args()
    if given.only:
        kind, seed = given.only.split(":")
        sys.stdout.write(f"{what_becomes_of(kind, int(seed), results=True)}\n")
        return 0
    sys.stdout.write(f"{given.changes:,} changes of each kind of file, seed {given.seed}\n")
    sys.stdout.flush()
    tallies = {kind: Counter[str]() for kind in GOOD}
    seeds = range(given.seed * 10_000, given.seed * 10_000 + given.changes)

    def wrong_with(kind: str) -> list[str]:
        process = BoundedProcess(MOST_BYTES, MOST_S)
        found = list(faults(kind, seeds, process, results=True, tally=tallies[kind]))
        process.close()
        return found

    with ThreadPoolExecutor(2) as pool:
        wrong = [one for found in pool.map(wrong_with, GOOD) for one in found]
    lines = [f"{kind}: {dict(tally)}" for kind, tally in tallies.items()]
    sys.stdout.write("\n".join([*lines, *wrong, ""]))
    return bool(wrong)


if __name__ == "__main__":
    import fuzzing  # by its name, the other process finds it, too

    sys.exit(fuzzing.main())
