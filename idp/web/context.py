"""What a web module needs of its request: the world, one `now`, cookies, the session, a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from idp.domain.errors import JourneyError
from idp.domain.session import Session, SessionKind
from idp.domain.values import Secret
from idp.ports.world import UnitOfWork, World
from idp.protocol.request.interaction import session_stands
from look.languages import match_tag
from look.pages import Pages
from look.security import (
    check_csrf,
    clear_host_cookie,
    host_cookie,
    is_same_origin,
    mint_csrf,
    read_host_cookie,
)

BROWSER: Final = "browser"  # __Host-browser: random secret of this browser
SESSION: Final = "session"  # __Host-session: the browser session, new at every login
PHONE: Final = "phone"  # __Host-phone: the phone app's session

_NOW: Final = "idp.now"


def world(connection: HTTPConnection) -> World:
    """The world that the application was built over."""
    found: World = connection.app.state.world
    return found


def now(connection: HTTPConnection) -> datetime:
    """The moment of this request: read once, the same for every rule that asks."""
    if _NOW not in connection.scope:
        connection.scope[_NOW] = world(connection).clock()
    found: datetime = connection.scope[_NOW]
    return found


def page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A page in the reader's language; `template` lies in idp/web/templates or in look."""
    pages: Pages = request.app.state.pages
    return pages.response(request, template, status_code, **values)


def redirect(url: str) -> RedirectResponse:
    """Send the browser on with GET, whatever it came with (RFC 9110 §15.4.4)."""
    return RedirectResponse(url, status_code=303)


def in_language(ui_locales: Sequence[str]) -> str:
    """The query that opens a page in the service's language (OIDC Core §3.1.2.1), or nothing."""
    found = (match_tag(tag) for tag in ui_locales)
    language = next((tag for tag in found if tag is not None), None)
    return f"?lang={language}" if language else ""


def cookie(connection: HTTPConnection, name: str) -> Secret | None:
    """The secret in one of our cookies (`BROWSER`, `SESSION`, `PHONE`), or None."""
    value = read_host_cookie(connection.cookies, name)
    return Secret(value) if value else None


def set_cookie(
    response: Response, name: str, secret: Secret, *, max_age: int | None = None
) -> None:
    """Give the browser a secret to keep; `max_age` in seconds, else until it closes."""
    response.headers.append("set-cookie", host_cookie(name, secret.reveal(), max_age=max_age))


def clear_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.headers.append("set-cookie", clear_host_cookie(name))


def browser(connection: HTTPConnection) -> Secret:
    """The secret of this browser. Drawn when it has none: then `keep_browser` must follow."""
    found = cookie(connection, BROWSER)
    if found is None:
        drawn: Secret | None = connection.scope.get("idp.browser")
        found = drawn or Secret.from_bytes(world(connection).entropy(32))
        connection.scope["idp.browser"] = found
    return found


def keep_browser(connection: HTTPConnection, response: Response) -> None:
    """Set the browser's cookie if its secret was drawn for this response."""
    if "idp.browser" in connection.scope:
        set_cookie(response, BROWSER, connection.scope["idp.browser"])


async def current_session(connection: HTTPConnection, work: UnitOfWork) -> Session | None:
    """The live session of this browser; None when there is none, or it ended or went idle."""
    secret = cookie(connection, SESSION)
    if secret is None:
        return None
    idle = world(connection).policy.session_idle
    session = await work.sessions.by_cookie(secret.digest, SessionKind.BROWSER)
    if session is None or not session_stands(session, idle, now(connection)):
        return None
    return session


def form_token(connection: HTTPConnection, bound_to: str = SESSION) -> str:
    """The token to put into a form, bound to one of our cookies (empty without that cookie)."""
    secret = cookie(connection, bound_to)
    key = world(connection).keyring.form_key
    return mint_csrf(key, secret.reveal()) if secret else ""


def check_form(connection: HTTPConnection, token: str | None, bound_to: str = SESSION) -> None:
    """Refuse a form that did not come from a page we gave to this browser.

    Raises JourneyError("form_forged").
    """
    there = world(connection)
    secret = cookie(connection, bound_to)
    fits = check_csrf(there.keyring.form_key, secret.reveal() if secret else None, token)
    if not fits or not is_same_origin(connection.headers, there.policy.issuer):
        raise JourneyError("form_forged")
