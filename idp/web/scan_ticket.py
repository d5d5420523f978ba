"""The request that a browser is about to open as a phone: kept while it signs in first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from idp.approval import ticket
from idp.web.context import now, world
from look.security import clear_host_cookie, host_cookie, read_host_cookie

_NAME: Final = "scan"


def keep_scan(request: Request, response: Response, approval_id: str, expires_at: datetime) -> None:
    """Remember the request in this browser: its moving code was right, a moment ago."""
    sealed = ticket.mint(
        world(request).keyring.form_key, "scan", {"approval_id": approval_id}, expires_at
    )
    age = max(1, int((expires_at - now(request)).total_seconds()))
    response.headers.append("set-cookie", host_cookie(_NAME, sealed, max_age=age))


def scanned(request: Request) -> str | None:
    """The approval_id that was remembered, while it counts."""
    sealed = read_host_cookie(request.cookies, _NAME)
    if sealed is None:
        return None
    facts = ticket.read(world(request).keyring.form_key, "scan", sealed, now(request))
    return facts["approval_id"] if facts else None


def forget_scan(response: Response) -> None:
    """Forget it."""
    response.headers.append("set-cookie", clear_host_cookie(_NAME))
