"""Response headers that every page, script and JSON answer carries.

Pure ASGI: it adds headers as the response starts and never touches the body, so event
streams pass through. OWASP ASVS 5.0 V3.4 is the list it answers to.
"""

import re
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY: Final = "look.form_action"
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?")

#: Everything from this origin only; scripts also pass the browser's Trusted Types.
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types app-sw",
)

_FIXED: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
        "microphone=(), geolocation=(), payment=(), usb=()"
    ),
}


def content_security_policy(form_action: Sequence[str] = ()) -> str:
    """The policy text; `form_action` adds origins a form may end at (CSP3 §6.4.2)."""
    return "; ".join((*_POLICY, " ".join(("form-action 'self'", *form_action))))


def allow_form_action(connection: HTTPConnection, origin: str) -> None:
    """Let the forms of this one response end at `origin` after a redirect.

    Chromium applies `form-action` to redirects too, so a page whose form leads back to a
    service needs the origin of the *validated* redirect URI. Raises ValueError for anything
    that is not exactly scheme, host and port: a path or a semicolon would edit the policy.
    """
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("not an origin")
    connection.scope[_KEY].append(origin)


class SecurityHeaders:
    """Adds the headers; one the app has set itself stays as it is.

    `https=True` adds HSTS for a year. Without a Cache-Control of its own a response is
    `no-store`: what may be cached says so.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with the response's start message completed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        form_action: list[str] = []
        scope[_KEY] = form_action

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), form_action)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders, form_action: Sequence[str]) -> None:
        for name, value in _FIXED.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", content_security_policy(form_action))
        headers.setdefault("cache-control", "no-store")
        if self._https:
            headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")
