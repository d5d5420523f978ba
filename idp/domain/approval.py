"""An approval: one thing that a citizen is asked to decide on their phone, and its states.

Logging in, releasing data and signing are the same thing here: one state machine, one screen,
one audit entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ApprovalKind(StrEnum):
    """What is asked."""

    LOGIN = "login"  # log in, and perhaps release data at the same time
    RELEASE = "release"  # release data in a session that stands
    SIGN = "sign"


class ApprovalState(StrEnum):
    """Where an approval stands; REJECTED and what follows is final."""

    WAITING = "waiting"  # shown by the browser that began
    CLAIMED = "claimed"  # one phone has it: first claim wins
    APPROVED = "approved"
    REJECTED = "rejected"
    WRONG_CODE = "wrong_code"
    EXPIRED = "expired"
    COMPLETED = "completed"  # the browser that began has gone on


TRANSITIONS: Final[Mapping[ApprovalState, frozenset[ApprovalState]]] = MappingProxyType(
    {
        ApprovalState.WAITING: frozenset(
            {ApprovalState.CLAIMED, ApprovalState.REJECTED, ApprovalState.EXPIRED}
        ),
        ApprovalState.CLAIMED: frozenset(
            {
                ApprovalState.APPROVED,
                ApprovalState.REJECTED,
                ApprovalState.WRONG_CODE,
                ApprovalState.EXPIRED,
            }
        ),
        ApprovalState.APPROVED: frozenset({ApprovalState.COMPLETED, ApprovalState.EXPIRED}),
        ApprovalState.REJECTED: frozenset(),
        ApprovalState.WRONG_CODE: frozenset(),
        ApprovalState.EXPIRED: frozenset(),
        ApprovalState.COMPLETED: frozenset(),
    }
)


class CodeMode(StrEnum):
    """How the citizen uses the identification code."""

    SHOW = "show"  # compare: is it the same as on the computer?
    CHOOSE = "choose"  # pick it out of three; a wrong pick ends the request
    NONE = "none"  # same device: there is no second screen to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """A field that the department asks for."""

    claim: str
    essential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One request to a citizen. Secrets appear as digests, but for those that must be shown."""

    approval_id: str
    kind: ApprovalKind
    state: ApprovalState
    client_id: str
    purpose: str  # the department's sentence, shown on both screens
    asked_from: str  # "Chrome on Windows"
    browser_digest: bytes  # of the cookie in the browser that began
    claims: tuple[ClaimRequest, ...] = ()
    released: tuple[str, ...] = ()  # chosen by the citizen when approving
    authorization_id: str | None = None  # the pushed request that goes on afterwards
    signing_request_id: str | None = None
    document_digest: str | None = None  # hex SHA-256
    nonce: bytes  # drawn after everything above was fixed
    code: str  # identification code, four digits, a function of nonce and everything above
    code_mode: CodeMode
    qr_handle: str  # finds the approval; worthless without the moving part
    qr_secret: bytes  # key of the moving part
    typed_code_digest: bytes
    person_id: str | None = None  # known at the start (release, sign) or by the claim
    device_id: str | None = None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
