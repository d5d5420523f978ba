"""The shape of a notice, before anything else; its texts are safe text already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from idp.domain.client import Capability, Client
from idp.domain.errors import ErrorCode, ProtocolError

LANGUAGES: Final = ("en", "zh-Hant-HK", "zh-Hans")
MAX_SUBJECT: Final = 200
MAX_BODY: Final = 4000
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9._:\-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeForm:
    """What a department tells a resident, checked in shape."""

    sub: str
    category: str
    subject: Mapping[str, str]
    body: Mapping[str, str]
    action_url: str | None
    deadline: str | None
    reference: str | None


def read_notice(raw: Mapping[str, Any], client: Client) -> NoticeForm:
    """Check a notice and take it over; the link in it must lead to the department itself.

    Raises ProtocolError: `unauthorized_client`, `invalid_request` with the field that is wrong.
    """
    if not client.may(Capability.NOTIFY):
        raise ProtocolError(ErrorCode.UNAUTHORIZED_CLIENT, "client_may_not_notify")
    known = {"sub", "category", "subject", "body", "action_url", "deadline", "reference"}
    if raw.keys() - known:
        raise _wrong("notice_unknown_field")
    return NoticeForm(
        sub=_subject(_text(raw, "sub", 255)),
        category=_slug(_text(raw, "category", 64)),
        subject=_texts(raw, "subject", MAX_SUBJECT),
        body=_texts(raw, "body", MAX_BODY),
        action_url=_action_url(raw.get("action_url"), client),
        deadline=_deadline(raw.get("deadline")),
        reference=_reference(raw.get("reference")),
    )


def _texts(raw: Mapping[str, Any], name: str, at_most: int) -> Mapping[str, str]:
    value = raw.get(name)
    if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
        raise _wrong(f"notice_{name}_needs_three_languages")
    return {language: _text(value, language, at_most) for language in LANGUAGES}


def _text(raw: Mapping[str, Any], name: str, at_most: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= at_most:
        raise _wrong("notice_text_missing_or_too_long")
    return value


def _subject(value: str) -> str:
    # A pairwise subject is base64url; JSON can carry what a database will not look up.
    if not value.isascii() or not value.isprintable():
        raise _wrong("subject_unknown")
    return value


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise _wrong("notice_category_malformed")
    return value


def _action_url(value: object, client: Client) -> str | None:
    """Only pages of the department's own registered origins: a notice is no open redirect."""
    if value is None:
        return None
    uris = (*client.redirect_uris, *client.signing_redirect_uris)
    origins = {(urlsplit(uri).scheme, urlsplit(uri).netloc) for uri in uris}
    if not isinstance(value, str) or len(value) > 2048 or not value.isascii():
        raise _wrong("notice_action_url_malformed")
    parts = urlsplit(value)
    if (parts.scheme, parts.netloc) not in origins or "\\" in value or not value.isprintable():
        raise _wrong("notice_action_url_not_yours")
    return value


def _deadline(value: object) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _wrong("notice_deadline_malformed") from error


def _reference(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise _wrong("notice_reference_malformed")
    return value


def _wrong(reason: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_REQUEST, reason)
