"""The routes of logging in and out. What they do is in `login/flow.py`."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from look.security import clear_host_cookie, host_cookie, read_host_cookie
from relying_party.login.flow import local_path
from relying_party.web.site import LOGIN_COOKIE, SESSION_COOKIE, SignedIn, site_of

router = APIRouter()


@router.get("/login")
async def log_in(request: Request) -> Response:
    """Begin a log-in; `return_to` is a path of ours. Somebody logged in already goes on."""
    site = site_of(request)
    return_to = local_path(request.query_params.get("return_to", "/"))
    if site.session(request) is not None:
        return RedirectResponse(return_to, status_code=303)
    return await site.send_to_login(request, return_to=return_to)


@router.get("/login/callback")
async def callback(request: Request) -> Response:
    """Finish a log-in or the filling-in of a form (RFC 6749 §4.1.2)."""
    site = site_of(request)
    finished = await site.kit.login.finish(
        browser=read_host_cookie(request.cookies, LOGIN_COOKIE),
        query=request.query_params.multi_items(),
        session=site.session(request),
    )
    response = RedirectResponse(finished.return_to, status_code=303)
    if finished.is_new:
        response.headers.append("set-cookie", host_cookie(SESSION_COOKIE, finished.session.cookie))
    return response


@router.post("/logout")
async def log_out(request: Request, session: SignedIn) -> Response:
    """End the session here, then at the identity provider (RP-Initiated Logout 1.0)."""
    url = await site_of(request).kit.login.log_out(session)
    response = RedirectResponse(url, status_code=303)
    response.headers.append("set-cookie", clear_host_cookie(SESSION_COOKIE))
    return response
