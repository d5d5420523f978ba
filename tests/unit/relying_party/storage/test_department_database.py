"""The database: durable, locked, all or nothing."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from relying_party.storage import Database, secret_file

tables = MetaData()
things = Table("thing", tables, Column("number", Integer, primary_key=True), sqlite_strict=True)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "service.db", tables)


def test_pragmas_are_what_we_promise(database: Database) -> None:
    with database.write() as connection:
        for name, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value


def test_a_failure_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(insert(things).values(number=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as connection:
        assert connection.execute(select(things)).all() == []


def test_a_writer_holds_the_lock_from_the_start(database: Database, tmp_path: Path) -> None:
    other = Database(tmp_path / "service.db", tables)
    with database.write() as connection:
        with other.read() as reader:
            assert reader.execute(select(things)).all() == []
        impatient = sqlite3.connect(tmp_path / "service.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
        impatient.close()
        connection.execute(insert(things).values(number=1))
    database.close()
    other.close()


def test_files_are_for_their_owner_only(database: Database, tmp_path: Path) -> None:
    assert (tmp_path / "service.db").stat().st_mode & 0o077 == 0
    secret = secret_file(tmp_path / "forms.key", lambda size: b"x" * size)
    assert secret_file(tmp_path / "forms.key", lambda size: b"y" * size) == secret
    assert (tmp_path / "forms.key").stat().st_mode & 0o077 == 0
    (tmp_path / "short").write_bytes(b"z")
    with pytest.raises(ValueError, match="shorter"):
        secret_file(tmp_path / "short", lambda size: b"x" * size)
    database.close()
