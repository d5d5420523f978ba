"""Both departments in one process, told apart by the Host header: `create_app` for uvicorn.

Host only chooses the website; no address is ever built from it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from markupsafe import escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from look.language_cookie import LanguageCookie
from look.security import BodyLimit, SecurityHeaders
from relying_party.oidc import HttpClient
from relying_party.services.licensing import create_licensing
from relying_party.services.notices import create_notices
from relying_party.settings import (
    Clock,
    Department,
    Entropy,
    Settings,
    system_clock,
    system_entropy,
)
from relying_party.storage import Tables
from relying_party.web.kit import Kit, build_kit

log = structlog.get_logger("relying_party")

_EVERY_SECONDS: Final = 5.0
_BODY_LIMIT: Final = 64 * 1024

Chore = Callable[[], Awaitable[None]]


class HostSwitch:
    """Hands a request to the website whose origin has its Host; says so when none has."""

    def __init__(self, sites: Mapping[str, ASGIApp]) -> None:
        self._origins = list(sites)
        self._sites = {urlsplit(origin).netloc: site for origin, site in sites.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`/healthz` answers for every name; an unknown name gets 421 (RFC 9110 §15.5.20)."""
        host = Request(scope).headers.get("host", "").lower()
        if scope["path"] == "/healthz":
            answer: ASGIApp = JSONResponse({"status": "ok"})
        else:
            answer = self._sites.get(host) or HTMLResponse(_directory(self._origins), 421)
        await answer(scope, receive, send)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock = system_clock,
    entropy: Entropy = system_entropy,
) -> Starlette:
    """The application; settings come from the environment unless they are given.

    Raises OSError when a department's key is missing: `onechop up` makes it.
    """
    settings = settings or Settings()
    http = HttpClient()

    def make_kit(department: Department, tables: Tables) -> Kit:
        return build_kit(department, http, clock, entropy, tables)

    licensing, issue, licensing_kit = create_licensing(settings.department("licensing"), make_kit)
    notices, report, notices_kit = create_notices(settings.department("notices"), make_kit)
    switch = HostSwitch(
        {settings.origin("licensing"): licensing, settings.origin("notices"): notices}
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        chores = asyncio.create_task(_keep_going([issue, report]))
        yield
        chores.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await chores
        await http.close()
        licensing_kit.database.close()
        notices_kit.database.close()

    app = Starlette(lifespan=lifespan)
    app.mount("/", switch)
    secured = settings.origin("licensing").startswith("https:")
    app.add_middleware(BodyLimit, limit=_BODY_LIMIT)
    app.add_middleware(LanguageCookie, secure=secured)
    app.add_middleware(SecurityHeaders, https=secured)
    return app


async def _keep_going(chores: Sequence[Chore]) -> None:
    """Do what is pending, for ever: what a crash or an absence left behind gets done."""
    while True:
        for chore in chores:
            try:
                await chore()
            except Exception:
                log.exception("pending work failed")
        await asyncio.sleep(_EVERY_SECONDS)


def _directory(origins: Sequence[str]) -> str:
    """A plain page that lists the services, in three languages."""
    links = "".join(f'<li><a href="{escape(o)}/">{escape(o)}</a></li>' for o in origins)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>Choose a service – demonstration</title><main><h1>Choose a service</h1>"
        "<p>Demonstration system. Not a government service. No service lives at this address:</p>"
        '<p lang="zh-Hant-HK">示範系統，並非政府服務。請選擇服務：</p>'
        f'<p lang="zh-Hans">示范系统，并非政府服务。请选择服务：</p><ul>{links}</ul></main></html>'
    )
