"""Plans that may be approved, who approved them, and which import carried each out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest

import sqlalchemy as sa

from importer.ledger import tables
from importer.ledger.database import Database
from importer.model.approvals import Approval, Shortfall

_TABLE = tables.approvals


class Approvals:
    """The approvals of one ledger. Every call may raise ``LedgerError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, code: str) -> Approval | None:
        """The plan that a code stands for, as it was prepared or approved last.

        Every code is compared, each in the same time: how long it takes tells nobody how much of one is right.
        """
        known = self._database.rows(sa.select(_TABLE.c.id, _TABLE.c.code).order_by(_TABLE.c.id))
        same = [one["id"] for one in known if compare_digest(one["code"].encode(), code.encode(errors="replace"))]
        return self._one(_TABLE.c.id == same[-1]) if same else None

    def of_run(self, run: int) -> Approval | None:
        """What this import carries out, if it was approved."""
        return self._one(_TABLE.c.run == run)

    def comments(self) -> tuple[tuple[int, str], ...]:
        """Every comment, with the import that carried out what it was about; 0 for none."""
        query = sa.select(_TABLE.c.run, _TABLE.c.comment).where(_TABLE.c.comment != "").order_by(_TABLE.c.id)
        return tuple((record["run"], record["comment"]) for record in self._database.rows(query))

    def keep(self, approval: Approval) -> Approval:
        """Keep a plan that was prepared, or find it: as long as nobody has approved it, its code is good for its days.

        So it stays theirs who prepared it first: whoever approves it looks at it before.
        """
        nobodys = self._database.rows(_TABLE.select().where(_TABLE.c.approved.is_(None)).order_by(_TABLE.c.id))
        for one in (Approval(**record) for record in nobodys):
            if one.is_open(approval.prepared) and one.is_of(approval.lines):
                return one
        return self._save(approval)

    def approve(self, approval: Approval, *, by: str, signed_in: str, comment: str, now: datetime) -> Approval:
        """Record that somebody lets a plan through, or what an import has left of it."""
        approved = _unless_carried(approval)
        return self._save(replace(approved, approved_by=by, signed_in=signed_in, comment=comment, approved=now))

    def carry_out(self, approval: Approval, run: int) -> Approval:
        """Record which import carries a plan out, or goes on with what an earlier one has left of it."""
        return self._save(replace(_unless_carried(approval), run=run))

    def fell_short(self, approval: Approval, short: Collection[Shortfall]) -> Approval:
        """Record who of the approved was not booked, at the end of the import."""
        return self._save(replace(approval, short=tuple(short)))

    def _one(self, where: sa.ColumnElement[bool]) -> Approval | None:
        found = self._database.rows(_TABLE.select().where(where).order_by(_TABLE.c.id.desc()).limit(1))
        return Approval(**found[0]) if found else None

    def _save(self, approval: Approval) -> Approval:
        with self._database.using() as connection:
            if not approval.id:
                return _inserted(approval, connection)
            connection.execute(_TABLE.update().where(_TABLE.c.id == approval.id).values(_values(approval)))
        return approval


def _unless_carried(approval: Approval) -> Approval:
    """The record itself, or a new one of what is left where an import has carried it out: each has one import."""
    return replace(approval, id=0, run=0, lines=approval.left, short=None) if approval.run else approval


def _inserted(approval: Approval, connection: sa.Connection) -> Approval:
    made = connection.execute(_TABLE.insert().values(_values(approval)))
    assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
    return replace(approval, id=int(made.inserted_primary_key[0]))


def _values(approval: Approval) -> dict[str, object]:
    return {column.name: getattr(approval, column.name) for column in _TABLE.c if column.name != "id"}
