"""Pure: what shows who somebody is: names, addresses and our own handle, folded for comparison, or hashed."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import replace
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from importer.model import Attendee, Decision, Entry, Former, Participant, Question, RowRef
from importer.people.bare_names import bare_name

NEAR = 0.8
"""How alike two folded names are to be called near: one slip in five letters. Near alone never decides."""

PHONE_DIGITS = 9
"""Telephone numbers are compared by their last digits: +44 7700 900123 is 07700 900123."""

_NO_DIGITS = re.compile(r"\D+")

_UNCOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
"""How names are written where a keyboard has none of these letters: Müller is Mueller. Jo is not Joe."""

_ACCENTED = ("LATIN ", "GREEK ", "CYRILLIC ")
"""Scripts in which a mark is an accent on a letter. Elsewhere it is a letter of its own: मीना is not मोना."""


def fold(text: str) -> str:
    """A name as it is compared: without case, accents, apostrophes, hyphens, points and blanks."""
    if text.isascii():
        return text.lower() if text.isalnum() else "".join(filter(str.isalnum, text.lower()))
    kept: list[str] = []
    takes_accents = False
    for c in unicodedata.normalize("NFKD", text.casefold().translate(_UNCOMPOSED)):
        if c.isalnum():
            takes_accents = unicodedata.name(c, "").startswith(_ACCENTED)
            kept.append(c)
        elif unicodedata.category(c)[0] == "M" and kept and not takes_accents:
            kept.append(c)
    return "".join(kept)


class Evidence(NamedTuple):
    """What a row, an entry or a person on a booking shows of who it is, folded for comparison; empty is unknown.

    ``names`` are full names that count as this person's; ``other_names`` a person has said to be somebody else's.
    ``spelt_out`` is the name with ae for ä and the like, and equal to one of ``names`` where it has no such letter.
    ``handles`` are our own marks: the one that a row carries, all that the row of an entry ever carried. ``row`` is
    where they stand in their roster. ``decision`` answers a question about those alone whose ``key`` is one of
    ``answers``: a decision that stood there before the question was asked says nothing of it. ``asked`` are the keys of
    all about whom an earlier import has asked beside this row, which stays open until it is answered; where
    ``counts_for_others``, other rows were told that the answer here is theirs, too.

    ``same_roster``: they stem from this very roster, so that a name alone is enough. ``may_be_gone``: from a
    part of it that is here, so that whoever is not found is not there any more. ``is_handle_copied``: another row
    carries the same mark. ``reference_counts`` is found out when people are paired off (``matching``). ``is_weak``: the
    customer record is shared with somebody, so that it may show a sibling's name (API.md, 9), and can only raise a
    question. With a ``hash_key`` names and addresses are hashes: equal ones are still equal, but near names are not
    near any more.
    """

    first_name: str
    last_name: str
    names: frozenset[str]
    reference: str = ""
    email: str = ""
    mobile: str = ""
    phone: str = ""
    handles: frozenset[str] = frozenset()
    row: RowRef | None = None
    key: str = ""
    decision: Decision | None = None
    answers: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    counts_for_others: bool = False
    other_names: frozenset[str] = frozenset()
    same_roster: bool = False
    may_be_gone: bool = False
    is_handle_copied: bool = False
    reference_counts: bool = False
    is_weak: bool = False
    spelt_out: str = ""
    hash_key: str = ""

    def tells_apart_from(self, key: str) -> bool:
        """Whether a person has decided that this row is not the one who is asked about under that key."""
        return self.decision is not None and self.decision.tells_apart and key in self.answers

    @property
    def traits(self) -> set[str]:
        """All that somebody else may be found to have in common with this person."""
        traits = {*self.names, self.spelt_out, self.reference, self.email, self.mobile, self.phone}
        traits.discard("")
        return traits

    @property
    def addresses(self) -> frozenset[str]:
        """E-mail and numbers, of which siblings share some; a number is one wherever it is written (API.md, 20)."""
        return frozenset((self.email, self.mobile, self.phone)) - {""}


def hashed(evidence: Evidence, key: str) -> Evidence:
    """The same evidence as keyed hashes, for what was purged and for comparison with it; without a key, as it is."""
    if not key or evidence.hash_key:
        return evidence
    return evidence._replace(
        first_name=hashed_text(evidence.first_name, key),
        last_name=hashed_text(evidence.last_name, key),
        names=frozenset(hashed_text(name, key) for name in evidence.names),
        spelt_out=hashed_text(evidence.spelt_out, key),
        reference=hashed_text(evidence.reference, key),
        email=hashed_text(evidence.email, key),
        mobile=hashed_text(evidence.mobile, key),
        phone=hashed_text(evidence.phone, key),
        other_names=frozenset(hashed_text(name, key) for name in evidence.other_names),
        hash_key=key,
    )


def hashed_text(folded: str, key: str) -> str:
    """The hash of a folded text as hexadecimal digits, which folding leaves as they are; empty stays empty."""
    return hmac.digest(key.encode(), folded.encode(), "sha256").hex() if folded else ""


def hashed_question(question: Question | None, key: str) -> Question | None:
    """The same question with its name as a keyed hash, for what is purged."""
    return replace(question, name=hashed_text(question.name, key)) if question else None


def hashed_entry(entry: Entry, key: str) -> Entry:
    """The same entry as keyed hashes, for what is purged; nothing of it can be read any more."""
    evidence = hashed(of_entry(entry, same_roster=False), key)
    return replace(
        entry,
        first_name=evidence.first_name,
        last_name=evidence.last_name,
        email=evidence.email,
        mobile=evidence.mobile,
        phone=evidence.phone,
        reference=evidence.reference,
        accepted_names=evidence.names,
        rejected_names=evidence.other_names,
        question=hashed_question(entry.question, key),
        hash_key=key,
    )


def of_participant(
    person: Participant, answers: frozenset[str] = frozenset(), *, is_handle_copied: bool = False
) -> Evidence:
    """Evidence of a row. ``answers`` are the keys of those about whom it was asked before it was decided."""
    return _evidence(
        person.first_name,
        person.last_name,
        person.reference,
        person.email,
        person.mobile,
        person.phone,
        handles=frozenset((person.handle,) if person.handle else ()),
        row=person.row,
        decision=person.decision,
        answers=answers,
        is_handle_copied=is_handle_copied,
    )


def of_entry(entry: Entry, *, same_roster: bool, may_be_gone: bool = True) -> Evidence:
    """Evidence of an entry; ``may_be_gone`` unless it stems from a sheet of this roster that is not read now."""
    texts = (entry.reference, entry.email, entry.mobile, entry.phone)
    if entry.hash_key:
        evidence = Evidence(entry.first_name, entry.last_name, frozenset(), *texts, hash_key=entry.hash_key)
    else:
        evidence = _evidence(entry.first_name, entry.last_name, *texts)
    return evidence._replace(
        names=evidence.names | entry.accepted_names,
        handles=entry.handles | ({entry.handle} - {""}),
        row=entry.row,
        key=key_of(entry),
        other_names=entry.rejected_names,
        same_roster=same_roster,
        may_be_gone=same_roster and may_be_gone,
    )


def of_former(former: Former) -> Evidence:
    """Evidence of a row of an earlier import of this very roster, of which there is no entry: its name alone."""
    return Evidence("", "", frozenset({fold(former.name)} - {""}), same_roster=True)


def of_attendee(attendee: Attendee, *, is_weak: bool) -> Evidence:
    """Evidence of somebody who is on the booking by other ways; of nobody in particular where no record is readable."""
    record = attendee.profile
    if record is None:
        return Evidence("", "", frozenset(), is_weak=True)
    evidence = _evidence(record.first_name, record.last_name, "", record.email, record.mobile, record.phone)
    return evidence._replace(key=key_of(attendee), is_weak=is_weak)


def key_of(known: Entry | Attendee) -> str:
    """By what a question remembers whom it asked about."""
    return str(known.id) if isinstance(known, Entry) else known.customer_booking_id


def is_near(one: Evidence, other: Evidence) -> bool:
    """Names that look like one another: a slip or two, first and last name exchanged, a first name cut short."""
    for a in one.names:
        for b in other.names:
            if OSA.normalized_similarity(a, b, score_cutoff=NEAR):
                return True
    a, b = one.first_name, other.first_name
    if not a or not b:
        return False
    if a == other.last_name and b == one.last_name:
        return True
    return one.last_name == other.last_name and (a.startswith(b) or b.startswith(a))


def _evidence(
    first_name: str, last_name: str, reference: str, email: str, mobile: str, phone: str, **others: Any
) -> Evidence:
    first_name, last_name = bare_name(first_name), bare_name(last_name)
    first, last = fold(first_name), fold(last_name)
    return Evidence(
        first_name=first,
        last_name=last,
        names=frozenset((first + last,) if first or last else ()),
        spelt_out=_spell_out(first_name, first) + _spell_out(last_name, last),
        reference=reference.strip().casefold(),
        email=email.strip().casefold(),
        mobile=_digits(mobile),
        phone=_digits(phone),
        **others,
    )


def _spell_out(name: str, folded: str) -> str:
    return folded if name.isascii() else fold(unicodedata.normalize("NFC", name).lower().translate(_SPELT_OUT))


def _digits(number: str) -> str:
    return _NO_DIGITS.sub("", number)[-PHONE_DIGITS:]
