"""POST /par (RFC 9126)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.flows.oidc.authorize import push
from idp.flows.oidc.client_auth import authenticate
from idp.protocol import metadata
from idp.web.context import now, world
from idp.web.oidc.forms import form, with_safe_purpose


def routes() -> list[BaseRoute]:
    """The pushed authorization request endpoint."""
    return [Route(metadata.PAR, _par, methods=["POST"])]


async def _par(request: Request) -> Response:
    """Authenticate, check, keep; 201 with a request_uri (RFC 9126 §2.2)."""
    parameters = await form(request)
    client = await authenticate(parameters, world(request), now(request))
    pushed = await push(with_safe_purpose(parameters), client, world(request), now(request))
    return JSONResponse(
        {"request_uri": pushed.request_uri, "expires_in": pushed.expires_in},
        status_code=201,
        headers={"cache-control": "no-store"},
    )
