"""The door to our own pages: log in with the phone, or open the app of this device."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.flows import own_login
from idp.web.context import browser, keep_browser, now, page, redirect, world
from idp.web.described import described
from idp.web.phone_session import form_token, read_form
from look.security import clear_host_cookie, host_cookie, read_host_cookie

#: Where a login may lead: pages of ours that ask for one, and nothing else.
WANTED: Final = (
    "/account",
    "/account/services",
    "/account/documents",
    "/account/devices",
    "/account/certificates",
    "/account/activity",
    "/sign",
)
_COOKIE: Final = "wanted"


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [Route("/account/login", begin, methods=["POST"])]


def ask_to_log_in(request: Request, wanted: str, *, again: bool = False) -> Response:
    """The page that offers both ways in; `again` when a session stands but is too old for this."""
    response = page(
        request,
        "account/signed_out.html",
        403 if again else 200,
        wanted=_allowed(wanted),
        again=again,
        csrf_token=form_token(request),
    )
    keep_browser(request, response)
    return response


async def begin(request: Request) -> Response:
    """Open the approval, and remember the page that was wanted."""
    form = await read_form(request)
    approval_id = await own_login.begin(
        browser(request),
        described(request.headers.get("user-agent")),
        world(request),
        now(request),
    )
    response = redirect(f"/approvals/{approval_id}")
    wanted = _allowed(form.one("wanted"))
    response.headers.append("set-cookie", host_cookie(_COOKIE, wanted.replace("/", ".")))
    return response


def wanted_page(request: Request) -> str:
    """The page that was wanted before the login; the account where nothing was remembered."""
    return _allowed((read_host_cookie(request.cookies, _COOKIE) or "").replace(".", "/"))


def forget_wanted(response: Response) -> None:
    """Forget it: the login is over."""
    response.headers.append("set-cookie", clear_host_cookie(_COOKIE))


def _allowed(path: str | None) -> str:
    return path if path in WANTED else WANTED[0]
