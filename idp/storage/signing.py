"""Signing requests and their documents. Each change of state is one conditional statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from idp.domain.signing import SigningRequest, SigningState
from idp.storage.database import Connection
from idp.storage.schema import Instant, metadata

signing_requests = Table(
    "signing_requests",
    metadata,
    Column("signing_request_id", String(64), primary_key=True),
    Column("client_id", String(128), nullable=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("title", String(480), nullable=False),
    Column("purpose", String(800), nullable=False),
    Column("matter", String(64), nullable=False),
    Column("document_digest", String(64), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("client_state", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("approval_id", String(64), unique=True),
    Column("failure", String(64)),
    Column("requested_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("activation", Text),
    Column("serial", String(48)),  # hexadecimal: wider than any integer column
    Column("consumed_at", Instant),
)

signing_documents = Table(
    "signing_documents",
    metadata,
    Column(
        "signing_request_id",
        String(64),
        ForeignKey("signing_requests.signing_request_id"),
        primary_key=True,
    ),
    Column("document", LargeBinary, nullable=False),
    Column("signed", LargeBinary),
)

_FIELDS = tuple(SigningRequest.__dataclass_fields__)
_T = signing_requests.c


class SqlSigningStore:
    """The signing requests of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, request: SigningRequest, document: bytes) -> None:
        """Keep a request and its document."""
        values = {name: getattr(request, name) for name in _FIELDS}
        await self._connection.execute(
            insert(signing_requests).values(**{**values, "state": request.state.value})
        )
        await self._connection.execute(
            insert(signing_documents).values(
                signing_request_id=request.signing_request_id, document=document
            )
        )

    async def get(self, signing_request_id: str) -> SigningRequest | None:
        """Find a request."""
        query = select(signing_requests).where(_T.signing_request_id == signing_request_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _request(row)

    async def document(self, signing_request_id: str) -> bytes | None:
        """The document as received."""
        return await self._blob(signing_documents.c.document, signing_request_id)

    async def signed_document(self, signing_request_id: str) -> bytes | None:
        """The finished document."""
        return await self._blob(signing_documents.c.signed, signing_request_id)

    async def bind_approval(self, signing_request_id: str, approval_id: str) -> bool:
        """Tie the request to its one approval; False when it has one already."""
        return await self._swap(
            update(signing_requests)
            .where(
                _T.signing_request_id == signing_request_id,
                _T.state == SigningState.REQUESTED.value,
                _T.approval_id.is_(None),
            )
            .values(approval_id=approval_id)
        )

    async def approve(
        self, signing_request_id: str, activation: str, serial: int, now: datetime
    ) -> bool:
        """REQUESTED → APPROVED with the activation stored, before the request expires. Once."""
        return await self._swap(
            update(signing_requests)
            .where(
                _T.signing_request_id == signing_request_id,
                _T.state == SigningState.REQUESTED.value,
                _T.expires_at > now,
            )
            .values(state=SigningState.APPROVED.value, activation=activation, serial=f"{serial:x}")
        )

    async def pending(self) -> Sequence[tuple[SigningRequest, str, int]]:
        """Approved requests whose activation nobody took yet, oldest first."""
        rows = await self._connection.execute(
            select(signing_requests)
            .where(_T.state == SigningState.APPROVED.value, _T.consumed_at.is_(None))
            .order_by(_T.requested_at)
        )
        return [(_request(row), row.activation, int(row.serial, 16)) for row in rows]

    async def activation(self, signing_request_id: str) -> tuple[str, int] | None:
        """The stored activation and the certificate's serial; None before approval."""
        query = select(_T.activation, _T.serial).where(_T.signing_request_id == signing_request_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None or row.activation is None:
            return None
        return row.activation, int(row.serial, 16)

    async def interrupted(self, consumed_before: datetime) -> Sequence[SigningRequest]:
        """Approved requests whose activation was taken before then, without a signature since."""
        rows = await self._connection.execute(
            select(signing_requests).where(
                _T.state == SigningState.APPROVED.value, _T.consumed_at < consumed_before
            )
        )
        return [_request(row) for row in rows]

    async def consume_activation(self, signing_request_id: str, now: datetime) -> bool:
        """Take the activation to open the key with it: True once, ever."""
        return await self._swap(
            update(signing_requests)
            .where(
                _T.signing_request_id == signing_request_id,
                _T.state == SigningState.APPROVED.value,
                _T.consumed_at.is_(None),
            )
            .values(consumed_at=now)
        )

    async def finish(self, signing_request_id: str, signed: bytes, now: datetime) -> bool:
        """APPROVED → SIGNED with the finished document. Once, and only after the taking."""
        won = await self._swap(
            update(signing_requests)
            .where(
                _T.signing_request_id == signing_request_id,
                _T.state == SigningState.APPROVED.value,
                _T.consumed_at.is_not(None),
            )
            .values(state=SigningState.SIGNED.value, signed_at=now)
        )
        if won:
            await self._connection.execute(
                update(signing_documents)
                .where(signing_documents.c.signing_request_id == signing_request_id)
                .values(signed=signed)
            )
        return won

    async def refuse(
        self, signing_request_id: str, to: SigningState, failure: str, now: datetime
    ) -> bool:
        """REQUESTED or APPROVED → REFUSED or EXPIRED with the reason; False when decided before.

        An approved request does not expire any more: the citizen has done their part. It may
        expire only at or after its time, so that no approval can be on its way.
        """
        if to not in {SigningState.REFUSED, SigningState.EXPIRED}:
            raise ValueError(f"not a refusal: {to}")
        statement = update(signing_requests).where(_T.signing_request_id == signing_request_id)
        if to is SigningState.EXPIRED:
            statement = statement.where(
                _T.state == SigningState.REQUESTED.value, _T.expires_at <= now
            )
        else:
            open_states = (SigningState.REQUESTED.value, SigningState.APPROVED.value)
            statement = statement.where(_T.state.in_(open_states))
        return await self._swap(statement.values(state=to.value, failure=failure))

    async def of_person(self, person_id: str) -> Sequence[SigningRequest]:
        """The resident's requests, newest first."""
        rows = await self._connection.execute(
            select(signing_requests)
            .where(_T.person_id == person_id)
            .order_by(_T.requested_at.desc(), _T.signing_request_id)
        )
        return [_request(row) for row in rows]

    async def _swap(self, statement: Any) -> bool:
        result = await self._connection.execute(statement)
        return bool(result.rowcount == 1)

    async def _blob(self, column: Column[bytes], signing_request_id: str) -> bytes | None:
        query = select(column).where(signing_documents.c.signing_request_id == signing_request_id)
        found: bytes | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found


def _request(row: Row[Any]) -> SigningRequest:
    values = {name: getattr(row, name) for name in _FIELDS}
    return SigningRequest(**{**values, "state": SigningState(row.state)})
