"""Residents, licences and applications: the tables' verbs, each move conditional."""

import json
from collections.abc import Mapping
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
