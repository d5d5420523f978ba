"""The guards that stand around every request: headers, body sizes, the language cookie.

All are pure ASGI: event streams pass, and no request pays for a task group.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.ports.world import Policy
from look.language_cookie import LanguageCookie
from look.security import BodyLimit, SecurityHeaders

BODY_LIMIT: Final = 64 * 1024
_FORM_AROUND_A_DOCUMENT: Final = 64 * 1024

#: A body is here within this time, in seconds; one with a document may take the longer one.
BODY_SECONDS: Final = 20.0
DOCUMENT_SECONDS: Final = 120.0
_WITH_DOCUMENT: Final = ("/signing", "/seals", "/sign", "/verify")


def middleware(policy: Policy) -> list[Middleware]:
    """List the guards, outermost first."""
    https = policy.issuer.startswith("https://")
    document = policy.max_document_bytes + _FORM_AROUND_A_DOCUMENT
    return [
        Middleware(SecurityHeaders, https=https),
        Middleware(LanguageCookie, secure=https),
        Middleware(PlainPath),
        Middleware(BodyLimit, limit=BODY_LIMIT, larger=dict.fromkeys(_WITH_DOCUMENT, document)),
        Middleware(BodyDeadline),
    ]


class PlainPath:
    """Answers 404 to a path with control characters: no page of ours has one.

    NUL among them, which PostgreSQL refuses to look up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app for a plain path."""
        if scope["type"] == "http" and _is_odd(scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_odd(path: str) -> bool:
    if path.startswith("/pki/ocsp/"):  # Base64 from other people's clients, answered in OCSP
        return False
    return any(character < " " or "\x7f" <= character < "\xa0" for character in path)


class BodyDeadline:
    """Ends a request whose body does not arrive in time.

    Whoever sends a body by drops would otherwise hold a request open for as long as they like,
    with the moment, the session and the assertion that it began with. The app sees its client
    gone.
    """

    def __init__(
        self, app: ASGIApp, *, seconds: float = BODY_SECONDS, document: float = DOCUMENT_SECONDS
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._document = document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with a `receive` that gives up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        longer = scope["path"].startswith(_WITH_DOCUMENT)
        end = asyncio.get_running_loop().time() + (self._document if longer else self._seconds)
        arrived = False

        async def receive_in_time() -> Message:
            nonlocal arrived
            if arrived:
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            arrived = not message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
