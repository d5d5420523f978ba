"""The live list of what waits on the phone's home page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import JourneyError
from idp.flows import waiting_list
from idp.flows.at_the_phone import person_topic
from idp.web import live
from idp.web.context import world
from idp.web.phone_session import phone_session


def routes() -> list[BaseRoute]:
    """List this module's routes."""
    return [Route("/phone/events", events, methods=["GET"])]


async def events(request: Request) -> Response:
    """The name of the list, whenever it changes; ends with the phone's session.

    Raises JourneyError `phone_not_signed_in`.
    """
    session = await phone_session(request)
    if session is None:
        raise JourneyError("phone_not_signed_in")
    there = world(request)

    async def look() -> str:
        return await waiting_list.look(session, there, there.clock())

    def over(state: str) -> bool:
        return state == waiting_list.SIGNED_OUT

    return live.stream(there, person_topic(session.person_id), look, over)
