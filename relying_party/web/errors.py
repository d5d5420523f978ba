"""Everything that goes wrong ends on a page: what happened, what to do, a reference."""

from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from relying_party.login import LoginFailed
from relying_party.oidc import Refused, Unreachable
from relying_party.web import words
from relying_party.web.forms import Forgery
from relying_party.web.site import LogInFirst, site_of

log = structlog.get_logger("relying_party")


def add_error_pages(app: FastAPI) -> None:
    """Tell the application which page each outcome ends on."""
    app.add_exception_handler(LogInFirst, _log_in_first)
    app.add_exception_handler(LoginFailed, _login_failed)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unreachable, _unreachable)
    app.add_exception_handler(Forgery, _forgery)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _log_in_first(request: Request, _error: Exception) -> Response:
    """Ask for a log-in; a page asked for comes back afterwards, a form sent cannot."""
    wanted = request.url.path if request.method == "GET" else "/"
    if request.method == "GET" and request.url.query:
        wanted += "?" + request.url.query
    return RedirectResponse(f"/login?{urlencode({'return_to': wanted})}", status_code=303)


async def _login_failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoginFailed)
    log.info("login failed", reason=str(error.reason), cause=str(error.__cause__ or ""))
    return _page(
        request,
        words.words_for(error.reason),
        status=503 if error.reason is None else 400,
        fills=error.fills,
        return_to=error.return_to,
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    log.warning("answer refused", reason=str(error.reason), detail=error.detail)
    return _page(request, words.words_for(error.reason), status=502)


async def _unreachable(request: Request, error: Exception) -> Response:
    log.warning("identity provider unreachable", cause=str(error))
    return _page(request, words.UNREACHABLE, status=503)


async def _forgery(request: Request, error: Exception) -> Response:
    log.warning("form refused", cause=str(error))
    return site_of(request).page(request, "errors/form.html", status=403)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status in {404, 405}:
        return site_of(request).page(request, "errors/not_found.html", status=status)
    return Response(status_code=status, headers=error.headers)


async def _fault(request: Request, error: Exception) -> Response:
    reference = _reference(request)
    log.error("fault", reference=reference, exc_info=error)
    return site_of(request).page(request, "errors/fault.html", status=500, reference=reference)


def _page(
    request: Request,
    found: words.Words,
    *,
    status: int,
    fills: str | None = None,
    return_to: str | None = None,
) -> Response:
    site = site_of(request)
    session = site.session(request)
    return site.page(
        request,
        "errors/refused.html",
        session,
        status=status,
        words=found,
        fills=fills,
        return_to=return_to or request.url.path,
        again=return_to is not None,
        reference=_reference(request),
    )


def _reference(request: Request) -> str:
    """Eight letters that are on the page and in the log."""
    return site_of(request).kit.entropy(4).hex()
