"""POST /token (RFC 6749 §3.2)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.flows.oidc.client_auth import authenticate
from idp.flows.oidc.token import exchange
from idp.protocol import metadata
from idp.web.context import now, world
from idp.web.oidc.forms import form


def routes() -> list[BaseRoute]:
    """The token endpoint."""
    return [Route(metadata.TOKEN, _token, methods=["POST"])]


async def _token(request: Request) -> Response:
    """Authenticate the client, then answer its grant; never cached (RFC 6749 §5.1)."""
    parameters = await form(request)
    client = await authenticate(parameters, world(request), now(request))
    tokens = await exchange(parameters, client, world(request), now(request))
    body: dict[str, object] = {
        "access_token": tokens.access_token.reveal(),
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": " ".join(tokens.scope),
        "id_token": tokens.id_token,
    }
    if tokens.refresh_token is not None:
        body["refresh_token"] = tokens.refresh_token.reveal()
    return JSONResponse(body, headers={"cache-control": "no-store", "pragma": "no-cache"})
