"""The start page, my licences, and the overview of a renewal."""

# ruff: noqa: FAST003 - `Mine` takes the id out of the path

import base64

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from relying_party.services.licensing import records
from relying_party.services.licensing.documents import DETAIL_LABEL, LICENCE_TITLE
from relying_party.services.licensing.here import STEP_OF, Mine, go_to, today
from relying_party.services.licensing.renewal import (
    STEPS,
    State,
    fee_cents,
    new_period,
    renewable_from,
)
from relying_party.web import SignedIn, site_of

router = APIRouter()


@router.get("/")
async def start(request: Request) -> Response:
    """What this service is, and the way in."""
    site = site_of(request)
    logged_out = "state" in request.query_params
    return site.page(request, "start.html", site.session(request), logged_out=logged_out)


@router.get("/licences")
async def my_licences(request: Request, session: SignedIn) -> Response:
    """My licences, with what can be done about each."""
    site = site_of(request)
    day = today(site)
    with site.kit.database.write() as connection:
        records.welcome(connection, session.subject, site.kit.clock(), day)
        licences = records.licences_of(connection, session.subject)
        applications = records.applications_of(connection, session.subject)
    open_for = {a.licence.licence_id: a for a in applications if a.state is not State.ISSUED}
    cards = [
        {
            "licence": licence,
            "title": LICENCE_TITLE[licence.kind],
            "detail_label": DETAIL_LABEL[licence.kind],
            "days_left": (licence.valid_until - day).days,
            "renewable_from": renewable_from(licence.valid_until),
            "can_renew": renewable_from(licence.valid_until) <= day,
            "fee": fee_cents(licence.kind) // 100,
            "open": open_for.get(licence.licence_id),
        }
        for licence in licences
    ]
    finished = [
        {"application": a, "title": LICENCE_TITLE[a.licence.kind]}
        for a in applications
        if a.state is State.ISSUED
    ]
    return site.page(request, "licences.html", session, cards=cards, finished=finished)


@router.post("/licences/{licence_id}/renew")
async def renew(request: Request, licence_id: str, session: SignedIn) -> Response:
    """Begin a renewal, or go on with the one under way."""
    site = site_of(request)
    application_id = "A" + base64.b32encode(site.kit.entropy(10)).decode("ascii")
    with site.kit.database.write() as connection:
        mine = records.licences_of(connection, session.subject)
        wanted = next((one for one in mine if one.licence_id == licence_id), None)
        if wanted is None:
            raise HTTPException(404)
        if today(site) < renewable_from(wanted.valid_until):
            return RedirectResponse("/licences", status_code=303)
        found = records.begin(connection, wanted, session.subject, application_id, site.kit.clock())
    return RedirectResponse(f"/renewals/{found}", status_code=303)


@router.get("/renewals/{application_id}")
async def overview(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The steps of a renewal, done and to come."""
    if wanted.state is State.ISSUED:
        return go_to(wanted)
    site = site_of(request)
    start_day, end_day = new_period(wanted.licence.kind, wanted.licence.valid_until, today(site))
    return site.page(
        request,
        "overview.html",
        session,
        wanted=wanted,
        title=LICENCE_TITLE[wanted.licence.kind],
        steps=STEPS,
        current=STEP_OF[wanted.state],
        pages=("details", "check", "sign", "pay", "done"),
        fee=fee_cents(wanted.licence.kind) // 100,
        period=(start_day, end_day),
    )
