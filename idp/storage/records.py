"""The audit ledger's rows: appended in the deciding transaction, hashed into a Merkle tree.

A leaf commits to an entry by a salted hash, so that the published tree says nothing about people
and an entry's text can be erased while its place in the log still proves itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table, insert, select, update

from certs.base.effects import Entropy
from certs.ledger import tree
from idp.domain.events import Event
from idp.ports.world import RecordedEvent
from idp.storage.database import Connection
from idp.storage.schema import Instant, metadata

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("name", String(64), nullable=False),
    Column("person_id", String(64), index=True),
    Column("client_id", String(128)),
    Column("payload", JSON, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("compact_range", LargeBinary, nullable=False),  # hashes of the full subtrees, joined
)


def leaf_data(name: str, at: datetime, payload: object, salt: bytes) -> bytes:
    """What a leaf hashes: the entry's name, its moment, and a salted commitment to its fields."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    commitment = hashlib.sha256(salt + text.encode()).hexdigest()
    return f"{name}\n{at.isoformat()}\n{commitment}\n".encode()


class SqlEventLog:
    """Appends entries; the head row serialises writers, so that sequence numbers have no gaps."""

    def __init__(self, connection: Connection, entropy: Entropy) -> None:
        self._connection = connection
        self._entropy = entropy

    async def record(self, event: Event, now: datetime) -> None:
        """Append an entry in this transaction."""
        size, hashes = await self._head()
        salt = self._entropy(16)
        payload = json.loads(json.dumps(event.payload()))  # tuples become lists, as read back
        leaf = tree.leaf_hash(leaf_data(event.name, now, payload, salt))
        grown = tree.CompactRange(size=size, hashes=hashes).append(leaf)
        await self._connection.execute(
            insert(ledger_entries).values(
                sequence=size,
                at=now,
                name=event.name,
                person_id=event.person_id,
                client_id=event.client_id,
                payload=payload,
                salt=salt,
                leaf_hash=leaf,
            )
        )
        await self._connection.execute(
            update(ledger_head)
            .where(ledger_head.c.id == 1)
            .values(size=grown.size, compact_range=b"".join(grown.hashes))
        )

    async def of_person(self, person_id: str, limit: int) -> Sequence[RecordedEvent]:
        """The newest entries that concern a resident."""
        rows = await self._connection.execute(
            select(ledger_entries)
            .where(ledger_entries.c.person_id == person_id)
            .order_by(ledger_entries.c.sequence.desc())
            .limit(limit)
        )
        return [
            RecordedEvent(
                sequence=row.sequence,
                at=row.at,
                name=row.name,
                person_id=row.person_id,
                client_id=row.client_id,
                payload=row.payload,
            )
            for row in rows
        ]

    async def _head(self) -> tuple[int, tuple[bytes, ...]]:
        query = select(ledger_head).where(ledger_head.c.id == 1).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            await self._connection.execute(
                insert(ledger_head).values(id=1, size=0, compact_range=b"")
            )
            return 0, ()
        joined: bytes = row.compact_range
        return row.size, tuple(joined[i : i + 32] for i in range(0, len(joined), 32))
