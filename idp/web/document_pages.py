"""The document of a signing request as pictures, as text and as a file, for those it concerns."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.approval.decide import is_own_browser
from idp.domain.errors import JourneyError
from idp.domain.signing import SigningRequest
from idp.web.context import BROWSER, cookie, current_session, page, world
from idp.web.documents import documents
from idp.web.phone_session import phone_or_none


def routes() -> list[BaseRoute]:
    """Pictures, text, and the file as it was received."""
    return [
        Route("/signing/{id}/pages/{number:int}.png", _picture, methods=["GET"]),
        Route("/signing/{id}/text", _text, methods=["GET"]),
        Route("/signing/{id}/document.pdf", _file, methods=["GET"]),
    ]


async def load_for_viewer(request: Request) -> tuple[SigningRequest, bytes]:
    """Load a document for the browser that began, the person's browser, or their phone.

    Raises JourneyError `not_found` for everybody else: they learn nothing.
    """
    there = world(request)
    phone = await phone_or_none(request)
    async with there.storage.unit_of_work() as work:
        found = await work.signing.get(request.path_params["id"])
        if found is None:
            raise JourneyError("not_found")
        session = await current_session(request, work)
        people = {who.person_id for who in (phone, session) if who is not None}
        if found.person_id not in people:
            approval = await work.approvals.get(found.approval_id) if found.approval_id else None
            if approval is None or not is_own_browser(approval, cookie(request, BROWSER)):
                raise JourneyError("not_found")
        document = await work.signing.document(found.signing_request_id)
    assert document is not None
    return found, document


async def _picture(request: Request) -> Response:
    found, document = await load_for_viewer(request)
    number = request.path_params["number"]
    if not 1 <= number <= found.pages:  # each miss would cost a process
        raise JourneyError("not_found")
    image = await documents(request).image(document, number)
    headers = {"cache-control": "private, max-age=600"}
    return Response(image, media_type="image/png", headers=headers)


async def _text(request: Request) -> Response:
    found, document = await load_for_viewer(request)
    examined = await documents(request).examine(document)
    return page(request, "signing/text.html", signing=found, pages=examined.pages)


async def _file(request: Request) -> Response:
    _, document = await load_for_viewer(request)
    headers = {"content-disposition": 'attachment; filename="document.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)
