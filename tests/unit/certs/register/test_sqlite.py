import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from certs.base.errors import RegisterError
from certs.register.sqlite import SqliteRegister


def test_the_file_is_as_durable_as_it_must_be(tmp_path: Path) -> None:
    register = SqliteRegister(tmp_path / "register.sqlite")
    connection = register._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    register.close()


def test_a_database_that_cannot_be_durable_is_refused() -> None:
    """An in-memory database has no write-ahead log; SQLite says so only when asked back."""
    with pytest.raises(RegisterError, match="pragma_refused"):
        SqliteRegister(Path(":memory:"))


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    program = (
        "import os, sys, pathlib;"
        "from certs.register.sqlite import SqliteRegister;"
        "r = SqliteRegister(pathlib.Path(sys.argv[1]));"
        "[r.next_number('x') for _ in range(7)];"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program, path], check=False)
    assert done.returncode == -9
    register = SqliteRegister(path)
    assert register.next_number("x") == 8
    register.close()


def test_the_schema_itself_refuses_a_certificate_without_bytes(tmp_path: Path) -> None:
    register = SqliteRegister(tmp_path / "register.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        register._connection.execute(
            "INSERT INTO certificate VALUES"
            " (?, 'i', 'p', 's', 'issued', 1, 2, ?, 1, 1, NULL, NULL)",
            (b"s" * 20, b"t" * 32),
        )
    register.close()


def test_two_processes_share_one_register(tmp_path: Path) -> None:
    first = SqliteRegister(tmp_path / "register.sqlite")
    second = SqliteRegister(tmp_path / "register.sqlite")
    assert [r.next_number("x") for r in (first, second, first)] == [1, 2, 3]
    first.close()
    second.close()
