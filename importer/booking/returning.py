"""Pure: who was taken off a group booking and is there again, not through an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from importer.model import Entry
from importer.people.evidence import Evidence
from importer.people.matching import Pairing, match_people


def with_returned(
    pairing: Pairing,
    evidence: Sequence[Evidence],
    known: Sequence[Evidence],
    entries: Sequence[Entry],
) -> tuple[Pairing, dict[int, Entry]]:
    """Who was taken off may be there again, not through an import: then that is whom the row means, or may mean.

    Also returns the entries of those who are, by row.
    """
    gone = [at for at, other in pairing.pairs.items() if other < len(entries) and entries[other].state.is_off]
    strangers = sorted(set(range(len(entries), len(known))) - set(pairing.pairs.values()))
    back = match_people([evidence[at] for at in gone], [known[other] for other in strangers])
    pairs = {**pairing.pairs, **{gone[at]: strangers[other] for at, other in back.pairs.items()}}
    asked = {gone[at]: tuple(strangers[one] for one in others) for at, others in back.questions.items()}
    paired = replace(
        pairing,
        pairs={at: other for at, other in pairs.items() if at not in asked},
        questions={**pairing.questions, **asked},
    )
    return paired, {gone[at]: entries[pairing.pairs[gone[at]]] for at in back.pairs}
