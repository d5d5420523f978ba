"""A department's request for a citizen's signature on one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SigningState(StrEnum):
    """Where a signing request stands."""

    REQUESTED = "requested"
    APPROVED = "approved"  # the activation is stored; the signature is pending work
    SIGNED = "signed"
    REFUSED = "refused"  # rejected, wrong code
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """What is to be signed, by whom, for whom and why. The document itself is stored beside it."""

    signing_request_id: str
    client_id: str
    person_id: str
    title: str
    purpose: str
    matter: str  # slug of the matter, judged for eligibility (ETO Schedule 1)
    document_digest: str  # hex SHA-256 of the bytes as received
    pages: int
    redirect_uri: str
    client_state: str
    state: SigningState
    approval_id: str | None = None
    failure: str | None = None  # reason slug when refused
    requested_at: datetime
    expires_at: datetime
    signed_at: datetime | None = None
