"""What makes the phone page an app: manifest, service worker, offline page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.web.context import page
from look.language_cookie import language_of
from look.languages import N_
from look.static import StaticFiles

_NAME = N_("OneChop (demonstration)")


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [
        Route("/phone/manifest.webmanifest", manifest, methods=["GET"]),
        Route("/phone-worker.js", worker, methods=["GET"]),
        Route("/phone/offline", offline, methods=["GET"]),
    ]


async def manifest(request: Request) -> Response:
    """The web app manifest, in the reader's language."""
    static: StaticFiles = request.app.state.static
    language = language_of(request)
    words = request.app.state.pages.translations.gettext(language)
    return JSONResponse(
        {
            "id": "/phone",
            "name": words(_NAME),
            "short_name": "OneChop",
            "lang": language,
            "start_url": "/phone",
            "scope": "/phone",
            "display": "standalone",
            "background_color": "#f3f6f5",
            "theme_color": "#0d3b38",
            "icons": [
                {"src": static.url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static.url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static.url("icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        media_type="application/manifest+json",
    )


async def worker(request: Request) -> Response:
    """The service worker; it lives at the root, so that its scope may be `/phone`."""
    static: StaticFiles = request.app.state.static
    return Response(
        static.body("phone-worker.js"),
        media_type="text/javascript",
        headers={"cache-control": "no-cache"},
    )


async def offline(request: Request) -> Response:
    """What the app shows without a connection: nothing personal."""
    return page(request, "phone/offline.html")
