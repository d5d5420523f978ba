"""The phone app: an installable page. Home, scanning, typing a code, signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.approval import assertion
from idp.approval.decide import state_at
from idp.domain.approval import ApprovalState
from idp.domain.errors import JourneyError
from idp.flows import approve, passkeys, scan
from idp.flows.at_the_phone import Phone
from idp.flows.passkeys import Ceremony, SignedIn
from idp.flows.waiting_list import fingerprint, waiting_for
from idp.identity.person_view import person_view
from idp.web.context import (
    PHONE,
    clear_cookie,
    keep_browser,
    now,
    page,
    redirect,
    set_cookie,
    world,
)
from idp.web.described import described
from idp.web.labels import asked_kind
from idp.web.phone_session import form_token, phone_of, phone_or_none, read_form
from idp.web.scan_ticket import forget_scan, keep_scan, scanned
from look.language_cookie import language_of
from look.security import clear_host_cookie, host_cookie, read_host_cookie

_CEREMONY: Final = "ceremony"
#: What is shown again on the form it came from, rather than on a page of its own.
_AT_THE_FIELD: Final = frozenset({"typed_code_unknown", "too_many_tries", "qr_foreign", "qr_stale"})


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/phone", home, methods=["GET"]),
        Route("/phone/scan", scan_page, methods=["GET"]),
        Route("/phone/open", open_request, methods=["POST"]),
        Route("/phone/open", scanned_page, methods=["GET"]),
        Route("/R/{token}", scanned_link, methods=["GET"]),
        Route("/phone/sign-in", sign_in_page, methods=["GET"]),
        Route("/phone/sign-in/options", sign_in_options, methods=["POST"]),
        Route("/phone/sign-in", sign_in, methods=["POST"]),
        Route("/phone/sign-out", sign_out, methods=["POST"]),
    ]


async def home(request: Request) -> Response:
    """What waits for the citizen, and the ways to open a request."""
    phone = await phone_or_none(request)
    if phone is None:
        return _sign_in_form(request)
    there, moment = world(request), now(request)
    async with there.storage.unit_of_work() as work:
        person = await work.people.get(phone.person_id)
        mine = await waiting_for(work, phone.person_id, phone.device_id, moment)
        names = {c.client_id: c.client_name for c in await work.clients.all()}
        certificate = await work.certificates.of_device(phone.device_id)
    if person is None:
        raise JourneyError("not_found")
    return with_browser(
        request,
        page(
            request,
            "phone/home.html",
            person=person_view(person, language_of(request)),
            requests=mine,
            waiting=fingerprint(mine),
            client_names=names,
            asked_kind=asked_kind,
            certificate=certificate,
            csrf_token=form_token(request),
        ),
    )


async def scan_page(request: Request) -> Response:
    """Scan with the camera, choose a photo, or type the code."""
    await phone_of(request)
    return _scan_form(request)


def _scan_form(request: Request, error: str | None = None, status: int = 200) -> Response:
    response = page(
        request,
        "phone/scan.html",
        status,
        error=error,
        csrf_token=form_token(request),
        own_prefix=f"{world(request).policy.issuer.upper()}/R/",
    )
    return with_browser(request, response)


async def open_request(request: Request) -> Response:
    """Open a request by a scanned link or a typed code, and claim it for this phone."""
    form = await read_form(request)
    phone = await phone_of(request)
    there, moment = world(request), now(request)
    link, code = form.one("link"), form.one("code")
    try:
        if link is not None:
            approval_id = await scan.by_qr(_token(request, link), there, moment)
        elif code is not None:
            approval_id = await scan.by_typed_code(code, phone, there, moment)
        else:
            approval_id = scanned(request) or _nothing()
    except JourneyError as refusal:
        if refusal.reason not in _AT_THE_FIELD:
            raise
        return _scan_form(request, refusal.reason, status=400)
    await approve.claim(approval_id, phone, there, moment)
    response = redirect(f"/phone/requests/{approval_id}")
    forget_scan(response)
    return response


async def scanned_link(request: Request) -> Response:
    """A QR code opened by any camera app: its link is used up here, the page is another's."""
    there, moment = world(request), now(request)
    approval_id = await scan.by_qr(request.path_params["token"], there, moment)
    async with there.storage.unit_of_work() as work:
        approval = await work.approvals.get(approval_id)
    if approval is None:
        raise JourneyError("qr_stale")
    response = redirect("/phone/open")
    keep_scan(request, response, approval_id, approval.expires_at)
    return response


