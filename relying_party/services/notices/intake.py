"""Where the identity provider delivers: `POST /intake` with a signed `notice+jwt`.

This is the information system that the citizen designated, so a notice is *received* when this
answers (ETO s. 19(2)(a)(i)). A delivery repeated is answered as the first was.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from look.languages import LANGUAGES
from look.text import UnsafeText, safe_text
from relying_party.oidc import Refused, RefusedReason, Unreachable
from relying_party.oidc.id_token import check_issued_at, verified_claims
from relying_party.services.notices import tables
from relying_party.services.notices.tables import Message
from relying_party.settings import is_loopback_name
from relying_party.web.kit import Kit

log = structlog.get_logger("relying_party.notices")

#: The platform retries for as long as we are away; each try is signed anew.
_WINDOW: Final = timedelta(minutes=10)
_TYPE: Final = "notice+jwt"


class Intake:
    """Takes deliveries in."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def __call__(self, request: Request) -> Response:
        """202 with `received_at`; 400 for what is not a delivery to us; 503 to try again."""
        now = self._kit.clock()
        try:
            async with request.form(max_files=0, max_fields=4) as form:
                token = form.get("notice")
            if not isinstance(token, str):
                raise Refused(RefusedReason.MALFORMED, "no notice")  # noqa: TRY301 - one answer
            message = await self._judge(token, now)
        except Refused as refusal:
            log.warning("delivery refused", reason=str(refusal.reason), detail=refusal.detail)
            return JSONResponse({"error": "invalid_notice", "reason": refusal.reason}, 400)
        except Unreachable:
            return JSONResponse({"error": "temporarily_unavailable"}, 503)
        with self._kit.database.write() as connection:
            received_at = tables.take_in(connection, message)
        return JSONResponse({"received_at": received_at.isoformat()}, 202)

    async def _judge(self, token: str, now: datetime) -> Message:
        """Decide whether a delivery is from our identity provider, for us, and fresh."""
        department = self._kit.department
        provider = self._kit.oidc.provider
        claims = await verified_claims(token, provider=provider, types=(_TYPE,))
        if claims["aud"] not in (department.client_id, [department.client_id]):
            raise Refused(RefusedReason.WRONG_AUDIENCE)
        check_issued_at(claims, now, max_age=_WINDOW)
        return read_message(claims, now)


def read_message(claims: dict[str, Any], now: datetime) -> Message:
    """Parse the claims of a delivery, all texts made safe. Raises Refused (`malformed`)."""
    try:
        notice, sender = claims["notice"], claims["from"]
        sent_at = notice.get("sent_at")
        return Message(
            notice_id=safe_text(claims["jti"], 100),
            subject=safe_text(claims["sub"], 255),
            category=safe_text(notice["category"], 40),
            sender=_in_all_languages(sender["name"], 80),
            title=_in_all_languages(notice["subject"], 200),
            body=_in_all_languages(notice["body"], 4000),
            action_url=_web_address(notice.get("action_url")),
            deadline=date.fromisoformat(notice["deadline"]) if notice.get("deadline") else None,
            sent_at=datetime.fromisoformat(sent_at)
            if isinstance(sent_at, str)
            else datetime.fromtimestamp(claims["iat"], UTC),
            received_at=now,
        )
    except (KeyError, TypeError, ValueError, AttributeError, UnsafeText) as error:
        raise Refused(RefusedReason.MALFORMED, type(error).__name__) from error


def _in_all_languages(value: dict[str, str], max_length: int) -> dict[str, str]:
    """The text in each language; English stands in for one that is missing."""
    json.dumps(value)  # a mapping of plain values and nothing else
    english = safe_text(value["en"], max_length, multiline=True)
    return {
        language: safe_text(value.get(language, english), max_length, multiline=True)
        for language in LANGUAGES
    }


def _web_address(value: str | None) -> str | None:
    """An https address (http for this machine's own names), or None; nothing else is a link."""
    if value is None:
        return None
    text = safe_text(value, 500)
    parts = urlsplit(text)
    local = parts.scheme == "http" and is_loopback_name(parts.hostname or "")
    if not (parts.scheme == "https" or local) or "@" in parts.netloc:
        raise ValueError("not a web address")
    return text
