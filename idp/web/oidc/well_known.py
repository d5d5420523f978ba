"""Discovery (OpenID Connect Discovery 1.0 §4, RFC 8414 §3) and the JWK Set: ready bytes, ETags."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.protocol import metadata
from idp.web.context import world

_MAX_AGE: Final = 300


def routes() -> list[BaseRoute]:
    """The three documents."""
    return [
        Route(metadata.OPENID_CONFIGURATION, _endpoint(_discovery)),
        Route(metadata.OAUTH_METADATA, _endpoint(_discovery)),
        Route(metadata.JWKS, _endpoint(_jwks)),
    ]


def _discovery(request: Request) -> Mapping[str, Any]:
    return metadata.provider_metadata(world(request).policy.issuer)


def _jwks(request: Request) -> Mapping[str, Any]:
    return world(request).keyring.public_jwks()


def _endpoint(
    document: Callable[[Request], Mapping[str, Any]],
) -> Callable[[Request], Awaitable[Response]]:
    """Serve a document that changes only when the process starts again: bytes made once."""

    async def answer(request: Request) -> Response:
        ready: dict[str, tuple[bytes, str]] = request.app.state.documents
        path = request.url.path
        if path not in ready:
            made = json.dumps(document(request), separators=(",", ":")).encode()
            ready[path] = made, f'"{hashlib.sha256(made).hexdigest()[:32]}"'
        body, etag = ready[path]
        headers = {
            "cache-control": f"public, max-age={_MAX_AGE}",
            "etag": etag,
            "access-control-allow-origin": "*",  # public, and asked for by pages of departments
            "cross-origin-resource-policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return answer
