"""The journeys "log in", "fill in a form" and "log out", from the department's side.

Begin: push the request, remember it for this browser. Finish: take the question (once), check
the answer, redeem, verify, and only then log in or lay the data down. Nothing here knows HTTP.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from relying_party.login import sessions
from relying_party.login.sessions import Pending, Session
from relying_party.oidc import (
    OidcClient,
    Refused,
    RefusedReason,
    Released,
    Unreachable,
    VerifiedLogin,
)
from relying_party.oidc.client import check_response
from relying_party.settings import Clock, Department, Entropy
from relying_party.storage import Database


class LoginFailed(Exception):  # noqa: N818 - an outcome by name
    """A log-in or a filling-in that did not come to a good end.

    `return_to` is where the citizen was, when that is known; `fills` says that a form waits.
    """

    def __init__(
        self, reason: RefusedReason | None, return_to: str = "/", fills: str | None = None
    ) -> None:
        super().__init__(str(reason or "unreachable"))
        self.reason = reason
        self.return_to = return_to
        self.fills = fills


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedLogin:
    """Where to go on, and the session: new after a log-in, the same after filling in."""

    session: Session
    return_to: str
    is_new: bool


class Login:
    """One department's log-in."""

    def __init__(
        self,
        department: Department,
        oidc: OidcClient,
        database: Database,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._department = department
        self._oidc = oidc
        self._database = database
        self._clock = clock
        self._entropy = entropy

    async def begin(
        self,
        *,
        browser: str,
        return_to: str,
        ui_locales: str,
        scope: str = "openid",
        fills: str | None = None,
    ) -> str:
        """Answer where to send the browser. Raises LoginFailed.

        `browser` is the value of a cookie only this browser has: the answer is accepted from
        nobody else. With `fills` the answer is data for that form, not a log-in.
        """
        return_to = local_path(return_to)
        try:
            authorization, url = await self._oidc.begin(scope=scope, ui_locales=ui_locales)
        except Refused as refusal:
            raise LoginFailed(refusal.reason, return_to, fills) from refusal
        except Unreachable as silence:
            raise LoginFailed(None, return_to, fills) from silence
        pending = Pending(authorization=authorization, return_to=return_to, fills=fills)
        with self._database.write() as connection:
            sessions.store_pending(connection, pending, browser)
        return url

    async def finish(
        self, *, browser: str | None, query: Sequence[tuple[str, str]], session: Session | None
    ) -> FinishedLogin:
        """Take the answer the browser brings. Raises LoginFailed.

        `session` is who is logged in here already: data for a form is only taken from the same
        person, so a form cannot be filled in with somebody else's phone.
        """
        pending = self._take(browser, query)
        try:
            return await self._finish(pending, query, session)
        except Refused as refusal:
            raise LoginFailed(refusal.reason, pending.return_to, pending.fills) from refusal
        except Unreachable as silence:
            raise LoginFailed(None, pending.return_to, pending.fills) from silence

    def _take(self, browser: str | None, query: Sequence[tuple[str, str]]) -> Pending:
        states = [value for name, value in query if name == "state"]
        if browser is None or len(states) != 1:
            raise LoginFailed(RefusedReason.NOT_OURS)
        with self._database.write() as connection:
            pending = sessions.take_pending(connection, states[0], browser, self._clock())
        if pending is None:
            raise LoginFailed(RefusedReason.NOT_OURS)
        return pending

    async def _finish(
        self, pending: Pending, query: Sequence[tuple[str, str]], session: Session | None
    ) -> FinishedLogin:
        answered = check_response(pending.authorization, query, self._department.issuer)
        login = await self._oidc.verify(await self._oidc.redeem(answered))
        if pending.fills is None:
            return self._log_in(login, pending, session)
        if session is None or session.subject != login.subject:
            raise Refused(RefusedReason.WRONG_SUBJECT)
        released = await self._oidc.userinfo(login)
        with self._database.write() as connection:
            sessions.store_released(
                connection, login.subject, pending.fills, released, self._clock()
            )
        return FinishedLogin(session=session, return_to=pending.return_to, is_new=False)

    def _log_in(self, login: VerifiedLogin, pending: Pending, old: Session | None) -> FinishedLogin:
        with self._database.write() as connection:
            if old is not None:
                sessions.end_session(connection, old.cookie)
            session = sessions.start_session(connection, login, self.new_cookie(), self._clock())
        return FinishedLogin(session=session, return_to=pending.return_to, is_new=True)

    def session(self, cookie: str | None) -> Session | None:
        """Who is logged in behind a cookie, or None."""
        if cookie is None:
            return None
        now = self._clock()
        with self._database.read() as connection:
            found = sessions.find_session(connection, cookie, now)
        if found is None:
            return None
        session, touch = found
        if touch:
            with self._database.write() as connection:
                sessions.touch_session(connection, cookie, now)
        return session

    def take_released(self, session: Session, form: str) -> Released | None:
        """What this citizen released for this form, once, or None."""
        with self._database.write() as connection:
            return sessions.take_released(connection, session.subject, form, self._clock())

    async def log_out(self, session: Session) -> str:
        """End the session here and answer where to end it at the identity provider.

        Here it is ended whatever happens there; unreachable, the answer is our own start page.
        """
        with self._database.write() as connection:
            sessions.end_session(connection, session.cookie)
        try:
            return await self._oidc.logout_url(session.id_token, self.new_cookie())
        except (Refused, Unreachable):
            return "/"

    def new_cookie(self) -> str:
        """A fresh unguessable value for a cookie."""
        return base64.urlsafe_b64encode(self._entropy(32)).rstrip(b"=").decode("ascii")


def local_path(value: str) -> str:
    """A path on this origin, or `/`: nobody is sent elsewhere after a log-in."""
    safe = value.startswith("/") and not value.startswith(("//", "/\\")) and len(value) <= 400
    return value if safe and value.isascii() and value.isprintable() and "\\" not in value else "/"
