"""The signing API for departments, and the citizen's way into a signature.

The API answers JSON or PDF and authenticates with `private_key_jwt` in the form. The order of
checks: who asks, the shape, the law (Schedule 1), the document, the person.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import ErrorCode, ProtocolError
from idp.flows import sign
from idp.flows.oidc.client_auth import authenticate
from idp.signing.request import MAX_PURPOSE, MAX_TITLE, read_form
from idp.web.context import browser, in_language, keep_browser, now, redirect, world
from idp.web.described import described
from idp.web.documents import documents
from idp.web.uploads import read_upload, safe

PDF: Final = "application/pdf"

#: Outcomes that a department may tell a citizen about; anything else is `signing_refused`.
_TOLD: Final = frozenset(
    {
        "access_denied",
        "wrong_code",
        "expired",
        "interrupted",
        "certificate_expired",
        "certificate_suspended",
        "certificate_revoked",
    }
)
_NAMES: Final = {"rejected": "access_denied", "cancelled": "access_denied"}


def routes() -> list[BaseRoute]:
    """The API, and the address that a department sends the browser to."""
    return [
        Route("/signing/requests", _ask, methods=["POST"]),
        Route("/signing/requests/{id}/result", _result, methods=["POST"]),
        Route("/signing/{id}", _begin, methods=["GET"]),
    ]


async def _ask(request: Request) -> Response:
    """Take a request in: 201 with `sign_uri`, or 422 for an excluded matter."""
    upload = await read_upload(request)
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(upload.fields, there, moment)
    fields = safe(upload.fields, {"title": MAX_TITLE, "purpose": MAX_PURPOSE})
    form = read_form(client, fields, upload.document)
    try:
        await sign.check_matter(client, form.matter, None, there, moment)
    except sign.MatterExcluded as refusal:
        return _excluded(refusal)
    examined = await documents(request).accept(upload.document)
    kept = await sign.ask(client, form, upload.document, len(examined.pages), there, moment)
    return JSONResponse(
        {
            "signing_request_id": kept.signing_request_id,
            "sign_uri": f"{there.policy.issuer}/signing/{kept.signing_request_id}"
            f"{in_language(upload.fields.get('ui_locales', '')[:256].split())}",
            "document_digest": kept.document_digest,
            "expires_in": int(there.policy.signing_request_lifetime.total_seconds()),
        },
        status_code=201,
    )


async def _result(request: Request) -> Response:
    """Hand out the signed document; 409 while there is none yet, 410 when there will be none."""
    upload = await read_upload(request)
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(upload.fields, there, moment)
    try:
        signed = await sign.result(client, request.path_params["id"], there, moment)
    except ProtocolError as error:
        if error.code not in {ErrorCode.SIGNING_REFUSED, ErrorCode.SIGNING_EXPIRED}:
            raise
        reason = _NAMES.get(error.reason, error.reason)
        told = reason if reason in _TOLD else error.code.value
        body = {"error": told, "error_description": reason.replace("_", " ")}
        return JSONResponse(body, status_code=410)
    return Response(signed.document, media_type=PDF)


async def _begin(request: Request) -> Response:
    """Open the approval in the browser that the department sent, and show it."""
    asked_from = described(request.headers.get("user-agent"))
    approval_id = await sign.begin(
        request.path_params["id"], browser(request), asked_from, world(request), now(request)
    )
    response = redirect(f"/approvals/{approval_id}")
    keep_browser(request, response)
    return response


def _excluded(refusal: sign.MatterExcluded) -> Response:
    item = f" item {refusal.item} of Schedule 1" if refusal.item is not None else ""
    return JSONResponse(
        {
            "error": refusal.code.value,
            "error_description": f"this matter is signed on paper only{item}".strip(),
            "eto_code": refusal.eto_code,
            "item": refusal.item,
        },
        status_code=422,
    )
