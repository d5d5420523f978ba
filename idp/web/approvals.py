"""The page that waits for a phone: QR code, typed code, live status, and the way on."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.approval import qr, typed_code
from idp.domain.approval import ApprovalKind, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.values import Secret
from idp.flows import approve, own_login, sign, wait
from idp.flows.at_the_phone import topic
from idp.flows.oidc import authorize
from idp.web import live
from idp.web.context import (
    BROWSER,
    SESSION,
    cookie,
    now,
    page,
    redirect,
    set_cookie,
    world,
)
from idp.web.labels import asked_kind
from idp.web.own_login import forget_wanted, wanted_page
from idp.web.phone_session import form_token, phone_or_none, read_form
from idp.web.scan_ticket import keep_scan
from look.qr import svg

#: States that the browser that began can still wait in.
_OPEN: Final = frozenset({ApprovalState.WAITING, ApprovalState.CLAIMED})


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/approvals/{approval_id}", show, methods=["GET"]),
        Route("/approvals/{approval_id}/qr", qr_image, methods=["GET"]),
        Route("/approvals/{approval_id}/events", events, methods=["GET"]),
        Route("/approvals/{approval_id}/here", here, methods=["POST"]),
        Route("/approvals/{approval_id}/cancel", cancel, methods=["POST"]),
        Route("/approvals/{approval_id}/again", again, methods=["POST"]),
        Route("/approvals/{approval_id}/continue", go_on, methods=["GET"]),
    ]


async def show(request: Request) -> Response:
    """The waiting page, or how it ended."""
    return await _page(request)


async def _page(request: Request, *, early: bool = False) -> Response:
    waiting = await wait.look(_id(request), cookie(request, BROWSER), world(request), now(request))
    approval = waiting.approval
    template = "approval/waiting.html" if waiting.state in _OPEN else "approval/ended.html"
    code = typed_code.typed_code(approval.qr_secret)
    step = world(request).policy.qr_step_of(approval.kind)
    return page(
        request,
        template,
        409 if early else 200,
        early=early,
        approval=approval,
        state=waiting.state.value,
        kind=asked_kind(approval),
        client=waiting.client,
        signing=waiting.signing,
        typed_code=typed_code.shown(code),
        qr_milliseconds=int(step.total_seconds() * 500),
        same_device=(await phone_or_none(request)) is not None,
        csrf_token=form_token(request),
    )


async def qr_image(request: Request) -> Response:
    """The QR code of this moment as an image; gone as soon as a phone has the request."""
    there, moment = world(request), now(request)
    waiting = await wait.look(_id(request), cookie(request, BROWSER), there, moment)
    if waiting.state is not ApprovalState.WAITING:
        return Response(status_code=410)
    approval = waiting.approval
    step = there.policy.qr_step_of(approval.kind)
    link = qr.link(there.policy.issuer, approval.qr_handle, approval.qr_secret, moment, step)
    drawn = str(svg(link, "QR")).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "no-store"})


async def events(request: Request) -> Response:
    """The live status as server-sent events; ends with the final state."""
    approval_id, browser = _id(request), cookie(request, BROWSER)
    there = world(request)
    await wait.state(approval_id, browser, there, now(request))  # refuses strangers

    async def look() -> str:
        return (await wait.state(approval_id, browser, there, there.clock())).value

    def over(state: str) -> bool:
        return ApprovalState(state) not in _OPEN

    return live.stream(there, topic(approval_id), look, over)


async def here(request: Request) -> Response:
    """Go on in this very browser: as a phone that is signed in, or by its passkey."""
    await read_form(request)
    approval_id, there = _id(request), world(request)
    waiting = await wait.look(approval_id, cookie(request, BROWSER), there, now(request))
    phone = await phone_or_none(request)
    if phone is not None:
        await approve.claim(approval_id, phone, there, now(request))
        return redirect(f"/phone/requests/{approval_id}")
    response = redirect("/phone/sign-in")
    keep_scan(request, response, approval_id, waiting.approval.expires_at)
    return response


async def cancel(request: Request) -> Response:
    """Cancel here; the phone sees it too."""
    await read_form(request)
    approval_id = _id(request)
    await wait.cancel(approval_id, cookie(request, BROWSER), world(request), now(request))
    return redirect(f"/approvals/{approval_id}")


async def again(request: Request) -> Response:
    """Show a new code after the time ran out."""
    await read_form(request)
    browser = cookie(request, BROWSER)
    renewed = await wait.renew(_id(request), browser, world(request), now(request))
    return redirect(f"/approvals/{renewed}")


async def go_on(request: Request) -> Response:
    """Go on after the decision: the one door back to who asked; too early, the page again.

    Raises JourneyError: `not_found`, `not_this_browser`.
    """
    approval_id, there = _id(request), world(request)
    browser = cookie(request, BROWSER)
    waiting = await wait.look(approval_id, browser, there, now(request))
    if browser is None:
        raise JourneyError("not_this_browser")
    if waiting.state in _OPEN:
        return await _page(request, early=True)
    if waiting.approval.kind is ApprovalKind.SIGN:
        return redirect(await sign.resume(approval_id, browser, there))
    if own_login.is_own_login(waiting.approval):
        return await _back_to_our_page(request, approval_id, browser)
    resumed = await authorize.resume(approval_id, browser, there, session=cookie(request, SESSION))
    response = redirect(resumed.redirect_to)
    if resumed.session_cookie is not None:
        set_cookie(response, SESSION, resumed.session_cookie)
    return response


async def _back_to_our_page(request: Request, approval_id: str, browser: Secret) -> Response:
    old = cookie(request, SESSION)
    begun = await own_login.resume(approval_id, browser, world(request), session=old)
    response = redirect(wanted_page(request))
    forget_wanted(response)
    if begun is not None:
        set_cookie(response, SESSION, begun)
    return response


def _id(request: Request) -> str:
    approval_id: str = request.path_params["approval_id"]
    return approval_id
