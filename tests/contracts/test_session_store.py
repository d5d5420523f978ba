"""The session store: the same on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certs.base.effects import system_entropy
from idp.domain.session import Session, SessionKind
from idp.storage.database import open_database
from idp.storage.migrations import migrate
from idp.storage.unit_of_work import SqlStorage

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SESSION = Session(
    session_id="s1",
    kind=SessionKind.BROWSER,
    cookie_digest=b"c" * 32,
    person_id="p1",
    device_id="d1",
    acr="acr",
    amr=("hwk",),
    auth_time=NOW,
    last_seen_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    described_as="Chrome on Windows",
)


@pytest.fixture(params=["sqlite", "postgresql"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStorage]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = open_database(url)
    await migrate(database)
    yield SqlStorage(database, system_entropy)
    await database.close()


async def test_a_session_is_found_by_cookie_and_by_id(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.sessions.add(SESSION)
        assert await work.sessions.by_cookie(b"c" * 32, SESSION.kind) == SESSION
        assert await work.sessions.get("s1") == SESSION
        assert await work.sessions.by_cookie(b"x" * 32, SESSION.kind) is None
        assert await work.sessions.get("x") is None


async def test_a_session_is_seen_renewed_and_ended_once(storage: SqlStorage) -> None:
    later = NOW + timedelta(minutes=1)
    async with storage.unit_of_work() as work:
        await work.sessions.add(SESSION)
        await work.sessions.seen("s1", later)
        assert await work.sessions.get("s1") == replace(SESSION, last_seen_at=later)
        renewed = replace(SESSION, cookie_digest=b"d" * 32, auth_time=later)
        assert await work.sessions.renew(renewed)
        assert await work.sessions.by_cookie(b"c" * 32, SESSION.kind) is None
        assert await work.sessions.by_cookie(b"d" * 32, SESSION.kind) == renewed
        assert await work.sessions.end("s1", later)
        assert not await work.sessions.end("s1", later)
        assert not await work.sessions.renew(renewed)
        assert await work.sessions.get("s1") == replace(renewed, ended_at=later)


async def test_live_sessions_of_a_person_and_of_a_device(storage: SqlStorage) -> None:
    newer = replace(
        SESSION, session_id="s2", cookie_digest=b"2" * 32, auth_time=NOW + timedelta(minutes=1)
    )
    other = replace(
        SESSION, session_id="s3", cookie_digest=b"3" * 32, person_id="p2", device_id="d2"
    )
    async with storage.unit_of_work() as work:
        for session in (SESSION, newer, other):
            await work.sessions.add(session)
        assert await work.sessions.of_person("p1", NOW) == [newer, SESSION]
        assert await work.sessions.of_person("p1", SESSION.expires_at) == []
        assert await work.sessions.end_of_device("d1", NOW) == 2
        assert await work.sessions.end_of_device("d1", NOW) == 0
        assert await work.sessions.of_person("p1", NOW) == []
        assert await work.sessions.of_person("p2", NOW) == [other]
