"""What a roster is known by from run to run, and which rosters follow each other, by the names of their files."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from unicodedata import normalize

COPY = re.compile(r"[ _-]*\(\d{1,3}\)$")
"""What a program puts behind the name of a file that is there already."""

_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_DAY = (
    r"\d{4}[-_. ]?\d\d[-_. ]?\d\d|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{4}"
    rf"|\d{{1,2}}[-_. ]?(?:{_MONTH})[a-z]*[-_. ]?\d{{4}}"
)
_TIME = r"[-_. t]{1,3}(?!\d{4}-\d\d-\d\d)\d\d[-_.:h]?\d\d(?:[-_.:]?\d\d)?"  # a year begins another date
_STAMP = re.compile(rf"(?<!\d)(?:{_DAY})(?:{_TIME})?(?!\d)", re.IGNORECASE)


def senders_stem(path: PurePath) -> str:
    """The name of a file without its ending, and without our ``.results`` and ``.PRACTICE``."""
    stem = path.stem
    cut = stem.rfind(".results")
    return (stem[:cut] if cut > 0 else stem).removesuffix(".PRACTICE")


def roster_name(path: Path) -> str:
    """What a roster is known by from run to run."""
    return normalize("NFC", senders_stem(path)).casefold()


def series_name(path: Path, given: str = "") -> str:
    """The series of a roster: its folder, and the name that was given for it, else its file name without its date.

    ``hr 2026-03-02.csv``, ``hr_20260303 0417.csv`` and ``hr (2).csv`` are one series, ``Year 4.csv`` and ``Year 5.csv``
    are two.
    """
    name = roster_name(path)
    undated = _STAMP.sub("", COPY.sub("", name)).strip(" -_.")
    return f"{path.absolute().parent}{os.sep}{given or undated or name}"
