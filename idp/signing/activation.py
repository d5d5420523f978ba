"""Does the citizen's approval activate this key for this document, now? A pure judgement.

The phone's passkey signed the hash of a *statement*: canonical JSON of what was shown. The
signing room trusts nothing else that it is handed. So each fact of the order is compared with
the statement, and the statement with the passkey's signature (the room does that part, with the
credential that is sealed into the wrapped key).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from idp.domain.errors import IdpError

MAX_ACTIVATION_BYTES: Final = 64 * 1024
MAX_LIFETIME: Final = timedelta(minutes=15)

#: The citizen decides before `expires_at`; what they decided is carried out within this time
#: after it, also after a crash. So no intent stays undecided for long.
CARRY_OUT_WITHIN: Final = timedelta(minutes=5)


class ActivationRefused(IdpError):  # noqa: N818 - a refusal, by its reason
    """The activation does not fit; `reason` is a slug of `REASONS`."""


REASONS: Final = (
    "activation_malformed",
    "activation_other_kind",
    "activation_other_key",
    "activation_other_document",
    "activation_other_purpose",
    "activation_expired",
    "activation_too_long_lived",
    "activation_assertion_invalid",
    "activation_used",
    "key_binding_broken",
    "certificate_other_key",
    "certificate_out_of_period",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationMessage:
    """The activation as it arrives: the exact statement, and the passkey's assertion over it."""

    statement: str
    assertion: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStatement:
    """What the statement says, once it was found to fit the order."""

    approval_id: str
    carry_out_until: datetime


def read(activation: str) -> ActivationMessage:
    """Take an activation apart. Raises ActivationRefused (`activation_malformed`)."""
    raw = _object(activation)
    statement, assertion = raw.get("statement"), raw.get("assertion")
    if not isinstance(statement, str) or not isinstance(assertion, dict):
        raise ActivationRefused("activation_malformed")
    return ActivationMessage(statement=statement, assertion=assertion)


def judge(
    statement: str, *, key_id: str, document_digest: str, purpose: str, now: datetime
) -> JudgedStatement:
    """Compare the statement with the order: kind, key, document, purpose, time.

    `document_digest` is the hex SHA-256 that the caller has just computed from the document.
    Raises ActivationRefused with the reason; nothing is opened then.
    """
    said = _object(statement)
    approval_id = _text(said, "approval_id")
    if _text(said, "kind") != "sign":
        raise ActivationRefused("activation_other_kind")
    if not _same(_text(said, "device_id"), key_id):
        raise ActivationRefused("activation_other_key")
    if not _same(_text(said, "document_digest"), document_digest):
        raise ActivationRefused("activation_other_document")
    if not _same(_text(said, "purpose"), purpose):
        raise ActivationRefused("activation_other_purpose")
    expires_at = _moment(said.get("expires_at"))
    carry_out_until = expires_at + CARRY_OUT_WITHIN
    if now >= carry_out_until:
        raise ActivationRefused("activation_expired")
    if expires_at - now > MAX_LIFETIME:
        raise ActivationRefused("activation_too_long_lived")
    return JudgedStatement(approval_id=approval_id, carry_out_until=carry_out_until)


def _object(text: str) -> dict[str, Any]:
    if len(text) > MAX_ACTIVATION_BYTES:
        raise ActivationRefused("activation_malformed")
    try:
        raw = json.loads(text, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise ActivationRefused("activation_malformed") from error
    if not isinstance(raw, dict):
        raise ActivationRefused("activation_malformed")
    return raw


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two equal names would let two readers see two statements (RFC 8259 §4)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise ActivationRefused("activation_malformed")
    return value


def _moment(value: object) -> datetime:
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment
    except (ValueError, OverflowError, OSError) as error:
        raise ActivationRefused("activation_malformed") from error
    raise ActivationRefused("activation_malformed")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