async def scanned_page(request: Request) -> Response:
    """Who asks, by name. Looking claims nothing: a button does."""
    approval_id = scanned(request)
    async with world(request).storage.unit_of_work() as work:
        approval = await work.approvals.get(approval_id) if approval_id else None
        client = await work.clients.get(approval.client_id) if approval else None
    if approval is None or client is None:
        raise JourneyError("qr_stale")
    if state_at(approval, now(request)) is not ApprovalState.WAITING:
        raise JourneyError("taken")
    response = page(
        request,
        "phone/open.html",
        client=client,
        signed_in=await phone_or_none(request) is not None,
        csrf_token=form_token(request),
    )
    return with_browser(request, response)


async def sign_in_page(request: Request) -> Response:
    """Open the app with its passkey; in the demonstration, become a resident."""
    return _sign_in_form(request)


def _sign_in_form(request: Request) -> Response:
    response = page(
        request,
        "phone/sign_in.html",
        csrf_token=form_token(request),
        waiting=scanned(request) is not None,
    )
    return with_browser(request, response)


async def sign_in_options(request: Request) -> Response:
    """The passkey's options, as JSON."""
    await read_form(request)
    return ceremony_response(passkeys.begin_sign_in(world(request), now(request)))


async def sign_in(request: Request) -> Response:
    """Take the passkey's answer; the phone session begins."""
    form = await read_form(request)
    signed_in = await passkeys.sign_in(
        assertion.parse_credential(form.one("credential") or ""),
        ceremony_ticket(request),
        described(request.headers.get("user-agent")),
        world(request),
        now(request),
    )
    return await signed_in_response(request, signed_in, "/phone")


async def sign_out(request: Request) -> Response:
    """End the phone session; the passkey stays bound."""
    await read_form(request)
    phone = await phone_of(request)
    async with world(request).storage.unit_of_work() as work:
        await work.sessions.end(phone.session_id, now(request))
    response = redirect("/phone")
    clear_cookie(response, PHONE)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


async def signed_in_response(request: Request, signed_in: SignedIn, then: str) -> Response:
    """Set the phone's cookie and go on: to the request that was scanned before, if there is one."""
    session = signed_in.session
    remembered = scanned(request)
    if remembered is not None:
        phone = Phone(
            session_id=session.session_id,
            person_id=session.person_id,
            device_id=session.device_id,
        )
        await approve.claim(remembered, phone, world(request), now(request))
        then = f"/phone/requests/{remembered}"
    response = redirect(then)
    age = int(world(request).policy.phone_session_lifetime.total_seconds())
    set_cookie(response, PHONE, signed_in.cookie, max_age=age)
    forget_scan(response)
    response.headers.append("set-cookie", clear_host_cookie(_CEREMONY))
    return response


def ceremony_response(ceremony: Ceremony) -> Response:
    """Hand out options; their challenge goes along in a sealed cookie."""
    body: Mapping[str, Any] = {"publicKey": ceremony.options}
    response = JSONResponse(body)
    age = int(passkeys.LIFETIME.total_seconds())
    response.headers.append("set-cookie", host_cookie(_CEREMONY, ceremony.ticket, max_age=age))
    return response


def ceremony_ticket(request: Request) -> str:
    """The ticket that came back. Raises JourneyError `ceremony_expired`."""
    found = read_host_cookie(request.cookies, _CEREMONY)
    if found is None:
        raise JourneyError("ceremony_expired")
    return found


def with_browser(request: Request, response: Response) -> Response:
    """Keep this browser's own cookie, which the forms are bound to."""
    keep_browser(request, response)
    return response


def _token(request: Request, link: str) -> str:
    """The token of a link of ours. Raises JourneyError `qr_foreign`; nothing is ever opened."""
    prefix = f"{world(request).policy.issuer.upper()}/R/"
    text = link.strip().upper()
    if not text.startswith(prefix):
        raise JourneyError("qr_foreign")
    return text.removeprefix(prefix)


def _nothing() -> str:
    raise JourneyError("qr_stale")
