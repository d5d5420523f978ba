"""The one mapping of refusals to HTTP: JSON for machines, a redirect where one is allowed, a page.

Every refusal is logged with its reason and a reference; the page shows the reference, so that
somebody who rings up can be helped. No secret and no personal data is in either.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.domain.errors import ErrorCode, IdpError, JourneyError, ProtocolError
from idp.protocol.request.response import AuthorizationRefused
from idp.web.context import page, redirect, world
from idp.web.words import words_for

_log = structlog.get_logger("idp.web")

#: Whoever calls these is a program, whatever its Accept header says.
MACHINE_PATHS: Final = (
    "/par",
    "/token",
    "/userinfo",
    "/jwks",
    "/.well-known/",
    "/signing/requests",
    "/seals",
    "/notices",
)

STATUS: Final[Mapping[ErrorCode, int]] = {
    ErrorCode.INVALID_CLIENT: 401,  # RFC 6749 §5.2
    ErrorCode.INVALID_TOKEN: 401,  # RFC 6750 §3.1
    ErrorCode.INSUFFICIENT_SCOPE: 403,
    ErrorCode.UNAUTHORIZED_CLIENT: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.SIGNING_PENDING: 409,
    ErrorCode.SIGNING_REFUSED: 410,
    ErrorCode.SIGNING_EXPIRED: 410,
    ErrorCode.EXCLUDED_MATTER: 422,
    ErrorCode.SERVER_ERROR: 500,
    ErrorCode.TEMPORARILY_UNAVAILABLE: 503,
}

_JOURNEY_STATUS: Final[Mapping[str, int]] = {
    "not_found": 404,
    "form_forged": 403,
    "not_this_browser": 403,
    "not_signed_in": 401,
    "approval_pending": 409,
}


def add_error_handlers(app: FastAPI) -> None:
    """Register the mapping."""
    app.add_exception_handler(IdpError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, IdpError)
    reference = _reference(request)
    _log.info("refused", reason=error.reason, path=request.url.path, reference=reference)
    if isinstance(error, AuthorizationRefused):
        return redirect(error.redirect_to)
    if isinstance(error, ProtocolError):
        status = STATUS.get(error.code, 400)
        if _wants_page(request):
            return _error_page(request, error.reason, status, reference)
        return _protocol_json(error, status)
    assert isinstance(error, JourneyError)
    status = _JOURNEY_STATUS.get(error.reason, 400)
    if _wants_page(request):
        return _error_page(request, error.reason, status, reference)
    return JSONResponse({"error": error.reason, "reference": reference}, status)


def _protocol_json(error: ProtocolError, status: int) -> Response:
    # A reason slug is within the character set of error_description (RFC 6749 §5.2).
    body = {"error": error.code.value, "error_description": error.reason.replace("_", " ")}
    headers = {"cache-control": "no-store"}
    if error.code in {ErrorCode.INVALID_TOKEN, ErrorCode.INSUFFICIENT_SCOPE}:
        headers["www-authenticate"] = f'Bearer error="{error.code.value}"'  # RFC 6750 §3
    return JSONResponse(body, status, headers=headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reference = _reference(request)
    reason = {404: "not_found", 405: "wrong_method"}.get(error.status_code, "bad_request")
    _log.info("refused", reason=reason, path=request.url.path, reference=reference)
    if _wants_page(request):
        response = _error_page(request, reason, error.status_code, reference)
    else:
        code = ErrorCode.NOT_FOUND if error.status_code == 404 else ErrorCode.INVALID_REQUEST
        response = _protocol_json(ProtocolError(code, reason), error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, _error: Exception) -> Response:
    return await _refused(request, ProtocolError(ErrorCode.INVALID_REQUEST, "malformed_input"))


class Unexpected:
    """Answers 500 for what nobody foresaw, inside the security headers; the log has the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; turn an exception that left it into a page or JSON."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:  # gone, or too slow (`BodyDeadline`); nothing was done
            if not started:
                headers = {"connection": "close"}
                await PlainTextResponse("Too slow", 408, headers=headers)(scope, receive, send)
        except Exception:
            request = Request(scope)
            reference = _reference(request)
            _log.exception("failed", path=scope["path"], reference=reference)
            if started:
                raise
            response = _failure(request, reference)
            await response(scope, receive, send)


def _failure(request: Request, reference: str) -> Response:
    if _wants_page(request):
        return _error_page(request, "server_error", 500, reference)
    return _protocol_json(ProtocolError(ErrorCode.SERVER_ERROR, "server_error"), 500)


def _wants_page(request: Request) -> bool:
    """Tell whether a person will read the answer: not on a machine's path, and HTML is asked."""
    if request.url.path.startswith(MACHINE_PATHS):
        return False
    return "text/html" in request.headers.get("accept", "")


def _error_page(request: Request, reason: str, status: int, reference: str) -> Response:
    return page(
        request,
        "error.html",
        status,
        words=words_for(reason),
        reference=reference,
        status_phrase=HTTPStatus(status).phrase,
    )


def _reference(request: Request) -> str:
    """Draw a short name for this refusal: eight letters and digits."""
    return base64.b32encode(world(request).entropy(5)).decode("ascii")
