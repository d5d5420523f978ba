"""What the routes of this service share: today, an application by its id, where it stands."""

from datetime import UTC, date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from starlette.responses import RedirectResponse

from relying_party.services.licensing import records
from relying_party.services.licensing.records import Application
from relying_party.services.licensing.renewal import State
from relying_party.web import SignedIn, Site, site_of

HONG_KONG: Final = ZoneInfo("Asia/Hong_Kong")

#: Which step of the journey an application stands at (1 to 5).
STEP_OF: Final = {
    State.DRAFT: 1,
    State.READY: 3,
    State.SIGNED: 4,
    State.PAID: 5,
    State.ISSUED: 5,
}
_PAGE_OF: Final = {
    State.DRAFT: "details",
    State.READY: "sign",
    State.SIGNED: "pay",
    State.PAID: "done",
    State.ISSUED: "done",
}


def today(site: Site) -> date:
    """The date in Hong Kong, where the office is."""
    return site.kit.clock().astimezone(HONG_KONG).date()


def as_utc(text: str) -> datetime:
    """A stored moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _application(request: Request, application_id: str, session: SignedIn) -> Application:
    with site_of(request).kit.database.read() as connection:
        found = records.application(connection, application_id, session.subject)
    if found is None:
        raise HTTPException(404)
    return found


Mine = Annotated[Application, Depends(_application)]
"""Annotate a parameter of a route with `{application_id}`: 404 unless it is this person's."""


def go_to(wanted: Application, page: str | None = None) -> RedirectResponse:
    """On to a page of the renewal; without a name, to the one where it stands."""
    name = page or _PAGE_OF[wanted.state]
    return RedirectResponse(f"/renewals/{wanted.application_id}/{name}", status_code=303)
