"""Sessions of browsers and phones; a cookie is known by its digest alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, Row, String, Table, insert, select, update

from idp.domain.session import Session, SessionKind
from idp.storage.database import Connection
from idp.storage.schema import Instant, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("cookie_digest", LargeBinary(32), nullable=False, unique=True),
    Column("person_id", String(64), nullable=False, index=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("acr", String(128), nullable=False),
    Column("amr", JSON, nullable=False),
    Column("auth_time", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("described_as", String(200), nullable=False),
    Column("ended_at", Instant),
)


class SqlSessionStore:
    """The `SessionStore` of a database, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, session: Session) -> None:
        """Begin a session."""
        await self._connection.execute(
            insert(sessions).values(session_id=session.session_id, **_values(session))
        )

    async def by_cookie(self, cookie_digest: bytes, kind: SessionKind) -> Session | None:
        """Find the session of a cookie, ended ones included; one of another kind is none."""
        found = await self._one(sessions.c.cookie_digest == cookie_digest)
        return found if found is not None and found.kind is kind else None

    async def get(self, session_id: str) -> Session | None:
        """Find a session by its public id, ended ones included."""
        return await self._one(sessions.c.session_id == session_id)

    async def of_person(self, person_id: str, now: datetime) -> Sequence[Session]:
        """The resident's live sessions, newest first."""
        rows = await self._connection.execute(
            select(sessions)
            .where(
                sessions.c.person_id == person_id,
                sessions.c.ended_at.is_(None),
                sessions.c.expires_at > now,
            )
            .order_by(sessions.c.auth_time.desc(), sessions.c.session_id)
        )
        return [_session(row) for row in rows]

    async def seen(self, session_id: str, now: datetime) -> None:
        """Record that the session was used."""
        await self._connection.execute(
            update(sessions).where(sessions.c.session_id == session_id).values(last_seen_at=now)
        )

    async def renew(self, session: Session) -> bool:
        """Give a session that has not ended a new cookie and authentication; False otherwise."""
        result = await self._connection.execute(
            update(sessions)
            .where(sessions.c.session_id == session.session_id, sessions.c.ended_at.is_(None))
            .values(**_values(session))
        )
        return bool(result.rowcount == 1)

    async def end(self, session_id: str, now: datetime) -> bool:
        """End a session; False when it had ended already."""
        return await self._end(sessions.c.session_id == session_id, now) == 1

    async def end_of_device(self, device_id: str, now: datetime) -> int:
        """End every session that a device began; returns how many."""
        return await self._end(sessions.c.device_id == device_id, now)

    async def _end(self, wanted: Any, now: datetime) -> int:
        result = await self._connection.execute(
            update(sessions).where(wanted, sessions.c.ended_at.is_(None)).values(ended_at=now)
        )
        return int(result.rowcount)

    async def _one(self, wanted: Any) -> Session | None:
        row = (await self._connection.execute(select(sessions).where(wanted))).one_or_none()
        return _session(row) if row else None


def _values(session: Session) -> dict[str, Any]:
    return {
        "kind": session.kind.value,
        "cookie_digest": session.cookie_digest,
        "person_id": session.person_id,
        "device_id": session.device_id,
        "acr": session.acr,
        "amr": list(session.amr),
        "auth_time": session.auth_time,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "described_as": session.described_as,
        "ended_at": session.ended_at,
    }


def _session(row: Row[Any]) -> Session:
    found = row._asdict()
    return Session(**(found | {"kind": SessionKind(found["kind"]), "amr": tuple(found["amr"])}))
