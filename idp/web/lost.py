"""What to do when the phone is gone: for everybody, without a login."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.web.context import page


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [Route("/lost-phone", show, methods=["GET"])]


async def show(request: Request) -> Response:
    """Another device stops the lost one; otherwise a counter does. Nothing personal is here."""
    return page(request, "account/lost.html")
