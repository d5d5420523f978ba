"""The inbox and one message."""

from datetime import date
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from look.formats import hong_kong
from relying_party.services.notices import tables
from relying_party.web import SignedIn, site_of

router = APIRouter()


@router.get("/")
async def start(request: Request) -> Response:
    """What this service is, and the way in."""
    site = site_of(request)
    session = site.session(request)
    waiting = 0
    if session is not None:
        with site.kit.database.read() as connection:
            waiting = tables.unread(connection, session.subject)
    logged_out = "state" in request.query_params
    return site.page(request, "start.html", session, logged_out=logged_out, waiting=waiting)


@router.get("/inbox")
async def inbox(request: Request, session: SignedIn) -> Response:
    """All messages: those of today, and earlier ones."""
    site = site_of(request)
    now = site.kit.clock()
    with site.kit.database.read() as connection:
        found = tables.inbox(connection, session.subject)
    today = hong_kong(now).date()
    groups: dict[str, list[dict[str, object]]] = {"today": [], "earlier": []}
    for message in found:
        is_today = hong_kong(message.received_at).date() == today
        groups["today" if is_today else "earlier"].append(
            {"message": message, "days_left": _days_left(message, today)}
        )
    unread = sum(message.known_at is None for message in found)
    return site.page(request, "inbox.html", session, groups=groups, unread=unread)


@router.get("/inbox/{notice_id}")
async def message(request: Request, session: SignedIn, notice_id: str) -> Response:
    """One message. Opening it is the moment it becomes known; the platform is told."""
    site = site_of(request)
    with site.kit.database.write() as connection:
        found = tables.open_message(connection, notice_id, session.subject, site.kit.clock())
    if found is None:
        raise HTTPException(404)
    await request.app.state.reports.catch_up()
    host = urlsplit(found.action_url).hostname if found.action_url else None
    return site.page(
        request,
        "message.html",
        session,
        message=found,
        action_host=host,
    )


def _days_left(message: tables.Message, today: date) -> int | None:
    """Days until the deadline, or None without one; negative when it has passed."""
    return None if message.deadline is None else (message.deadline - today).days
