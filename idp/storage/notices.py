"""Notices and their way to the inbox: an outbox row that is tried until it was received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Row, String, Table, Text, UniqueConstraint, select
from sqlalchemy import update as change

from idp.domain.notice import Notice
from idp.storage.database import Connection
from idp.storage.schema import Instant, insert_absent, metadata

BATCH = 100

notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(64), primary_key=True),
    Column("client_id", String(128), nullable=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("category", String(64), nullable=False),
    Column("subject", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    Column("action_url", Text),
    Column("deadline", String(10)),
    Column("reference", String(64)),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("known_at", Instant),
    Column("next_attempt_at", Instant, nullable=False, index=True),
    UniqueConstraint("client_id", "reference"),
)

_FIELDS = tuple(Notice.__dataclass_fields__)
_T = notices.c


class SqlNoticeStore:
    """The notices of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, notice: Notice) -> bool:
        """Keep a notice: it is sent from here on, and due for delivery at once.

        False when its originator used its reference before.
        """
        values = {name: getattr(notice, name) for name in _FIELDS}
        texts = {"subject": dict(notice.subject), "body": dict(notice.body)}
        row = {**values, **texts, "next_attempt_at": notice.sent_at}
        result = await self._connection.execute(insert_absent(notices, row))
        return bool(result.rowcount == 1)

    async def get(self, notice_id: str) -> Notice | None:
        """Find a notice."""
        query = select(notices).where(_T.notice_id == notice_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _notice(row)

    async def by_reference(self, client_id: str, reference: str) -> Notice | None:
        """Find the notice that the originator gave this key."""
        query = select(notices).where(_T.client_id == client_id, _T.reference == reference)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _notice(row)

    async def pending(self, now: datetime) -> Sequence[Notice]:
        """Notices that no inbox has received yet and whose next attempt is due, oldest first."""
        rows = await self._connection.execute(
            select(notices)
            .where(_T.received_at.is_(None), _T.next_attempt_at <= now)
            .order_by(_T.sent_at)
            .limit(BATCH)
        )
        return [_notice(row) for row in rows]

    async def postpone(self, notice_id: str, until: datetime) -> None:
        """Try again later."""
        await self._connection.execute(
            change(notices).where(_T.notice_id == notice_id).values(next_attempt_at=until)
        )

    async def received(self, notice_id: str, at: datetime) -> bool:
        """Record that the inbox took it in; False when it had before."""
        return await self._set_once(notice_id, _T.received_at, at)

    async def known(self, notice_id: str, at: datetime) -> bool:
        """Record that the citizen opened it; False when they had before."""
        return await self._set_once(notice_id, _T.known_at, at)

    async def _set_once(self, notice_id: str, column: Column[Any], at: datetime) -> bool:
        result = await self._connection.execute(
            change(notices)
            .where(_T.notice_id == notice_id, column.is_(None))
            .values({column.name: at})
        )
        return bool(result.rowcount == 1)


def _notice(row: Row[Any]) -> Notice:
    return Notice(**{name: getattr(row, name) for name in _FIELDS})
