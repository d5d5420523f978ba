"""Step 5: the licence. Paid but not made yet is a page too, and reloading it makes it."""

# ruff: noqa: FAST003 - `Mine` takes the id out of the path

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from relying_party.services.licensing import decided
from relying_party.services.licensing.documents import DETAIL_LABEL, LICENCE_TITLE
from relying_party.services.licensing.here import Mine, as_utc, go_to
from relying_party.services.licensing.renewal import STEPS, State, fee_cents
from relying_party.web import SignedIn, site_of

router = APIRouter()


@router.get("/renewals/{application_id}/done")
async def page(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The receipt and the licence; unfinished work is tried again first."""
    if wanted.state not in {State.PAID, State.ISSUED}:
        return go_to(wanted)
    site = site_of(request)
    if wanted.state is State.PAID:
        await request.app.state.issuing.catch_up()
    with site.kit.database.read() as connection:
        made = decided.issue_of(connection, wanted.application_id)
    if made is None:
        raise HTTPException(404)
    return site.page(
        request,
        "done.html",
        session,
        wanted=wanted,
        made=made,
        ready=made.sealed is not None,
        title=LICENCE_TITLE[wanted.licence.kind],
        detail_label=DETAIL_LABEL[wanted.licence.kind],
        steps=STEPS,
        fee=fee_cents(wanted.licence.kind) // 100,
        signed_at=as_utc(wanted.signed_at) if wanted.signed_at else None,
        verify_url=request.app.state.issuing.verify_url(made),
    )


@router.get("/renewals/{application_id}/licence.pdf")
async def licence(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The sealed licence."""
    with site_of(request).kit.database.read() as connection:
        made = decided.issue_of(connection, wanted.application_id)
    if made is None or made.sealed is None or wanted.subject != session.subject:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="{made.number}.pdf"'}
    return Response(made.sealed, media_type="application/pdf", headers=headers)
