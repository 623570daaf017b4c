"""Which version of our tables a ledger has: a new one is made, an earlier one upgraded, a later one refused."""

from __future__ import annotations

import glob
import secrets
from pathlib import Path

import sqlalchemy as sa

from importer.errors import LedgerError
from importer.ledger import tables
from importer.ledger.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"

_BEFORE = ".before-{}"

_versions = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
"""Where Alembic keeps the version: read here, so that it need not be loaded to find that there is nothing to do."""


def bring_up_to_date(database: Database) -> None:
    """See to it that the tables are those of this version.

    A file is copied beside itself before it is upgraded; where it is only looked at, a copy in memory is upgraded
    instead. Raises ``LedgerError`` where it is no ledger, or one of a version that this program does not know.
    """
    if not database.table_names():
        if not database.is_writable:
            database.turn_to_copy()
        _make(database)
    if (found := _version(database)) != tables.VERSION:
        _upgrade(database, found)


def drop_copies(database: Database) -> None:
    """Delete the copies of before upgrades: nothing is purged while a copy still has it. Raises ``LedgerError``."""
    for copy in database.path.parent.glob(glob.escape(database.path.name) + _BEFORE.format("*")):
        try:
            copy.unlink(missing_ok=True)
        except OSError as error:
            raise LedgerError(f"{copy} can't be deleted: {error.strerror}. Delete it, and purge again.") from None


def identity(database: Database) -> tuple[str, str]:
    """The ledger's own id, and the key of its hashes."""
    with database.using() as connection:
        found = connection.execute(tables.ledger.select()).one()
    return str(found.id), str(found.hash_key)


def _make(database: Database) -> None:
    with database.using(in_transaction=True) as connection:
        # Asked again inside: another process may have opened the same new file.
        if not sa.inspect(connection).get_table_names():
            tables.schema.create_all(connection, checkfirst=False)
            _versions.create(connection, checkfirst=False)
            connection.execute(_versions.insert().values(version_num=tables.VERSION))
            made = {"id": secrets.token_hex(4), "hash_key": secrets.token_hex(32)}
            connection.execute(tables.ledger.insert().values(made))


def _version(database: Database) -> str:
    there = database.table_names()
    if _versions.name in there and tables.ledger.name in there:
        if not (found := database.rows(_versions.select())):
            raise LedgerError(
                f"The ledger {database.path} does not say of which version it is: somebody has changed it. Put a "
                "copy from before in its place. Nothing was sent."
            )
        return str(found[0]["version_num"])
    if tables.ledger.name in there:
        raise LedgerError(
            f"The ledger {database.path} is of a version before the first release, which this one can't read. Settle "
            "with that version what is open in it, then begin a new one with --ledger. Nothing was sent."
        )
    raise LedgerError(
        f"{database.path} is the database of another program, not a ledger. Choose another file with --ledger. "
        "Nothing was sent."
    )


def _upgrade(database: Database, found: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if found not in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}:
        raise LedgerError(
            f"The ledger {database.path} was written by a newer version of this program. Install that version; "
            "nothing was sent."
        )
    if database.is_writable:
        database.copy_to(database.path.with_name(database.path.name + _BEFORE.format(tables.VERSION)))
    else:
        database.turn_to_copy()
    with database.using(in_transaction=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
