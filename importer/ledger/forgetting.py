"""What is forgotten, of old runs or of one person: names become keyed hashes or go, and so do messages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from importer.ledger import tables
from importer.ledger.database import Database, having
from importer.ledger.memory import WrittenFile
from importer.ledger.tables import row_of
from importer.model import RowRef
from importer.people.evidence import fold, hashed_question, hashed_text

_OF_ROW = ("run", *tables.ROW)
_OUTCOME = [tables.outcomes.c.run, *tables.by_row(tables.outcomes)]


def forget_words(
    database: Database, runs: Collection[int], files: Collection[WrittenFile], hash_key: str, *, now: datetime
) -> None:
    """Forget names and messages of these runs, these files, and plans that can't be approved any more, in one commit.

    The names become hashes, by which the same roster is still known again. Who approved a run stays, but no comment.
    """
    outcomes = tables.outcomes
    less = {"name": sa.bindparam("hash"), "question": sa.bindparam("asked"), "message": ""}
    hash_names = outcomes.update().values(less).where(
        *(column == sa.bindparam(f"of_{column.name}") for column in _OUTCOME)
    )  # fmt: skip
    with database.using(in_transaction=True) as connection:
        for each in having(outcomes.c.run, runs):
            names = [
                {f"of_{column.name}": record[column.name] for column in _OUTCOME}
                | {"hash": hashed_text(fold(record["name"]), hash_key)}
                | {"asked": hashed_question(record["question"], hash_key)}
                for record in connection.execute(outcomes.select().where(each)).mappings()
            ]
            if names:
                connection.execute(hash_names, names)
        for each in having(tables.runs.c.id, runs):
            connection.execute(tables.runs.update().where(each).values(purged=now))
        approvals = tables.approvals
        for each in having(approvals.c.run, runs):
            connection.execute(approvals.update().where(each).values(lines=(), comment=""))
        connection.execute(approvals.delete().where(approvals.c.run == 0, approvals.c.expires < now))
        for each in having(tables.files.c.sha256, {file.sha256 for file in files}):
            connection.execute(tables.files.delete().where(each))


def forget_rows(
    database: Database,
    rows: Collection[tuple[int, RowRef]],
    names: frozenset[str],
    without: Callable[[str], str],
    hash_key: str,
) -> None:
    """Forget name and message of these rows of runs, in one commit with what else names their person.

    A row without a name is nobody's: only an entry still knows who was booked. Messages of other rows are kept
    ``without`` the person; comments of approvals that name them go, as do ``names``, as they are compared, of whom
    entries say that they are somebody else.
    """
    outcomes, entries, approvals = tables.outcomes, tables.entries, tables.approvals
    of_row = [outcomes.c[name] == sa.bindparam(f"of_{name}") for name in _OF_ROW]
    forgotten = {(run, *row) for run, row in rows}
    with database.using(in_transaction=True) as connection:
        for told in connection.execute(outcomes.select()).mappings().all():
            key = (told["run"], *row_of(told))
            less: dict[str, object] = {"message": without(told["message"])}
            if key in forgotten:
                less = {"message": "", "name": "", "question": hashed_question(told["question"], hash_key)}
            if any(told[name] != value for name, value in less.items()):
                which = {f"of_{name}": value for name, value in zip(_OF_ROW, key, strict=True)}
                connection.execute(outcomes.update().where(*of_row).values(less), which)
        for id_, comment in connection.execute(sa.select(approvals.c.id, approvals.c.comment)).all():
            if without(comment) != comment:
                connection.execute(approvals.update().where(approvals.c.id == id_).values(comment=""))
        for entry in connection.execute(sa.select(entries.c.id, entries.c.rejected_names)).mappings().all():
            if names & entry["rejected_names"]:
                left = entry["rejected_names"] - names
                connection.execute(entries.update().where(entries.c.id == entry["id"]).values(rejected_names=left))
