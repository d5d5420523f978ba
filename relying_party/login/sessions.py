"""What is remembered of a browser: questions under way, and who is logged in. On the server only.

Cookies hold a random value; the tables hold its SHA-256, so a copied database logs nobody in.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from relying_party.oidc import Authorization, Released, VerifiedLogin
from relying_party.settings import LIFETIME_OF_LOGIN_SECONDS

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)
_PENDING: Final = timedelta(seconds=LIFETIME_OF_LOGIN_SECONDS)
_RELEASED: Final = timedelta(minutes=10)
#: Writing `last_seen` at every request would make every page a durable commit.
_TOUCH_EVERY: Final = timedelta(minutes=1)

login_tables = MetaData()

_pending = Table(
    "kit_pending_login",
    login_tables,
    Column("state_digest", Text, primary_key=True),
    Column("browser_digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("code_verifier", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("return_to", Text, nullable=False),
    Column("fills", Text),  # the form that waits for the data; None for a log-in
    Column("began_at", Integer, nullable=False),
    sqlite_strict=True,
)

_sessions = Table(
    "kit_session",
    login_tables,
    Column("cookie_digest", Text, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("id_token", Text, nullable=False),
    Column("authenticated_at", Integer, nullable=False),
    Column("began_at", Integer, nullable=False),
    Column("last_seen_at", Integer, nullable=False),
    sqlite_strict=True,
)

_released = Table(
    "kit_released",
    login_tables,
    Column("subject", Text, primary_key=True),
    Column("form", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("released_at", Integer, nullable=False),
    sqlite_strict=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody logged in. `subject` is who they are to this department, and to no other."""

    cookie: str
    subject: str
    id_token: str
    authenticated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A question under way, taken out of the table: it can be answered once."""

    authorization: Authorization
    return_to: str
    fills: str | None


def store_pending(connection: Connection, pending: Pending, browser: str) -> None:
    """Remember a question for the browser that asks it; forget those nobody answered."""
    authorization = pending.authorization
    now = authorization.began_at
    connection.execute(delete(_pending).where(_pending.c.began_at < _seconds(now - _PENDING)))
    connection.execute(
        insert(_pending).values(
            state_digest=_digest(authorization.state),
            browser_digest=_digest(browser),
            state=authorization.state,
            nonce=authorization.nonce,
            code_verifier=authorization.code_verifier,
            scope=authorization.scope,
            return_to=pending.return_to,
            fills=pending.fills,
            began_at=_seconds(now),
        )
    )


def take_pending(connection: Connection, state: str, browser: str, now: datetime) -> Pending | None:
    """Take the question with this state, if this browser asked it, once (one statement)."""
    row = connection.execute(
        delete(_pending)
        .where(_pending.c.state_digest == _digest(state))
        .where(_pending.c.browser_digest == _digest(browser))
        .where(_pending.c.began_at >= _seconds(now - _PENDING))
        .returning(*_pending.c)
    ).one_or_none()
    if row is None:
        return None
    return Pending(
        authorization=Authorization(
            state=row.state,
            nonce=row.nonce,
            code_verifier=row.code_verifier,
            scope=row.scope,
            began_at=_moment(row.began_at, now),
        ),
        return_to=row.return_to,
        fills=row.fills,
    )


def start_session(
    connection: Connection, login: VerifiedLogin, cookie: str, now: datetime
) -> Session:
    """Log somebody in under a new cookie value."""
    connection.execute(delete(_sessions).where(_sessions.c.began_at < _seconds(now - LONGEST)))
    connection.execute(
        insert(_sessions).values(
            cookie_digest=_digest(cookie),
            subject=login.subject,
            id_token=login.id_token,
            authenticated_at=_seconds(login.authenticated_at),
            began_at=_seconds(now),
            last_seen_at=_seconds(now),
        )
    )
    return Session(
        cookie=cookie,
        subject=login.subject,
        id_token=login.id_token,
        authenticated_at=login.authenticated_at,
    )


def find_session(connection: Connection, cookie: str, now: datetime) -> tuple[Session, bool] | None:
    """Who is behind a cookie, unless idle or too old; and whether it is time to touch it."""
    row = connection.execute(
        select(_sessions)
        .where(_sessions.c.cookie_digest == _digest(cookie))
        .where(_sessions.c.last_seen_at >= _seconds(now - IDLE))
        .where(_sessions.c.began_at >= _seconds(now - LONGEST))
    ).one_or_none()
    if row is None:
        return None
    session = Session(
        cookie=cookie,
        subject=row.subject,
        id_token=row.id_token,
        authenticated_at=_moment(row.authenticated_at, now),
    )
    return session, row.last_seen_at < _seconds(now - _TOUCH_EVERY)


def touch_session(connection: Connection, cookie: str, now: datetime) -> None:
    """Count this moment as activity."""
    connection.execute(
        update(_sessions)
        .where(_sessions.c.cookie_digest == _digest(cookie))
        .values(last_seen_at=_seconds(now))
    )


def end_session(connection: Connection, cookie: str) -> bool:
    """Log out; answers whether somebody was logged in."""
    ended = delete(_sessions).where(_sessions.c.cookie_digest == _digest(cookie))
    return connection.execute(ended).rowcount == 1


def store_released(
    connection: Connection, subject: str, form: str, released: Released, now: datetime
) -> None:
    """Lay down what a citizen released for one form until the form takes it."""
    content = json.dumps({"claims": dict(released.claims), "sources": dict(released.sources)})
    values: dict[str, Any] = {"content": content, "released_at": _seconds(now)}
    statement = insert(_released).values(subject=subject, form=form, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["subject", "form"], set_=values)
    )


def take_released(
    connection: Connection, subject: str, form: str, now: datetime
) -> Released | None:
    """Take it, once; what nobody took in ten minutes is deleted."""
    connection.execute(delete(_released).where(_released.c.released_at < _seconds(now - _RELEASED)))
    content = connection.execute(
        delete(_released)
        .where(_released.c.subject == subject, _released.c.form == form)
        .returning(_released.c.content)
    ).scalar_one_or_none()
    if content is None:
        return None
    found = json.loads(content)
    return Released(claims=found["claims"], sources=found["sources"])


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int, now: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, now.tzinfo)
