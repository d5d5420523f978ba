"""My account: linked services, documents, sessions, devices, certificates, recent activity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import JourneyError
from idp.domain.signing import SigningState
from idp.flows import account, certificate
from idp.identity.person_view import person_view
from idp.web.certificate_view import certificate_view
from idp.web.context import current_session, keep_browser, now, page, redirect, world
from idp.web.labels import ACTIVITY, CERTIFICATE_STATES, CLAIMS, SIGNING_STATES, is_told
from idp.web.own_login import ask_to_log_in
from idp.web.phone_session import Form, form_token, phone_or_none, read_form
from look.language_cookie import language_of
from look.languages import N_

#: Section → its name. Each is a page of its own, under `/account`.
SECTIONS: Final = (
    ("services", N_("Linked services")),
    ("documents", N_("Signed documents")),
    ("devices", N_("Devices and sessions")),
    ("certificates", N_("Certificates")),
    ("activity", N_("Recent activity")),
)
_NAMES: Final = frozenset(name for name, _ in SECTIONS)


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/account", show, methods=["GET"]),
        Route("/account/{section:str}", show, methods=["GET"]),
        Route("/account/services/withdraw", withdraw, methods=["POST"]),
        Route("/account/services/unlink", unlink, methods=["POST"]),
        Route("/account/sessions/end", end_session, methods=["POST"]),
        Route("/account/devices/remove", remove_device, methods=["POST"]),
        Route("/account/certificates/{act:str}", change_certificate, methods=["POST"]),
        Route("/account/documents/{signing_request_id}", download, methods=["GET"]),
    ]


async def show(request: Request) -> Response:
    """One section of the account; without a session, the way to log in."""
    section = request.path_params.get("section", "services")
    if section not in _NAMES:
        raise JourneyError("not_found")
    who = await _who(request)
    if who is None:
        return ask_to_log_in(request, request.url.path)
    person_id, session_id = who
    seen = await account.see(person_id, world(request), now(request))
    response = page(
        request,
        f"account/{section}.html",
        section=section,
        sections=SECTIONS,
        account=seen,
        person=person_view(seen.person, language_of(request)),
        own_session=session_id,
        on_phone=await phone_or_none(request) is not None,
        certificates=[(certificate_view(c), status) for c, status in seen.certificates],
        claim_labels=CLAIMS,
        activity=[entry for entry in seen.activity if is_told(entry)],
        activity_labels=ACTIVITY,
        signing_states=SIGNING_STATES,
        certificate_states=CERTIFICATE_STATES,
        csrf_token=form_token(request),
    )
    keep_browser(request, response)
    return response


async def withdraw(request: Request) -> Response:
    """Withdraw a consent."""

    async def act(person_id: str, form: Form) -> None:
        await account.withdraw(person_id, _need(form, "id"), world(request), now(request))

    return await _act(request, "services", act)


async def unlink(request: Request) -> Response:
    """Unlink a department."""

    async def act(person_id: str, form: Form) -> None:
        await account.unlink(person_id, _need(form, "id"), world(request), now(request))

    return await _act(request, "services", act)


async def end_session(request: Request) -> Response:
    """End a session."""

    async def act(person_id: str, form: Form) -> None:
        await account.end_session(person_id, _need(form, "id"), world(request), now(request))

    return await _act(request, "devices", act)


async def remove_device(request: Request) -> Response:
    """Remove a device."""

    async def act(person_id: str, form: Form) -> None:
        await account.remove_device(person_id, _need(form, "id"), world(request), now(request))

    return await _act(request, "devices", act)


async def change_certificate(request: Request) -> Response:
    """Suspend, resume or revoke a certificate: in the app, or soon after a login."""
    wanted = request.path_params["act"]
    if wanted not in {"suspend", "resume", "revoke"}:
        raise JourneyError("not_found")
    await read_form(request)
    if await _logged_in_too_long_ago(request):
        return ask_to_log_in(request, "/account/certificates", again=True)

    async def act(person_id: str, form: Form) -> None:
        serial = _serial(_need(form, "id"))
        if wanted == "suspend":
            await certificate.hold(person_id, serial, world(request), now(request))
        elif wanted == "resume":
            await certificate.release(person_id, serial, world(request), now(request))
        else:
            await certificate.revoke(person_id, serial, world(request), now(request))

    return await _act(request, "certificates", act)


async def download(request: Request) -> Response:
    """A signed document, to its signer."""
    who = await _who(request)
    if who is None:
        raise JourneyError("not_signed_in")
    identifier = request.path_params["signing_request_id"]
    async with world(request).storage.unit_of_work() as work:
        signing = await work.signing.get(identifier)
        if signing is None or signing.person_id != who[0]:
            raise JourneyError("not_found")
        document = await work.signing.signed_document(identifier)
    if document is None or signing.state is not SigningState.SIGNED:
        raise JourneyError("not_found")
    return Response(
        document,
        media_type="application/pdf",
        headers={"content-disposition": 'attachment; filename="signed.pdf"'},
    )


async def _act(
    request: Request, section: str, act: Callable[[str, Form], Awaitable[None]]
) -> Response:
    form = await read_form(request)
    who = await _who(request)
    if who is None:
        raise JourneyError("not_signed_in")
    await act(who[0], form)
    return redirect(f"/account/{section}")


async def _who(request: Request) -> tuple[str, str] | None:
    """Whose account: person and session. The phone's own session counts as well as a login."""
    phone = await phone_or_none(request)
    if phone is not None:
        return phone.person_id, phone.session_id
    async with world(request).storage.unit_of_work() as work:
        session = await current_session(request, work)
    return (session.person_id, session.session_id) if session else None


async def _logged_in_too_long_ago(request: Request) -> bool:
    """Tell whether only an old login stands: somebody else may be sitting there now."""
    if await phone_or_none(request) is not None:
        return False
    async with world(request).storage.unit_of_work() as work:
        session = await current_session(request, work)
    recent = world(request).policy.recent_login
    return session is not None and not session.authenticated_within(recent, now(request))


def _need(form: Form, name: str) -> str:
    value = form.one(name)
    if value is None:
        raise JourneyError("form_malformed")
    return value


def _serial(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as error:
        raise JourneyError("not_found") from error
