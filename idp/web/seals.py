"""POST /seals: a department's own document, sealed in its name."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import ErrorCode, ProtocolError
from idp.flows import seal
from idp.flows.oidc.client_auth import authenticate
from idp.signing.request import MAX_PURPOSE, check_document
from idp.web.context import now, world
from idp.web.documents import documents
from idp.web.uploads import read_upload, safe


def routes() -> list[BaseRoute]:
    """The endpoint."""
    return [Route("/seals", _seal, methods=["POST"])]


async def _seal(request: Request) -> Response:
    """Authenticate, examine, seal; 200 with the PDF."""
    upload = await read_upload(request)
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(upload.fields, there, moment)
    seal.check_may_seal(client)
    reason = safe(upload.fields, {"reason": MAX_PURPOSE}).get("reason", "")
    if not reason:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "reason_missing")
    check_document(upload.document, there.policy.max_document_bytes)
    await documents(request).accept(upload.document)
    sealed = await seal.seal(client, upload.document, reason, there, moment)
    return Response(sealed, media_type="application/pdf")
