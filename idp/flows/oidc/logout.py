"""Logging out: at a department's request, or at the citizen's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.domain.client import Client
from idp.domain.session import Session, SessionKind
from idp.domain.values import Secret
from idp.flows.login import end_login
from idp.ports.world import World
from idp.protocol.parameters import Parameters
from idp.protocol.request.interaction import session_stands
from idp.protocol.session import end_session
from idp.protocol.session.end_session import LogOut
from idp.protocol.subject import pairwise_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """Nobody is logged in here any more; `return_to` is the department's page, if it has one."""

    return_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The citizen is asked first; `client` is who asks, where that is known."""

    client: Client | None
    return_to: str | None


async def log_out(
    parameters: Parameters,
    cookie: Secret | None,
    world: World,
    now: datetime,
    *,
    confirmed: bool = False,
) -> LoggedOut | Confirm:
    """End the browser's session, or ask first when the request does not prove where it is from.

    Raises ProtocolError for a hint that is not ours.
    """
    hint = end_session.read_hint(parameters, world.keyring.verification_keys, world.policy.issuer)
    client_id = end_session.client_of(parameters, hint)
    async with world.storage.unit_of_work() as work:
        client = await work.clients.get(client_id) if client_id else None
        session = (
            await work.sessions.by_cookie(cookie.digest, SessionKind.BROWSER) if cookie else None
        )
        if session is not None and not session_stands(session, world.policy.session_idle, now):
            session = None
        subject = _subject(session, client, world)
        outcome = end_session.decide(parameters, client, hint, subject)
        if not confirmed and not isinstance(outcome, LogOut):
            return Confirm(client=client, return_to=outcome.return_to)
        if session is not None:
            await end_login(work, session, "logged_out", now)
        return LoggedOut(return_to=outcome.return_to)


def _subject(session: Session | None, client: Client | None, world: World) -> str | None:
    """The `sub` of whoever is logged in; without a client, one that no hint can equal."""
    if session is None:
        return None
    sector = client.sector_identifier if client else ""
    return pairwise_subject(world.keyring.pairwise_key, sector, session.person_id)
