"""The audit vocabulary: one dataclass per act. None of them can hold a secret or personal data.

An event says who (opaque ids), what and, by its place in the ledger, when. It is recorded in the
transaction that does the act, so that there is no act without its entry.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every entry has: whom it concerns, and which department, where there is one."""

    person_id: str | None = None
    client_id: str | None = None

    @property
    def name(self) -> str:
        """The event's name, as it stands in the ledger."""
        return type(self).__name__

    def payload(self) -> dict[str, Any]:
        """The event's own fields, ready for canonical JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Event):
    """An account was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(Event):
    """A department was registered, or its registration changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBound(Event):
    """A phone was bound to an account by a passkey."""

    device_id: str
    backed_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRemoved(Event):
    """A phone was removed; its sessions ended with it."""

    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSignedIn(Event):
    """The phone app was opened with a passkey."""

    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalOpened(Event):
    """A department's request was put before the citizen."""

    approval_id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalClaimed(Event):
    """A phone took the request; no other phone can."""

    approval_id: str
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalApproved(Event):
    """The citizen approved, with user verification, over the hash of what was shown."""

    approval_id: str
    kind: str
    device_id: str
    statement_digest: str
    released: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRejected(Event):
    """The citizen rejected, or cancelled on the computer."""

    approval_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCodePicked(Event):
    """A wrong identification code was picked: the request ended."""

    approval_id: str
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCompleted(Event):
    """The browser that began went on with a session."""

    approval_id: str
    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeIssued(Event):
    """A department was given an authorization code."""

    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRedeemed(Event):
    """The code was exchanged for tokens, once."""

    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplayed(Event):
    """A code came a second time: everything issued from it was revoked."""

    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefreshed(Event):
    """A refresh token was used."""

    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRevoked(Event):
    """A grant and its tokens were revoked."""

    grant_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """The citizen agreed to release these fields for this purpose."""

    consent_id: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """The citizen withdrew a consent."""

    consent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReleased(Event):
    """A department received these fields; the values are not in the ledger."""

    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """A session ended: by log-out, by the citizen's list, or by its limit."""

    session_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Event):
    """A signing certificate was made; it cannot be used before it is accepted."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAccepted(Event):
    """The subscriber saw the contents and accepted them (ETO s. 2)."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHeld(Event):
    """A signing certificate was put on hold: it does not count while the hold lasts."""

    serial: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReleased(Event):
    """The hold on a signing certificate was lifted."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked(Event):
    """A signing certificate was revoked."""

    serial: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequested(Event):
    """A department asked for a signature."""

    signing_request_id: str
    document_digest: str
    matter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningExcluded(Event):
    """A signature was asked for on a matter that may not be signed electronically."""

    matter: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationConsumed(Event):
    """The citizen's key is about to be opened for this digest, once: written before it is."""

    signing_request_id: str
    document_digest: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSigned(Event):
    """The signed document was finished and may leave."""

    signing_request_id: str
    signed_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFailed(Event):
    """A signing request ended without a signature; an activation that was taken stays used."""

    signing_request_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSealed(Event):
    """A department's document was sealed."""

    document_digest: str
    sealed_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAccepted(Event):
    """A notice was taken in from a department: it is sent (ETO s. 19(1))."""

    notice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReceived(Event):
    """The citizen's designated system took the notice in: it is received (s. 19(2)(a)(i))."""

    notice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKnown(Event):
    """The citizen opened the notice."""

    notice_id: str
