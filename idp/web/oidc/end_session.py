"""GET and POST /end_session (OpenID Connect RP-Initiated Logout 1.0 §2)."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.flows.oidc.logout import Confirm, log_out
from idp.protocol import metadata
from idp.web.context import (
    SESSION,
    check_form,
    clear_cookie,
    cookie,
    form_token,
    now,
    page,
    redirect,
    world,
)
from idp.web.oidc.forms import form, query
from look.security import allow_form_action

#: What the page that asks first hands on to the request that it sends.
CARRIED: Final = (
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
)


def routes() -> list[BaseRoute]:
    """The end-session endpoint and the page that asks first."""
    return [Route(metadata.END_SESSION, _end_session, methods=["GET", "POST"])]


async def _end_session(request: Request) -> Response:
    """Log out, or ask first; then back to the department, or stay on our page."""
    posted = request.method == "POST"
    parameters = await form(request) if posted else query(request)
    confirmed = posted and "form_token" in parameters
    if confirmed:
        check_form(request, parameters["form_token"])
    outcome = await log_out(
        parameters, cookie(request, SESSION), world(request), now(request), confirmed=confirmed
    )
    if isinstance(outcome, Confirm):
        if outcome.return_to is not None:
            parts = urlsplit(outcome.return_to)
            allow_form_action(request, f"{parts.scheme}://{parts.netloc}")
        return page(
            request,
            "end_session.html",
            client=outcome.client,
            form_token=form_token(request),
            carried={name: parameters[name] for name in CARRIED if name in parameters},
        )
    if outcome.return_to is not None:
        response: Response = redirect(outcome.return_to)
    else:
        response = page(request, "logged_out.html")
    clear_cookie(response, SESSION)
    return response
