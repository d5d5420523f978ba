"""Steps 1 and 2: the form, filled in from the profile or by hand, and the answers to check."""

# ruff: noqa: FAST003 - `Mine` takes the id out of the path

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from look.language_cookie import language_of
from relying_party.login import Session
from relying_party.oidc import Released
from relying_party.services.licensing import records
from relying_party.services.licensing.documents import LICENCE_TITLE, Writer
from relying_party.services.licensing.here import Mine, go_to
from relying_party.services.licensing.records import Application
from relying_party.services.licensing.renewal import (
    STEPS,
    Answer,
    State,
    fields_for,
    problems,
)
from relying_party.services.licensing.words import SOURCE_WORDS, problem_words
from relying_party.signing import DocumentToSign
from relying_party.web import CheckedForm, SafeForm, SignedIn, site_of

router = APIRouter()

#: What a renewal needs, and no more: no date of birth, no sex. Name and number are required.
FORM_SCOPE: Final = "openid name hkid email phone address"


@router.get("/renewals/{application_id}/details")
async def form(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """The form. Coming back from the profile, what was released is filled in first."""
    if wanted.state is State.READY:
        _reopen(request, wanted)
    elif wanted.state is not State.DRAFT:
        return go_to(wanted)
    released = site_of(request).kit.login.take_released(session, wanted.application_id)
    if released is not None:
        _save(request, wanted, {**wanted.answers, **_from_profile(wanted, released)})
        return go_to(wanted, "details")
    return _form_page(request, session, wanted)


@router.post("/renewals/{application_id}/details")
async def submit(request: Request, session: SignedIn, wanted: Mine, sent: CheckedForm) -> Response:
    """Keep what was typed, always; then fill in, change one field, or go on."""
    if wanted.state is not State.DRAFT:
        return go_to(wanted)
    answers = _typed(wanted, sent)
    change = sent.text("change", 40)
    if change in answers:
        answers[change] = Answer(value=answers[change].value)
    _save(request, wanted, answers)
    page = f"/renewals/{wanted.application_id}/details"
    if "fill" in sent:
        return await site_of(request).send_to_login(
            request, return_to=page, scope=FORM_SCOPE, fills=wanted.application_id
        )
    if change:
        return go_to(wanted, f"details#{change}")
    found = {**problems(wanted.licence.kind, answers), **sent.refused}
    if found:
        return _form_page(request, session, wanted, answers=answers, found=found, status=422)
    return go_to(wanted, "check")


@router.get("/renewals/{application_id}/check")
async def check(request: Request, session: SignedIn, wanted: Mine) -> Response:
    """All answers on one page, before they become a document."""
    if wanted.state is not State.DRAFT:
        return go_to(wanted)
    if problems(wanted.licence.kind, wanted.answers):
        return go_to(wanted, "details")
    return site_of(request).page(
        request,
        "check.html",
        session,
        wanted=wanted,
        title=LICENCE_TITLE[wanted.licence.kind],
        fields=fields_for(wanted.licence.kind),
        steps=STEPS,
        source_words=SOURCE_WORDS,
    )


@router.post("/renewals/{application_id}/check")
async def confirm(request: Request, wanted: Mine) -> Response:
    """Fix the answers in a document; from here on its digest is what counts."""
    if wanted.state is not State.DRAFT or problems(wanted.licence.kind, wanted.answers):
        return go_to(wanted)
    site = site_of(request)
    now = site.kit.clock()
    language = language_of(request)
    writer = Writer(translations=site.pages.translations, language=language)
    document = writer.application(wanted, now)
    digest = DocumentToSign(document=document, title="", purpose="", matter="").digest
    with site.kit.database.write() as connection:
        records.move(
            connection,
            wanted.application_id,
            State.DRAFT,
            State.READY,
            now,
            document=document,
            document_digest=digest,
            document_language=language,
        )
    return go_to(wanted, "sign")


def _form_page(
    request: Request,
    session: Session,
    wanted: Application,
    *,
    answers: Mapping[str, Answer] | None = None,
    found: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    found = found or {}
    shown = wanted.answers if answers is None else answers
    return site_of(request).page(
        request,
        "details.html",
        session,
        status=status,
        wanted=wanted,
        title=LICENCE_TITLE[wanted.licence.kind],
        steps=STEPS,
        fields=fields_for(wanted.licence.kind),
        answers=shown,
        any_from_profile=any(answer.from_profile for answer in shown.values()),
        errors={name: problem_words(code) for name, code in found.items()},
        source_words=SOURCE_WORDS,
    )


def _typed(wanted: Application, sent: SafeForm) -> dict[str, Answer]:
    """The answers after a form: typed ones replaced, those from the profile as they are."""
    answers = dict(wanted.answers)
    for field in fields_for(wanted.licence.kind):
        kept = answers.get(field.name)
        if (kept is None or not kept.from_profile) and field.name in sent:
            answers[field.name] = Answer(value=sent.text(field.name, field.max_length))
    return answers


def _from_profile(wanted: Application, released: Released) -> dict[str, Answer]:
    """What was released, field by field. What was not released stays as it was typed."""
    filled = {}
    for field in fields_for(wanted.licence.kind):
        value = released.claims.get(field.claim or "", "")
        if field.claim is None or not value:
            continue
        form = SafeForm({field.name: value})
        text = form.text(field.name, field.max_length)
        if text:
            source = released.sources.get(field.claim, {})
            filled[field.name] = Answer(
                value=text,
                source=source.get("source", "self_declared"),
                as_of=source.get("as_of", ""),
            )
    return filled


def _save(request: Request, wanted: Application, answers: Mapping[str, Answer]) -> None:
    kit = site_of(request).kit
    with kit.database.write() as connection:
        records.save_answers(connection, wanted.application_id, answers, kit.clock())


def _reopen(request: Request, wanted: Application) -> None:
    """Back to a draft: the document and its request for a signature are dropped."""
    kit = site_of(request).kit
    with kit.database.write() as connection:
        records.move(
            connection,
            wanted.application_id,
            State.READY,
            State.DRAFT,
            kit.clock(),
            document=None,
            document_digest=None,
            signing_request_id=None,
            signing_state=None,
            sign_uri=None,
        )
