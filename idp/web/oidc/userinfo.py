"""GET and POST /userinfo (OIDC Core §5.3)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.flows.oidc.token import read_userinfo
from idp.protocol import metadata
from idp.protocol.token.userinfo import bearer_token
from idp.web.context import now, world


def routes() -> list[BaseRoute]:
    """The userinfo endpoint."""
    return [Route(metadata.USERINFO, _userinfo, methods=["GET", "POST"])]


async def _userinfo(request: Request) -> Response:
    """Answer what was released; the token comes in the Authorization header and nowhere else."""
    token = bearer_token(request.headers.get("authorization"))
    body = await read_userinfo(token, world(request), now(request))
    return JSONResponse(body, headers={"cache-control": "no-store"})
