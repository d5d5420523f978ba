"""What a stranger with a look at logs and folders must not find."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from idp.main import configure_log
from idp.outbound import is_public
from idp.storage.database import open_database

CANARY = "canary-of-a-cookie"


def test_the_log_of_a_failure_has_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    configure_log()
    try:
        _fail(CANARY)
    except RuntimeError:
        structlog.get_logger().exception("failed", path="/")
    finally:
        structlog.configure(**before)
    written = "".join(capsys.readouterr())
    assert "RuntimeError" in written
    assert CANARY not in written


def _fail(cookie: str) -> None:
    raise RuntimeError(len(cookie))


async def test_an_error_of_the_database_does_not_tell_its_parameters(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with pytest.raises(Exception, match="no such table") as caught:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT :x FROM absent"), {"x": CANARY})
    await database.close()
    assert CANARY not in str(caught.value)


async def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite3"
    file.touch(mode=0o644)
    database = open_database(f"sqlite:///{file}")
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE t (x)"))
    modes = _modes(tmp_path)
    await database.close()
    assert modes == {0o600}


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def test_site_local_addresses_are_not_public() -> None:
    assert not is_public("fec0::1")
