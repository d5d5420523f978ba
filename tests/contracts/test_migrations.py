"""The migrations make exactly the tables that the stores use, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert

from idp.storage.database import PostgresDatabase, open_database
from idp.storage.migrations import NotMigrated, all_tables, check_migrated, migrate


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, all_tables()))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'db.sqlite3'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_nothing_is_left_to_migrate(url: str) -> None:
    database = open_database(url)
    await migrate(database)
    await migrate(database)  # again: nothing happens
    if isinstance(database, PostgresDatabase):
        async with database.engine.connect() as connection:
            differences = await connection.run_sync(_differences)
    else:
        with database.engine.connect() as connection:
            differences = _differences(connection)
    assert differences == []
    async with database.transaction() as work:
        await check_migrated(work)
    await database.close()


async def test_a_database_without_tables_or_of_another_revision_is_refused(url: str) -> None:
    from sqlalchemy import Column, MetaData, String, Table

    database = open_database(url)
    with pytest.raises(NotMigrated):
        async with database.transaction() as work:
            await check_migrated(work)
    await migrate(database)
    version = Table("alembic_version", MetaData(), Column("version_num", String))
    async with database.transaction() as work:
        await work.execute(version.delete())
        await work.execute(insert(version).values(version_num="an older one"))
    with pytest.raises(NotMigrated, match="an older one"):
        async with database.transaction() as work:
            await check_migrated(work)
    await database.close()
