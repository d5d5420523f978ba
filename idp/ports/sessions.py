"""Sessions of browsers and phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.session import Session, SessionKind


class SessionStore(Protocol):
    """Sessions, found by the digest of their cookie."""

    async def add(self, session: Session) -> None:
        """Begin a session."""

    async def by_cookie(self, cookie_digest: bytes, kind: SessionKind) -> Session | None:
        """Find the session of a cookie, ended ones included; one of another kind is none.

        A phone's cookie is no browser login, whatever name it comes under.
        """

    async def get(self, session_id: str) -> Session | None:
        """Find a session by its public id, ended ones included."""

    async def of_person(self, person_id: str, now: datetime) -> Sequence[Session]:
        """The resident's live sessions, newest first."""

    async def seen(self, session_id: str, now: datetime) -> None:
        """Record that the session was used."""

    async def renew(self, session: Session) -> bool:
        """Give a session that has not ended a new cookie and authentication; False otherwise."""

    async def end(self, session_id: str, now: datetime) -> bool:
        """End a session; False when it had ended already."""

    async def end_of_device(self, device_id: str, now: datetime) -> int:
        """End every session that a device began; returns how many."""
