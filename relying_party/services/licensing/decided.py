"""Payments, the licences they decide, and the notices that follow: the tables' verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from relying_party.services.licensing import tables
from relying_party.services.licensing.records import Application, move
from relying_party.services.licensing.renewal import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A decided licence; `sealed` is None until the seal is made."""

    application_id: str
    number: str
    valid_from: date
    valid_until: date
    decided_at: datetime
    receipt_number: str
    sealed: bytes | None


def record_payment(
    connection: Connection,
    application_id: str,
    receipt: str,
    cents: int,
    outcome: str,
    now: datetime,
) -> None:
    """Write a payment down. Raises IntegrityError for a second one that is paid."""
    connection.execute(
        insert(tables.payments).values(
            receipt_number=receipt,
            application_id=application_id,
            amount_cents=cents,
            outcome=outcome,
            decided_at=now.isoformat(),
        )
    )


def decide_licence(
    connection: Connection,
    wanted: Application,
    period: tuple[date, date],
    number: str,
    now: datetime,
) -> None:
    """Write down the licence that is to be made, and when the old one is replaced."""
    connection.execute(
        insert(tables.issued_licences).values(
            application_id=wanted.application_id,
            number=number,
            valid_from=period[0].isoformat(),
            valid_until=period[1].isoformat(),
            decided_at=now.isoformat(),
        )
    )


def issue_of(connection: Connection, application_id: str) -> Issue | None:
    """The licence decided for an application, with its receipt."""
    issued, paid = tables.issued_licences, tables.payments
    row = connection.execute(
        select(issued, paid.c.receipt_number)
        .join(paid, paid.c.application_id == issued.c.application_id)
        .where(issued.c.application_id == application_id, paid.c.outcome == "paid")
    ).one_or_none()
    if row is None:
        return None
    return Issue(
        application_id=row.application_id,
        number=row.number,
        valid_from=date.fromisoformat(row.valid_from),
        valid_until=date.fromisoformat(row.valid_until),
        decided_at=datetime.fromisoformat(row.decided_at),
        receipt_number=row.receipt_number,
        sealed=row.sealed_document,
    )


def finish_issue(
    connection: Connection, made: Issue, wanted: Application, sealed: bytes, now: datetime
) -> bool:
    """Keep the sealed licence and renew the register; False when that was done already."""
    if not move(connection, wanted.application_id, State.PAID, State.ISSUED, now):
        return False
    connection.execute(
        update(tables.issued_licences)
        .where(tables.issued_licences.c.application_id == wanted.application_id)
        .values(sealed_document=sealed)
    )
    connection.execute(
        update(tables.licences)
        .where(tables.licences.c.licence_id == wanted.licence.licence_id)
        .values(valid_until=made.valid_until.isoformat(), number=made.number)
    )
    return True


def unfinished(connection: Connection) -> Sequence[tuple[str, str]]:
    """Applications paid for whose licence is not made yet: (id, subject)."""
    query = select(tables.applications.c.application_id, tables.applications.c.subject)
    rows = connection.execute(query.where(tables.applications.c.state == State.PAID).limit(20))
    return [(row.application_id, row.subject) for row in rows]


def queue_notice(connection: Connection, reference: str, content: str) -> None:
    """Lay a notice down to be sent; once for each reference."""
    row = {"reference": reference, "content": content}
    connection.execute(insert(tables.outgoing_notices).values(row).on_conflict_do_nothing())


def unsent_notices(connection: Connection) -> Sequence[tuple[str, str]]:
    """Notices still to be sent: (reference, content)."""
    table = tables.outgoing_notices
    rows = connection.execute(select(table).where(table.c.notice_id.is_(None)).limit(20))
    return [(row.reference, row.content) for row in rows]


def notice_sent(connection: Connection, reference: str, notice_id: str) -> None:
    """The platform has the notice."""
    table = tables.outgoing_notices
    connection.execute(
        update(table).where(table.c.reference == reference).values(notice_id=notice_id)
    )
