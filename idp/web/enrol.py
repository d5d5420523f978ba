"""Binding this window as the phone of a resident (demonstration), and the signing certificate."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.approval import assertion
from idp.domain.errors import JourneyError
from idp.domain.person import CertificateState
from idp.flows import certificate, passkeys
from idp.identity.person_view import person_view
from idp.web.certificate_view import certificate_view
from idp.web.context import now, page, redirect, world
from idp.web.described import described
from idp.web.phone import ceremony_response, ceremony_ticket, signed_in_response, with_browser
from idp.web.phone_session import form_token, phone_of, read_form
from look.language_cookie import language_of

_APPROVAL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/phone/residents", residents, methods=["GET"]),
        Route("/phone/residents/{person_id}/options", options, methods=["POST"]),
        Route("/phone/residents/{person_id}", bind, methods=["POST"]),
        Route("/phone/certificate", show_certificate, methods=["GET"]),
        Route("/phone/certificate/accept", accept, methods=["POST"]),
    ]


async def residents(request: Request) -> Response:
    """The demonstration's residents: use this window as the phone of one of them."""
    _demonstration_only(request)
    language = language_of(request)
    async with world(request).storage.unit_of_work() as work:
        people = await work.people.all()
    response = page(
        request,
        "phone/residents.html",
        residents=[(p, person_view(p, language)) for p in people],
        csrf_token=form_token(request),
    )
    return with_browser(request, response)


async def options(request: Request) -> Response:
    """The options of a new passkey, as JSON."""
    await read_form(request)
    person_id = request.path_params["person_id"]
    return ceremony_response(await passkeys.begin_binding(person_id, world(request), now(request)))


async def bind(request: Request) -> Response:
    """Take the new passkey; the phone is bound, and its certificate comes next."""
    form = await read_form(request)
    signed_in = await passkeys.bind(
        assertion.parse_credential(form.one("credential") or ""),
        ceremony_ticket(request),
        described(request.headers.get("user-agent")),
        world(request),
        now(request),
    )
    return await signed_in_response(request, signed_in, "/phone/certificate")


async def show_certificate(request: Request) -> Response:
    """Show the signing certificate's contents, to be accepted before its first use."""
    phone = await phone_of(request)
    try:
        held = await certificate.ensure(phone, world(request), now(request))
    except JourneyError as refusal:
        if refusal.reason != "certificate_expired":
            raise
        return page(request, "phone/certificate.html", **_no_certificate())
    return page(
        request,
        "phone/certificate.html",
        certificate=certificate_view(held),
        accepted=held.state is not CertificateState.ISSUED,
        then=_then(request.query_params.get("next")),
        csrf_token=form_token(request),
    )


async def accept(request: Request) -> Response:
    """Accept the certificate (ETO s. 2), and go on to what needed it."""
    phone, form = await phone_of(request), await read_form(request)
    try:
        serial = int(form.one("serial") or "", 16)
    except ValueError as error:
        raise JourneyError("not_found") from error
    await certificate.accept(phone, serial, world(request), now(request))
    then = _then(form.one("next"))
    return redirect(f"/phone/requests/{then}" if then else "/phone")


def _then(approval_id: str | None) -> str:
    """An approval's id and nothing else: it goes into an address."""
    return approval_id if approval_id and _APPROVAL_ID.fullmatch(approval_id) else ""


def _no_certificate() -> dict[str, Any]:
    return {"certificate": None, "accepted": True, "then": "", "csrf_token": ""}


def _demonstration_only(request: Request) -> None:
    if not world(request).policy.demonstration:
        raise JourneyError("not_found")
