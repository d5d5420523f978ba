"""Sign a document of one's own: choose it, say what it is, approve it, download it signed."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import JourneyError, ProtocolError
from idp.domain.signing import SigningState
from idp.flows.own import ask_own, own_client
from idp.flows.pending import topic
from idp.flows.sign import PATIENCE, MatterExcluded, check_matter
from idp.signing.request import MAX_PURPOSE, MAX_TITLE, check_document
from idp.web.context import BROWSER, check_form, current_session, keep_browser, now, page, world
from idp.web.context import redirect as go_to
from idp.web.document_pages import load_for_viewer
from idp.web.documents import documents
from idp.web.matters import EXCLUDED, MATTERS, REFUSALS, REFUSED
from idp.web.own_login import ask_to_log_in
from idp.web.phone_session import form_token, phone_or_none
from idp.web.uploads import Upload, read_upload, safe
from look.language_cookie import language_of
from look.languages import N_

PURPOSE: Final = N_("Sign a document of my own")


def routes() -> list[BaseRoute]:
    """The form, its answer, the result and the signed file."""
    return [
        Route("/sign", _form, methods=["GET"]),
        Route("/signing/own", _upload, methods=["POST"]),
        Route("/sign/done", _done, methods=["GET"]),
        Route("/signing/{id}/signed.pdf", _signed, methods=["GET"]),
    ]


async def _form(request: Request) -> Response:
    """Ask for the document; without a session, the way to log in."""
    if await _person_id(request) is None:
        return ask_to_log_in(request, "/sign")
    return _page(request, 200)


async def _upload(request: Request) -> Response:
    """Check the law, then the document; then go on to the approval."""
    upload = await read_upload(request)
    check_form(request, upload.fields.get("csrf_token"), BROWSER)
    person_id = await _person_id(request)
    if person_id is None:
        raise JourneyError("not_signed_in")
    try:
        request_id = await _keep(request, person_id, upload)
    except MatterExcluded as refusal:
        return _page(request, 422, upload, excluded=refusal)
    except ProtocolError as error:
        return _page(request, 400, upload, error=error.reason)
    return go_to(f"/signing/{request_id}")


async def _done(request: Request) -> Response:
    """What came of it, from our own records; a signature in the making is waited for a little."""
    request.scope["path_params"] = {"id": request.query_params.get("signing_request_id", "")}
    found, _ = await load_for_viewer(request)
    if found.state is SigningState.APPROVED:
        await world(request).wake.wait(topic(found.signing_request_id), PATIENCE)
        found, _ = await load_for_viewer(request)
    return page(request, "signing/done.html", signing=found, state=found.state.value)


async def _signed(request: Request) -> Response:
    """The signed file, for the person and the browser that began."""
    found, _ = await load_for_viewer(request)
    async with world(request).storage.unit_of_work() as work:
        signed = await work.signing.signed_document(found.signing_request_id)
    if signed is None:
        raise JourneyError("not_found")
    headers = {"content-disposition": 'attachment; filename="signed.pdf"'}
    return Response(signed, media_type="application/pdf", headers=headers)


async def _keep(request: Request, person_id: str, upload: Upload) -> str:
    there = world(request)
    fields = safe(upload.fields, {"title": MAX_TITLE, "purpose": MAX_PURPOSE})
    _ = request.app.state.pages.translations.gettext(language_of(request))
    matter = fields.get("matter", "")
    await check_matter(own_client(there.policy.issuer), matter, person_id, there, now(request))
    check_document(upload.document, there.policy.max_document_bytes)
    examined = await documents(request).accept(upload.document)
    kept = await ask_own(
        person_id,
        fields.get("title") or _(N_("My document")),
        fields.get("purpose") or _(PURPOSE),
        matter,
        upload.document,
        len(examined.pages),
        there,
        now(request),
    )
    return kept.signing_request_id


def _page(
    request: Request,
    status: int,
    upload: Upload | None = None,
    *,
    excluded: MatterExcluded | None = None,
    error: str | None = None,
) -> Response:
    values: dict[str, Any] = {
        "matters": MATTERS,
        "fields": upload.fields if upload else {},
        "excluded": EXCLUDED[excluded.eto_code] if excluded else None,
        "item": excluded.item if excluded else None,
        "error": _words(error),
        "csrf_token": form_token(request),
    }
    response = page(request, "signing/own.html", status, **values)
    keep_browser(request, response)
    return response


def _words(reason: str | None) -> tuple[str, str] | None:
    """The field and the words for what is wrong."""
    if reason is None:
        return None
    if reason in {"title_unsafe", "purpose_unsafe"}:
        return reason.removesuffix("_unsafe"), N_("Use plain letters, numbers and punctuation.")
    if reason == "unknown_matter":
        return "matter", N_("Choose what the document is about.")
    return "document", REFUSALS.get(reason, REFUSED)


async def _person_id(request: Request) -> str | None:
    async with world(request).storage.unit_of_work() as work:
        session = await current_session(request, work)
    if session is not None:
        return session.person_id
    phone = await phone_or_none(request)
    return phone.person_id if phone else None
