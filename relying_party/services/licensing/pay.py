"""Step 4: pay, on a sandbox page. The payment decides the licence, in one transaction, once."""

# ruff: noqa: FAST003 - `Mine` takes the id out of the path

import base64

from fastapi import APIRouter, Request
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from relying_party.services.licensing import decided, records
from relying_party.services.licensing.documents import LICENCE_TITLE
from relying_party.services.licensing.here import Mine, as_utc, go_to, today
from relying_party.services.licensing.renewal import (
    STEPS,
    LicenceKind,
    State,
    fee_cents,
    new_period,
)
from relying_party.web import CheckedForm, SignedIn, site_of

router = APIRouter()


@router.get("/renewals/{application_id}/pay")
async def page(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """What is to be paid, and what was signed."""
    if wanted.state is not State.SIGNED:
        return go_to(wanted)
    return site_of(request).page(
        request,
        "pay.html",
        session,
        wanted=wanted,
        title=LICENCE_TITLE[wanted.licence.kind],
        steps=STEPS,
        fee=fee_cents(wanted.licence.kind) // 100,
        signed_at=as_utc(wanted.signed_at) if wanted.signed_at else None,
        declined="declined" in request.query_params,
    )


@router.post("/renewals/{application_id}/pay")
async def pay(request: Request, wanted: Mine, sent: CheckedForm) -> Response:
    """Take or decline the payment. A double click pays once: the second finds it done."""
    if wanted.state is not State.SIGNED:
        return go_to(wanted)
    kit = site_of(request).kit
    now = kit.clock()
    receipt = "R-" + base64.b32encode(kit.entropy(10)).decode("ascii")[:12]
    cents = fee_cents(wanted.licence.kind)
    if sent.text("decide", 10) != "pay":
        with kit.database.write() as connection:
            decided.record_payment(
                connection, wanted.application_id, receipt, cents, "declined", now
            )
        return go_to(wanted, "pay?declined=1")
    day = today(site_of(request))
    period = new_period(wanted.licence.kind, wanted.licence.valid_until, day)
    prefix = "VL" if wanted.licence.kind is LicenceKind.VEHICLE else "DL"
    number = f"{prefix}-{int.from_bytes(kit.entropy(6)) % 10**10:010d}"
    try:
        with kit.database.write() as connection:
            if records.move(connection, wanted.application_id, State.SIGNED, State.PAID, now):
                decided.record_payment(
                    connection, wanted.application_id, receipt, cents, "paid", now
                )
                decided.decide_licence(connection, wanted, period, number, now)
    except IntegrityError:  # paid already: nothing of this attempt is kept
        return go_to(wanted, "done")
    await request.app.state.issuing.catch_up()
    return go_to(wanted, "done")
