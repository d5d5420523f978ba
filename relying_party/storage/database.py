"""SQLite as a ledger, not as a cache: WAL, `synchronous=FULL`, `BEGIN IMMEDIATE`, all asserted.

Statements are short and run on the event loop's thread; there is one process for each file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Tables = MetaData
"""The tables of one part of a department's software."""

_PRAGMAS: Final = (
    ("journal_mode", "wal", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", "5000", 5000),
    ("trusted_schema", "OFF", 0),
    ("secure_delete", "ON", 1),
)


class Database:
    """One file. `write()` and `read()` are the only ways in."""

    def __init__(self, path: Path, *tables: Tables) -> None:
        """Open, and create the tables that are not there yet.

        Raises RuntimeError when the file system refuses a PRAGMA we depend on.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
        self._engine = create_engine(f"sqlite+pysqlite:///{path}")
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        with self.write() as connection:
            for metadata in tables:
                metadata.create_all(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first statement; all or nothing."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot; does not wait for writers."""
        with self._engine.execution_options(reads_only=True).begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event below decides
    for name, wanted, answer in _PRAGMAS:
        connection.execute(f"PRAGMA {name}={wanted}")
        found: Any = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != answer:
            raise RuntimeError(f"PRAGMA {name} is {found!r}, not {answer!r}")


def _begin(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
