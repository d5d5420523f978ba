"""Step 3: the citizen signs the application; we check what comes back before we take it."""

# ruff: noqa: FAST003 - `Mine` takes the id out of the path

import base64
import hmac

import structlog
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from look.language_cookie import language_of
from relying_party.login import Session
from relying_party.oidc import Refused, RefusedReason, Unreachable
from relying_party.services.licensing import records
from relying_party.services.licensing.documents import APPLICATION_TITLE, LICENCE_TITLE
from relying_party.services.licensing.here import Mine, go_to
from relying_party.services.licensing.records import Application
from relying_party.services.licensing.renewal import MATTER, STEPS, State
from relying_party.services.licensing.words import NOT_SIGNED, NOT_SIGNED_OTHERWISE
from relying_party.signing import (
    CheckFailed,
    DocumentToSign,
    SigningEnded,
    SigningPending,
)
from relying_party.signing.request import returned
from relying_party.web import SignedIn, site_of

router = APIRouter()
log = structlog.get_logger("relying_party.licensing")


@router.get("/renewals/{application_id}/sign")
async def sign_page(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The document to sign. A signature made meanwhile (another tab, a lost way back) is taken."""
    if wanted.state is not State.READY:
        return go_to(wanted)
    if wanted.signing_request_id is not None:
        return await _collect(request, session, wanted)
    return _page(request, session, wanted, ended=request.query_params.get("ended"))


@router.post("/renewals/{application_id}/sign")
async def ask(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """Ask for the signature and send the citizen there. A second click goes to the same place."""
    if wanted.state is not State.READY or wanted.document is None:
        return go_to(wanted)
    if wanted.sign_uri is not None:
        return RedirectResponse(wanted.sign_uri, status_code=303)
    site = site_of(request)
    translate = site.pages.translations.gettext(language_of(request))
    document = DocumentToSign(
        document=wanted.document,
        title=translate(APPLICATION_TITLE[wanted.licence.kind]),
        purpose=f"{wanted.licence.number} · {wanted.licence.detail}",
        matter=MATTER,
    )
    state = base64.urlsafe_b64encode(site.kit.entropy(18)).decode("ascii")
    try:
        asked = await site.kit.signing.ask(
            document, subject=session.subject, state=state, ui_locales=language_of(request)
        )
    except SigningEnded as end:
        return _page(request, session, wanted, ended=end.code)
    except Unreachable:
        return _page(request, session, wanted, ended="unreachable")
    with site.kit.database.write() as connection:
        kept = records.remember_signing(
            connection,
            wanted.application_id,
            digest=document.digest,
            request_id=asked.request_id,
            sign_uri=asked.sign_uri,
            state=state,
        )
    # Two clicks at once: one request is remembered, and the other click finds it.
    return RedirectResponse(asked.sign_uri, status_code=303) if kept else go_to(wanted)


@router.get("/sign/callback")
async def callback(request: Request, session: SignedIn) -> Response:
    """Back from signing. The query only says which request; the result is fetched."""
    site = site_of(request)
    query = returned(request.query_params.multi_items(), site.kit.department)
    with site.kit.database.read() as connection:
        wanted = records.application_for_signing(
            connection, query["signing_request_id"], session.subject
        )
    if wanted is None:
        return RedirectResponse("/licences", status_code=303)
    if not hmac.compare_digest(query.get("state", ""), wanted.signing_state or ""):
        raise Refused(RefusedReason.NOT_OURS, "signing state")
    if wanted.state is not State.READY:
        return go_to(wanted)
    return await _collect(request, session, wanted)


@router.get("/renewals/{application_id}/application.pdf")
async def document(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The application: as signed, or as it is to be signed."""
    with site_of(request).kit.database.read() as connection:
        signed = records.signed_document(connection, wanted.application_id)
    content = signed or wanted.document
    if content is None or wanted.subject != session.subject:
        raise HTTPException(404)
    name = f"{wanted.application_id}{'-signed' if signed else ''}.pdf"
    headers = {"content-disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def _collect(request: Request, session: Session, wanted: Application) -> Response:
    """Fetch, check, accept. Every way this can end is a page or the next step."""
    assert wanted.signing_request_id is not None
    try:
        accepted = await _accept(request, wanted)
    except SigningPending:
        return _page(request, session, wanted)
    except SigningEnded as end:
        _forget(request, wanted)
        return go_to(wanted, f"sign?ended={end.code}")
    except CheckFailed as failure:
        log.warning("signature refused", application=wanted.application_id, why=failure.reasons)
        _forget(request, wanted)
        return go_to(wanted, "sign?ended=check_failed")
    except Unreachable:
        return _page(request, session, wanted, ended="unreachable")
    return go_to(wanted, "pay" if accepted else None)


async def _accept(request: Request, wanted: Application) -> bool:
    kit = site_of(request).kit
    assert wanted.signing_request_id is not None
    assert wanted.document is not None
    assert wanted.document_digest is not None
    collected = await kit.signing.collect(
        wanted.signing_request_id,
        asked_digest=wanted.document_digest,
        asked_length=len(wanted.document),
    )
    now = kit.clock()
    name = wanted.answers.get("name_en")
    registered = name.value if name is not None and name.source == "registered" else None
    signed = await kit.check.check(collected, matter=MATTER, now=now, name=registered)
    with kit.database.write() as connection:
        return records.move(
            connection,
            wanted.application_id,
            State.READY,
            State.SIGNED,
            now,
            signed_document=signed.content,
            signed_by=signed.signer,
            signed_at=signed.signed_at,
            certificate_serial=signed.certificate_serial,
        )


def _forget(request: Request, wanted: Application) -> None:
    with site_of(request).kit.database.write() as connection:
        records.forget_signing(connection, wanted.application_id, wanted.signing_request_id or "")


def _page(
    request: Request,
    session: Session,
    wanted: Application,
    *,
    ended: str | None = None,
) -> Response:
    return site_of(request).page(
        request,
        "sign.html",
        session,
        wanted=wanted,
        title=LICENCE_TITLE[wanted.licence.kind],
        document_title=APPLICATION_TITLE[wanted.licence.kind],
        steps=STEPS,
        ended=NOT_SIGNED.get(ended, NOT_SIGNED_OTHERWISE) if ended else None,
        by_choice=ended in {"access_denied", "expired"},
        under_way=wanted.signing_request_id is not None,
        size=len(wanted.document or b""),
    )
