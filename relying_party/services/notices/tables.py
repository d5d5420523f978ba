"""The inbox's one table, and what can be done to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, MetaData, Row, Table, Text, func, select, update
from sqlalchemy.dialects.sqlite import insert

notices_tables: Final = MetaData()

messages: Final = Table(
    "message",
    notices_tables,
    Column("notice_id", Text, primary_key=True),  # the delivery's `jti`: taken in once
    Column("subject", Text, nullable=False),  # pairwise
    Column("content", Text, nullable=False),  # JSON: category, subject, body, from, action
    Column("sent_at", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("known_at", Text),
    Column("reported_at", Text),  # when the platform was told of known_at
    sqlite_strict=True,
)
Index("by_subject", messages.c.subject, messages.c.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice in somebody's inbox, with the three times of section 19."""

    notice_id: str
    subject: str
    category: str
    sender: Mapping[str, str]
    title: Mapping[str, str]
    body: Mapping[str, str]
    action_url: str | None
    deadline: date | None
    sent_at: datetime
    received_at: datetime
    known_at: datetime | None = None


def take_in(connection: Connection, message: Message) -> datetime:
    """Store a delivery, once; answers when it was first received."""
    content = {
        "category": message.category,
        "sender": dict(message.sender),
        "title": dict(message.title),
        "body": dict(message.body),
        "action_url": message.action_url,
        "deadline": message.deadline.isoformat() if message.deadline else None,
    }
    connection.execute(
        insert(messages)
        .values(
            notice_id=message.notice_id,
            subject=message.subject,
            content=json.dumps(content, ensure_ascii=False),
            sent_at=message.sent_at.isoformat(),
            received_at=message.received_at.isoformat(),
        )
        .on_conflict_do_nothing()
    )
    first: str = connection.execute(
        select(messages.c.received_at).where(messages.c.notice_id == message.notice_id)
    ).scalar_one()
    return datetime.fromisoformat(first)


def inbox(connection: Connection, subject: str) -> list[Message]:
    """Somebody's messages, the newest first, at most 200."""
    query = select(messages).where(messages.c.subject == subject)
    rows = connection.execute(query.order_by(messages.c.received_at.desc()).limit(200))
    return [_message(row) for row in rows]


def unread(connection: Connection, subject: str) -> int:
    """How many somebody has not opened."""
    query = select(func.count()).select_from(messages)
    count: int = connection.execute(
        query.where(messages.c.subject == subject, messages.c.known_at.is_(None))
    ).scalar_one()
    return count


def open_message(
    connection: Connection, notice_id: str, subject: str, now: datetime
) -> Message | None:
    """Open a message: the first time is the moment it became known (s. 19(2))."""
    connection.execute(
        update(messages)
        .where(messages.c.notice_id == notice_id, messages.c.subject == subject)
        .where(messages.c.known_at.is_(None))
        .values(known_at=now.isoformat())
    )
    row = connection.execute(
        select(messages).where(messages.c.notice_id == notice_id, messages.c.subject == subject)
    ).one_or_none()
    return None if row is None else _message(row)


def unreported(connection: Connection) -> Sequence[tuple[str, datetime]]:
    """Messages opened of which the platform does not know yet: (notice id, known at)."""
    rows = connection.execute(
        select(messages.c.notice_id, messages.c.known_at)
        .where(messages.c.known_at.is_not(None), messages.c.reported_at.is_(None))
        .limit(20)
    )
    return [(row.notice_id, datetime.fromisoformat(row.known_at)) for row in rows]


def reported(connection: Connection, notice_id: str, now: datetime) -> None:
    """The platform knows."""
    connection.execute(
        update(messages)
        .where(messages.c.notice_id == notice_id)
        .values(reported_at=now.isoformat())
    )


def _message(row: Row[Any]) -> Message:
    content = json.loads(row.content)
    return Message(
        notice_id=row.notice_id,
        subject=row.subject,
        category=content["category"],
        sender=content["sender"],
        title=content["title"],
        body=content["body"],
        action_url=content["action_url"],
        deadline=date.fromisoformat(content["deadline"]) if content["deadline"] else None,
        sent_at=datetime.fromisoformat(row.sent_at),
        received_at=datetime.fromisoformat(row.received_at),
        known_at=datetime.fromisoformat(row.known_at) if row.known_at else None,
    )
