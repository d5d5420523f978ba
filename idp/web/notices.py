"""The notices API: take one in, tell how it stands, hear from the inbox that it was opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.notice import Notice
from idp.flows import notify
from idp.flows.oidc.client_auth import authenticate
from idp.signing.notice import MAX_BODY, MAX_SUBJECT, read_notice
from idp.web.context import now, world
from idp.web.uploads import read_upload
from look.text import UnsafeText, safe_text

_LIMITS: Final = {"subject": MAX_SUBJECT, "body": MAX_BODY}


def routes() -> list[BaseRoute]:
    """The three endpoints."""
    return [
        Route("/notices", _send, methods=["POST"]),
        Route("/notices/{id}", _status, methods=["POST"]),
        Route("/notices/{id}/known", _known, methods=["POST"]),
    ]


async def _send(request: Request) -> Response:
    """Take a notice in: 202, and from here on it is sent (ETO s. 19(1))."""
    fields = (await read_upload(request)).fields
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(fields, there, moment)
    form = read_notice(_safe(_json(fields.get("notice", ""))), client)
    notice = await notify.accept(client, form, there, moment)
    return JSONResponse(
        {"notice_id": notice.notice_id, "sent_at": _time(notice.sent_at)},
        status_code=202,
        background=BackgroundTask(notify.relay, notice.notice_id, there),
    )


async def _status(request: Request) -> Response:
    """Tell the originator the three times."""
    fields = (await read_upload(request)).fields
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(fields, there, moment)
    return _times(await notify.status(client, request.path_params["id"], there))


async def _known(request: Request) -> Response:
    """Hear from the inbox that the citizen has opened the notice."""
    fields = (await read_upload(request)).fields
    there, moment = world(request), now(request)  # after the body: its sender sets the pace
    client = await authenticate(fields, there, moment)
    at = _moment(fields.get("known_at", ""))
    return _times(await notify.known(client, request.path_params["id"], at, there, moment))


def _times(notice: Notice) -> Response:
    return JSONResponse(
        {
            "notice_id": notice.notice_id,
            "sent_at": _time(notice.sent_at),
            "received_at": _time(notice.received_at),
            "known_at": _time(notice.known_at),
        }
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "known_at_malformed") from error
    if moment.tzinfo is None:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "known_at_malformed")
    return moment


def _json(text: str) -> Mapping[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "notice_malformed") from error
    if not isinstance(raw, dict):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "notice_malformed")
    return raw


def _safe(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Normalise the texts that the citizen reads; the rule checks their number and length."""
    made = dict(raw)
    for name, limit in _LIMITS.items():
        texts = made.get(name)
        if isinstance(texts, dict):
            made[name] = {key: _safe_text(text, limit, name) for key, text in texts.items()}
    return made


def _safe_text(text: object, limit: int, name: str) -> object:
    if not isinstance(text, str):
        return text
    try:
        return safe_text(text, limit, multiline=name == "body")
    except UnsafeText as refusal:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "notice_text_unsafe") from refusal
