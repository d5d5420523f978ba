"""Approvals in SQL: each change of state is one conditional UPDATE, so one outcome wins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)

from idp.domain.approval import (
    TRANSITIONS,
    Approval,
    ApprovalKind,
    ApprovalState,
    ClaimRequest,
    CodeMode,
)
from idp.storage.database import Connection
from idp.storage.schema import Instant, metadata

approvals = Table(
    "approvals",
    metadata,
    Column("approval_id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("asked_from", String(200), nullable=False),
    Column("browser_digest", LargeBinary(32), nullable=False),
    Column("claims", JSON, nullable=False),
    Column("released", JSON, nullable=False),
    Column("authorization_id", String(64)),
    Column("signing_request_id", String(64)),
    Column("document_digest", String(64)),
    Column("nonce", LargeBinary(32), nullable=False),
    Column("code", String(8), nullable=False),
    Column("code_mode", String(8), nullable=False),
    Column("qr_handle", String(32), nullable=False, unique=True),
    Column("qr_secret", LargeBinary(32), nullable=False),
    Column("typed_code_digest", LargeBinary(32), nullable=False, index=True),
    Column("person_id", String(64)),
    Column("device_id", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("decided_at", Instant),
)
Index("ix_approvals_person_id_state", approvals.c.person_id, approvals.c.state)

attempts = Table(
    "attempts",
    metadata,
    Column("scope", String(100), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),  # seconds // length
    Column("tries", Integer, nullable=False),
)

#: Counts and answers in one statement; SQLite and PostgreSQL both speak it.
_COUNT: Final = text(
    'INSERT INTO attempts (scope, "window", tries) VALUES (:scope, :window, 1) '
    'ON CONFLICT (scope, "window") DO UPDATE SET tries = attempts.tries + 1 RETURNING tries'
).bindparams(bindparam("scope", type_=String), bindparam("window", type_=Integer))

_OPEN: Final = (ApprovalState.WAITING.value, ApprovalState.CLAIMED.value)


class SqlApprovalStore:
    """Approvals in progress and past."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, approval: Approval) -> None:
        """Open an approval."""
        await self._connection.execute(insert(approvals).values(_to_row(approval)))

    async def get(self, approval_id: str) -> Approval | None:
        """Find an approval."""
        query = select(approvals).where(approvals.c.approval_id == approval_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _from_row(row)

    async def by_qr_handle(self, qr_handle: str) -> Approval | None:
        """Find the approval that a scanned code points at."""
        query = select(approvals).where(approvals.c.qr_handle == qr_handle)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _from_row(row)

    async def by_typed_code(self, typed_code_digest: bytes, now: datetime) -> Approval | None:
        """Find the unexpired approval whose typed code has this digest.

        None as well in the (2^-40) case that two of them drew the same code.
        """
        query = select(approvals).where(
            approvals.c.typed_code_digest == typed_code_digest,
            approvals.c.state.in_(_OPEN),
            approvals.c.expires_at > now,
        )
        rows = (await self._connection.execute(query.limit(2))).all()
        return _from_row(rows[0]) if len(rows) == 1 else None

    async def claim(
        self, approval_id: str, *, person_id: str, device_id: str, now: datetime
    ) -> bool:
        """Give the approval to one device. First claim wins: WAITING → CLAIMED, once.

        False as well when the approval is meant for another person, or has expired.
        """
        changed = await self._connection.execute(
            update(approvals)
            .where(
                approvals.c.approval_id == approval_id,
                approvals.c.state == ApprovalState.WAITING.value,
                approvals.c.expires_at > now,
                or_(approvals.c.person_id.is_(None), approvals.c.person_id == person_id),
            )
            .values(
                state=ApprovalState.CLAIMED.value,
                person_id=person_id,
                device_id=device_id,
            )
        )
        return bool(changed.rowcount == 1)

    async def decide(
        self,
        approval_id: str,
        *,
        from_: ApprovalState,
        to: ApprovalState,
        now: datetime,
        released: Sequence[str] = (),
    ) -> bool:
        """Swap the state; False when it is no longer `from_`, or when it is too late to approve.

        Raises ValueError for a transition that does not exist.
        """
        if to not in TRANSITIONS[from_]:
            raise ValueError(f"no transition {from_} → {to}")
        statement = update(approvals).where(
            approvals.c.approval_id == approval_id, approvals.c.state == from_.value
        )
        values: dict[str, Any] = {"state": to.value}
        if to is not ApprovalState.COMPLETED:
            values["decided_at"] = now
        if to is ApprovalState.APPROVED:
            statement = statement.where(approvals.c.expires_at > now)
            values["released"] = list(released)
        changed = await self._connection.execute(statement.values(values))
        return bool(changed.rowcount == 1)

    async def open_for(self, person_id: str, now: datetime) -> Sequence[Approval]:
        """Unexpired approvals that wait for this resident (known at the start, or claimed)."""
        rows = await self._connection.execute(
            select(approvals)
            .where(
                approvals.c.person_id == person_id,
                approvals.c.state.in_(_OPEN),
                approvals.c.expires_at > now,
            )
            .order_by(approvals.c.created_at.desc())
        )
        return [_from_row(row) for row in rows]

    async def count_attempt(self, scope: str, window: int) -> int:
        """Count one more try in this scope and window of time; answers how many there are now."""
        result = await self._connection.execute(_COUNT, {"scope": scope, "window": window})
        return int(result.scalar_one())


def _to_row(approval: Approval) -> dict[str, Any]:
    row = {name: getattr(approval, name) for name in Approval.__dataclass_fields__}
    row["kind"] = approval.kind.value
    row["state"] = approval.state.value
    row["code_mode"] = approval.code_mode.value
    row["claims"] = [[c.claim, c.essential] for c in approval.claims]
    row["released"] = list(approval.released)
    return row


def _from_row(row: Row[Any]) -> Approval:
    values = dict(row._mapping)  # noqa: SLF001  its public name
    values["kind"] = ApprovalKind(values["kind"])
    values["state"] = ApprovalState(values["state"])
    values["code_mode"] = CodeMode(values["code_mode"])
    values["claims"] = tuple(
        ClaimRequest(claim=claim, essential=essential) for claim, essential in values["claims"]
    )
    values["released"] = tuple(values["released"])
    return Approval(**values)
