"""A limit on the size of request bodies, before anything reads them into memory."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_LIMIT: Final = 64 * 1024

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Too large</title>'
    "<h1>That is too large</h1><p>What you sent is larger than we can take. "
    "Go back and choose a smaller file.</p>"
    '<p lang="zh-Hant-HK">你送出的資料太大。請返回並選擇較小的檔案。</p>'
    '<p lang="zh-Hans">你送出的资料太大。请返回并选择较小的档案。</p></html>'
)


class _BodyTooLarge(Exception):  # noqa: N818 - never leaves this file
    pass


class BodyLimit:
    """Answers 413 to a body over the limit (RFC 9110 §15.5.14): a page or JSON by `Accept`.

    `larger` maps a path prefix to its own limit in bytes; the longest prefix that fits wins.
    A declared length is refused unread; an undeclared one is counted as it comes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: int = DEFAULT_LIMIT,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._limit = limit
        self._larger = sorted((larger or {}).items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with a counted `receive`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_for(scope["path"])
        if _declared_length(scope) > limit:
            await _refusal(scope)(scope, receive, send)
            return
        await self._run_counted(scope, receive, send, limit)

    async def _run_counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        received = 0
        started = False

        async def counted_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _BodyTooLarge
            return message

        async def watched_send(message: Message) -> None:
            nonlocal started
            # A framework may turn our exception into an answer of its own: drop that one.
            if received > limit and not started:
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counted_receive, watched_send)
        except _BodyTooLarge:
            pass
        except Exception:
            if received <= limit or started:
                raise
        if received > limit and not started:
            await _refusal(scope)(scope, receive, send)

    def _limit_for(self, path: str) -> int:
        for prefix, limit in self._larger:
            if path.startswith(prefix):
                return limit
        return self._limit


def _declared_length(scope: Scope) -> int:
    """The Content-Length, 0 without one; the server has refused malformed ones already."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _refusal(scope: Scope) -> Response:
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    headers = {"connection": "close"}
    if b"text/html" in accept:
        return HTMLResponse(_PAGE, status_code=413, headers=headers)
    return JSONResponse(
        {"error": "invalid_request", "error_description": "the request body is too large"},
        status_code=413,
        headers=headers,
    )
