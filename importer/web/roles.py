"""What each person may do on a server. On a desk of one everything is theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

EVERYBODY = "*"
"""In the place of a name: whoever has signed in."""


class Role(StrEnum):
    VIEW = "view"
    PREPARE = "prepare"
    APPROVE = "approve"
    ADMINISTER = "administer"


_ALSO = {
    Role.VIEW: {Role.VIEW},
    Role.PREPARE: {Role.VIEW, Role.PREPARE},
    Role.APPROVE: {Role.VIEW, Role.APPROVE},
    Role.ADMINISTER: set(Role),
}
"""What each role brings with it."""

_NEEDED = {
    "approve.decide": Role.APPROVE,
    "audit.show": Role.ADMINISTER,
    "imports.show": Role.VIEW,
    "lists.go_on": Role.VIEW,
    "booking.show": Role.VIEW,
    "result.show": Role.VIEW,
    "result.of_run": Role.VIEW,
    "result.download": Role.VIEW,
    "approve.show": Role.VIEW,
    "sessions.show": Role.VIEW,
    "sessions.one": Role.VIEW,
    "people.show": Role.VIEW,
    "people.look": Role.VIEW,
    "signing_in.close": Role.VIEW,
}


@dataclass(frozen=True, slots=True)
class Roles:
    """The people of each role, by the names with which they sign in."""

    people: Mapping[Role, Collection[str]]

    def of(self, user: str) -> frozenset[Role]:
        given = [role for role, names in self.people.items() if user in names or EVERYBODY in names]
        return frozenset(one for role in given for one in _ALSO[role])


ALL = Roles({Role.ADMINISTER: (EVERYBODY,)})


def needed_for(endpoint: str | None) -> Role:
    """What it takes to open a screen or send its form; whatever is not named changes lists."""
    return _NEEDED.get(endpoint or "", Role.PREPARE)
