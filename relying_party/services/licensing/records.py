"""What can be done to the tables: each verb is one transaction's worth, each move conditional."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from relying_party.services.licensing import tables
from relying_party.services.licensing.renewal import MOVES, Answer, LicenceKind, State
from relying_party.services.licensing.sample_data import sample_licences


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence somebody holds."""

    licence_id: str
    kind: LicenceKind
    number: str
    detail: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application for a renewal, with the licence it is about."""

    application_id: str
    subject: str
    licence: Licence
    state: State
    answers: Mapping[str, Answer]
    document: bytes | None
    document_digest: str | None
    signing_request_id: str | None
    signing_state: str | None
    sign_uri: str | None
    signed_by: str | None
    signed_at: str | None
    certificate_serial: str | None


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


def welcome(connection: Connection, subject: str, now: datetime, today: date) -> None:
    """Make a first-time visitor's licences; somebody known is left as they are."""
    new = connection.execute(
        insert(tables.residents)
        .values(subject=subject, first_seen_at=now.isoformat())
        .on_conflict_do_nothing()
    )
    if new.rowcount != 1:
        return
    for sample in sample_licences(subject, today):
        row = asdict(sample) | {"subject": subject, "valid_until": sample.valid_until.isoformat()}
        connection.execute(insert(tables.licences).values(row))


def licences_of(connection: Connection, subject: str) -> list[Licence]:
    """Somebody's licences, the one that runs out first on top."""
    query = select(tables.licences).where(tables.licences.c.subject == subject)
    rows = connection.execute(query.order_by(tables.licences.c.valid_until))
    return [_licence(row) for row in rows]


def applications_of(connection: Connection, subject: str) -> list[Application]:
    """Somebody's applications, the newest first."""
    query = _joined().where(tables.applications.c.subject == subject)
    rows = connection.execute(query.order_by(tables.applications.c.began_at.desc()))
    return [_application(row) for row in rows]


def application(connection: Connection, application_id: str, subject: str) -> Application | None:
    """One application, if it is this person's."""
    query = _joined().where(
        tables.applications.c.application_id == application_id,
        tables.applications.c.subject == subject,
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _application(row)


def application_for_signing(
    connection: Connection, signing_request_id: str, subject: str
) -> Application | None:
    """The application a signing request belongs to, if it is this person's."""
    query = _joined().where(
        tables.applications.c.signing_request_id == signing_request_id,
        tables.applications.c.subject == subject,
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _application(row)


def begin(
    connection: Connection, licence: Licence, subject: str, application_id: str, now: datetime
) -> str:
    """Begin an application, or find the one under way for this licence; answers its id."""
    moment = now.isoformat()
    connection.execute(
        insert(tables.applications)
        .values(
            application_id=application_id,
            subject=subject,
            licence_id=licence.licence_id,
            state=State.DRAFT,
            answers="{}",
            began_at=moment,
            changed_at=moment,
        )
        .on_conflict_do_nothing()
    )
    found: str = connection.execute(
        select(tables.applications.c.application_id)
        .where(tables.applications.c.licence_id == licence.licence_id)
        .where(tables.applications.c.state != State.ISSUED)
    ).scalar_one()
    return found


def save_answers(
    connection: Connection, application_id: str, answers: Mapping[str, Answer], now: datetime
) -> bool:
    """Keep what was typed; False when the application is no draft any more."""
    text = json.dumps({name: asdict(answer) for name, answer in answers.items()})
    changed = connection.execute(
        update(tables.applications)
        .where(tables.applications.c.application_id == application_id)
        .where(tables.applications.c.state == State.DRAFT)
        .values(answers=text, changed_at=now.isoformat())
    )
    return changed.rowcount == 1


def move(
    connection: Connection,
    application_id: str,
    old: State,
    new: State,
    now: datetime,
    **values: Any,
) -> bool:
    """Move an application on if, and only if, it is still where we think it is."""
    if new not in MOVES[old]:
        raise ValueError(f"{old} does not lead to {new}")
    moved = connection.execute(
        update(tables.applications)
        .where(tables.applications.c.application_id == application_id)
        .where(tables.applications.c.state == old)
        .values(state=new, changed_at=now.isoformat(), **values)
    )
    return moved.rowcount == 1


def remember_signing(
    connection: Connection,
    application_id: str,
    digest: str,
    request_id: str,
    sign_uri: str,
    state: str,
) -> bool:
    """Remember the signing request for the document with this digest, and no other."""
    kept = connection.execute(
        update(tables.applications)
        .where(tables.applications.c.application_id == application_id)
        .where(tables.applications.c.state == State.READY)
        .where(tables.applications.c.document_digest == digest)
        .where(tables.applications.c.signing_request_id.is_(None))
        .values(signing_request_id=request_id, sign_uri=sign_uri, signing_state=state)
    )
    return kept.rowcount == 1


def forget_signing(connection: Connection, application_id: str, request_id: str) -> None:
    """A request came to nothing; the next one may be asked for."""
    connection.execute(
        update(tables.applications)
        .where(tables.applications.c.application_id == application_id)
        .where(tables.applications.c.state == State.READY)
        .where(tables.applications.c.signing_request_id == request_id)
        .values(signing_request_id=None, sign_uri=None, signing_state=None)
    )


def signed_document(connection: Connection, application_id: str) -> bytes | None:
    """The application as signed."""
    query = select(tables.applications.c.signed_document)
    found: bytes | None = connection.execute(
        query.where(tables.applications.c.application_id == application_id)
    ).scalar_one_or_none()
    return found


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


def _joined() -> Any:
    columns = [c for c in tables.applications.c if c.name != "signed_document"]
    licence = tables.licences
    return select(
        *columns, licence.c.kind, licence.c.number, licence.c.detail, licence.c.valid_until
    ).join(licence, licence.c.licence_id == tables.applications.c.licence_id)


def _licence(row: Row[Any]) -> Licence:
    return Licence(
        licence_id=row.licence_id,
        kind=LicenceKind(row.kind),
        number=row.number,
        detail=row.detail,
        valid_until=date.fromisoformat(row.valid_until),
    )


def _application(row: Row[Any]) -> Application:
    answers = {name: Answer(**entry) for name, entry in json.loads(row.answers).items()}
    return Application(
        application_id=row.application_id,
        subject=row.subject,
        licence=_licence(row),
        state=State(row.state),
        answers=answers,
        document=row.document,
        document_digest=row.document_digest,
        signing_request_id=row.signing_request_id,
        signing_state=row.signing_state,
        sign_uri=row.sign_uri,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        certificate_serial=row.certificate_serial,
    )
