"""Schema migrations (Alembic): run by `idp migrate`, only checked when the service starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import MetaData, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from idp.storage import unit_of_work as _all_tables  # noqa: F401  registers every table
from idp.storage.database import Connection, PostgresDatabase, SqliteDatabase
from idp.storage.schema import metadata as _metadata

HERE = Path(__file__).parent


class NotMigrated(RuntimeError):  # noqa: N818 - a refusal by name
    """The database is not at the newest revision; `idp migrate` takes it there."""


def all_tables() -> MetaData:
    """The metadata with every table of every store registered."""
    return _metadata


def newest_revision() -> str:
    """The revision that this code expects."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise NotMigrated("there are no migrations")
    return found


async def check_migrated(connection: Connection) -> None:
    """Refuse a database that is not at the newest revision.

    Raises NotMigrated.
    """
    try:
        result = await connection.execute(text("SELECT version_num FROM alembic_version"))
        found = result.scalar_one_or_none()
    except DBAPIError:
        found = None
    if found != newest_revision():
        raise NotMigrated(f"the database is at {found}, this code at {newest_revision()}")


async def migrate(database: SqliteDatabase | PostgresDatabase) -> None:
    """Take the database to the newest revision; nothing happens when it is there already."""
    if isinstance(database, SqliteDatabase):
        with database.engine.begin() as connection:
            upgrade(connection)
    else:
        async with database.engine.begin() as connection:
            await connection.run_sync(upgrade)


def upgrade(connection: SyncConnection) -> None:
    """Run the missing revisions on a connection, inside its transaction."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def write_revision(message: str, number: str) -> Any:
    """Write a new revision file from what the tables have and an empty database lacks.

    For developers: `number` is four digits, one more than the last. It compares with a
    scratch database that is migrated to the head first.
    """
    engine = create_engine(make_url("sqlite://"))
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return command.revision(config, message, autogenerate=True, rev_id=number)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config
