"""Asking a citizen for a signature, and checking what comes back without trusting the asker."""

from relying_party.signing.check import CheckFailed, SignatureCheck, SignedDocument
from relying_party.signing.request import (
    Asked,
    Collected,
    DocumentToSign,
    Signing,
    SigningEnded,
    SigningPending,
)

__all__ = [
    "Asked",
    "CheckFailed",
    "Collected",
    "DocumentToSign",
    "SignatureCheck",
    "SignedDocument",
    "Signing",
    "SigningEnded",
    "SigningPending",
]
