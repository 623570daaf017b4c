"""Who there truly is, and what a row says of them."""

from __future__ import annotations

from dataclasses import dataclass

from importer.model import (
    Outcome,
    Participant,
    RowRef,
    Target,
)
from importer.people.evidence import Evidence, of_participant


@dataclass(frozen=True)
class Human:
    """A true person: the ways their name, e-mail and mobile may be typed. Namesakes are ``kin``: only their number can be told."""

    key: str
    kin: str
    names: tuple[tuple[str, str], ...]
    emails: tuple[str, ...]
    mobiles: tuple[str, ...]
    spaces: int = 1


CAST = (
    Human(
        "ella",
        "ella",
        (("Ella", "Brown"), ("Élla", "BROWN"), ("Ela", "Brown")),
        ("mum@mail.com", "ella@mail.com"),
        ("07700900111",),
    ),
    Human(
        "bella",
        "bella",
        (("Bella", "Brown"), ("bella", "brown"), ("Bela", "Brown")),
        ("mum@mail.com",),
        ("07700900111", "07700900222"),
    ),
    Human(
        "ann",
        "ann",
        (("Ann", "Brown"), ("Ánn", "Brown"), ("Anne", "Brown")),
        ("ann@mail.com", "mum@mail.com"),
        ("07700900333",),
    ),
    Human("ann the younger", "ann", (("Ann", "Brown"), ("ANN", "Brown")), ("younger@mail.com",), ("07700900444",)),
    Human("ann smith", "ann smith", (("Ann", "Smith"), ("Ann", "Smiht")), ("smith@mail.com",), ("07700900555",)),
    Human("jon", "jon", (("Jon", "Smith"), ("Jonn", "Smith")), ("smith@mail.com", "jon@mail.com"), ("07700900666",)),
    Human("john", "john", (("John", "Smith"), ("Smith", "John"), ("Johhn", "Smith")), ("john@mail.com",), ()),
    Human("tom", "tom", (("Tom", "Baker"), ("Thomas", "Baker"), ("Tomm", "Baker")), (), ("07700900777",), spaces=2),
    Human("tom cook", "tom cook", (("Tom", "Cook"),), ("cook@mail.com",), ()),
    Human("bob", "bob", (("Bob", "Jones"), ("Robert", "Jones")), ("bob@mail.com",), ()),
    Human("mina", "mina", (("मीना", "देवी"),), (), ()),
    Human("mona", "mona", (("मोना", "देवी"),), (), ()),
    Human("zoe", "zoe", (("Zoë", "O'Neill"), ("Zoe", "ONeill"), ("Zoe", "O'Neil")), ("zoe@mail.com",), ()),
    Human("grace", "grace", (("Grace", "Hopper"), ("Grace", "Murray")), ("grace@mail.com",), ("07700900888",)),
)
WHO = {who.key: who for who in CAST}
FAMILIES = (
    ("ella", "bella"),
    ("ann", "ann the younger"),
    ("ann", "ann smith"),
    ("jon", "john"),
    ("mina", "mona"),
    ("bob", "grace", "zoe"),
    ("tom", "tom cook"),
)
"""Those who are taken for one another, and those who are not known again."""
PLACEHOLDER = ("TBC", "Guest")
STRANGERS = (("Walter", "Quill"), ("Ingrid", "Voss"), ("Pablo", "Ximenez"))


def how_many_are(kin: str) -> int:
    return sum(one.kin == kin for one in CAST)


@dataclass
class Row:
    """A line of the coordinator's roster, and whose it truly is."""

    who: Human
    first: str
    last: str
    email: str = ""
    mobile: str = ""
    reference: str = ""
    session: int = 0
    handle: str = ""
    decision: str = ""
    outcome: Outcome | None = None
    places: int = 0

    @property
    def spaces(self) -> int:
        """How many places are typed; as many as the person wants, unless they were edited."""
        return self.places or self.who.spaces

    @property
    def evidence(self) -> Evidence:
        return of_participant(
            Participant(
                RowRef("", 0),
                self.first,
                self.last,
                Target(),
                self.email,
                self.mobile,
                reference=self.reference,
                handle=self.handle,
            )
        )
