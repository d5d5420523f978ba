"""Two databases behind one small face: SQLite on the event loop, PostgreSQL by asyncpg.

SQLite answers in microseconds, so its statements run where they are called; a hop to a thread
would cost ten times the query. One connection writes; a lock keeps units of work apart. Every
PRAGMA is read back: one that did not take is a start-up error, not a surprise after a power cut.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import CursorResult, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

#: WAL with synchronous=FULL loses no acknowledged commit in a power cut; NORMAL does.
PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "trusted_schema": 0,
}


class Connection(Protocol):
    """A connection inside one transaction."""

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        """Run one statement; the result is buffered."""


class Database(Protocol):
    """A database that gives out transactions."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Begin; commit at the end of the block, roll back when an exception leaves it."""

    async def close(self) -> None:
        """Close all connections."""


class _Inline:
    """A synchronous connection with the face of an asynchronous one."""

    def __init__(self, connection: SyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)


class SqliteDatabase:
    """One file, one writer, on the event loop."""

    dialect = "sqlite"

    def __init__(self, url: str) -> None:
        self._engine = _sqlite_engine(url)
        self._lock = asyncio.Lock()

    @property
    def engine(self) -> Engine:
        """The engine, for migrations."""
        return self._engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Begin with BEGIN IMMEDIATE, so that no lock is upgraded half-way."""
        async with self._lock:
            with self._engine.begin() as connection:
                yield _Inline(connection)

    async def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


class PostgresDatabase:
    """A pool of asyncpg connections; `synchronous_commit` is asserted on each."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            hide_parameters=True,
            pool_size=8,
            max_overflow=0,
            connect_args={
                "timeout": 5,
                "command_timeout": 10,
                "server_settings": {
                    "synchronous_commit": "on",
                    "lock_timeout": "3000",
                    "idle_in_transaction_session_timeout": "10000",
                },
            },
        )

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for migrations."""
        return self._engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Begin at READ COMMITTED: what is single-use is spent by single statements."""
        async with self._engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


def open_database(url: str) -> SqliteDatabase | PostgresDatabase:
    """Open the database of a URL; `sqlite:///FILE` or `postgresql://…`.

    Raises ValueError for any other kind.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return SqliteDatabase(url)
    if backend == "postgresql":
        return PostgresDatabase(url)
    raise ValueError(f"neither SQLite nor PostgreSQL: {backend}")


def _sqlite_engine(url: str) -> Engine:
    _keep_private(make_url(url).database)
    engine = create_engine(
        url,
        poolclass=StaticPool,
        hide_parameters=True,  # an error's text ends in the log, and parameters are people's data
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for name, wanted in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={wanted}").fetchall()
            (found,) = connection.execute(f"PRAGMA {name}").fetchone()
            if found != wanted:
                raise RuntimeError(f"SQLite did not take PRAGMA {name}={wanted}: {found}")

    @event.listens_for(engine, "begin")
    def _begin(connection: SyncConnection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _keep_private(file: str | None) -> None:
    """Make the file, or take it back, so that its owner alone can read it; its log follows it."""
    if file and file != ":memory:":
        path = Path(file)
        path.touch(mode=0o600)
        path.chmod(0o600)
