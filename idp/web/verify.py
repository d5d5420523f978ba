"""Check a signature: a public page and an API. The file is checked here and not kept."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import ErrorCode, ProtocolError
from idp.flows.verify import verify_document
from idp.web.context import now, page, world
from idp.web.findings import CHECKS, INTEGRITY, RECOGNITION, RESULTS, STATUSES, SUB_INDICATIONS
from idp.web.reasons import ETO, REASONS
from idp.web.uploads import read_upload

AT_ONCE: Final = 2
#: Documents in memory, those being verified included; whoever comes then is asked to come again.
AT_MOST: Final = 10
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final[dict[str, Any]] = {
    "results": RESULTS,
    "sub_indications": SUB_INDICATIONS,
    "check_words": CHECKS,
    "statuses": STATUSES,
    "integrity": INTEGRITY,
    "recognition": RECOGNITION,
    "reasons": REASONS,
    "eto_words": ETO,
}


def routes() -> list[BaseRoute]:
    """The page that asks for a file, and the answer."""
    return [
        Route("/verify", _ask, methods=["GET"]),
        Route("/verify", _answer, methods=["POST"]),
    ]


async def _ask(request: Request) -> Response:
    """The form; with `?digest=` also how to check a paper copy against its file."""
    digest = request.query_params.get("digest", "").lower()
    expected = digest if _DIGEST.fullmatch(digest) else None
    return page(request, "verify/ask.html", expected=expected, error=None)


async def _answer(request: Request) -> Response:
    """The report: a page for people, JSON for programs (by `Accept`)."""
    queue = _queue(request)
    if queue.inside >= AT_MOST:  # before the body is read: it is what fills the memory
        raise ProtocolError(ErrorCode.TEMPORARILY_UNAVAILABLE, "verification_busy")
    queue.inside += 1
    try:
        return await _report(request, queue)
    finally:
        queue.inside -= 1


async def _report(request: Request, queue: _Queue) -> Response:
    for_people = "text/html" in request.headers.get("accept", "")
    upload = await read_upload(request)
    if not upload.document:
        if for_people:
            return page(request, "verify/ask.html", 400, expected=None, error="missing")
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "document_missing")
    async with queue.slots:
        report = await verify_document(upload.document, world(request), now(request))
    if not for_people:
        return JSONResponse(report)
    expected = upload.fields.get("expected", "")
    return page(
        request,
        "verify/report.html",
        report=report,
        result=RESULTS[report["indication"]],
        signatures=[_with_moments(entry) for entry in report["signatures"]],
        verified_at=datetime.fromisoformat(report["verified_at"]),
        differs=bool(_DIGEST.fullmatch(expected)) and expected != report["document"]["sha256"],
        **_WORDS,
    )


def _with_moments(signature: dict[str, Any]) -> dict[str, Any]:
    """Make the times of a signature into datetimes, for the page's clock and calendar."""
    made = {**signature, "at": datetime.fromisoformat(signature["time"]["value"])}
    if signature["certificate"] is not None:
        made["until"] = datetime.fromisoformat(signature["certificate"]["not_after"])
    return made


@dataclass(slots=True)
class _Queue:
    """Anonymous work must not starve the rest: `AT_ONCE` run, `AT_MOST` are inside."""

    slots: asyncio.Semaphore
    inside: int = 0


def _queue(request: Request) -> _Queue:
    state = request.app.state
    if not hasattr(state, "verifications"):
        state.verifications = _Queue(asyncio.Semaphore(AT_ONCE))
    found: _Queue = state.verifications
    return found
