"""What of old runs is forgotten: names become keyed hashes, messages go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from importer.ledger import tables
from importer.ledger.database import Database, having
from importer.ledger.memory import WrittenFile
from importer.people.evidence import fold, hashed_question, hashed_text

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
