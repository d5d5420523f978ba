"""GET and POST /authorize (OIDC Core §3.1.2)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.flows.oidc.ask import Visitor
from idp.flows.oidc.authorize import SendBack, start
from idp.protocol import metadata
from idp.web.context import (
    SESSION,
    browser,
    cookie,
    in_language,
    keep_browser,
    now,
    redirect,
    world,
)
from idp.web.described import described
from idp.web.oidc.forms import form, query, with_safe_purpose


def routes() -> list[BaseRoute]:
    """The authorization endpoint."""
    return [Route(metadata.AUTHORIZE, _authorize, methods=["GET", "POST"])]


async def _authorize(request: Request) -> Response:
    """Send the browser back with a code, or on to the page that waits for the phone."""
    parameters = query(request) if request.method in {"GET", "HEAD"} else await form(request)
    visitor = Visitor(
        browser=browser(request),
        session=cookie(request, SESSION),
        asked_from=described(request.headers.get("user-agent", "")),
    )
    outcome = await start(with_safe_purpose(parameters), visitor, world(request), now(request))
    if isinstance(outcome, SendBack):
        return redirect(outcome.redirect_to)
    shown_in = in_language(outcome.ui_locales)
    response = redirect(f"/approvals/{outcome.approval_id}{shown_in}")
    keep_browser(request, response)
    return response
