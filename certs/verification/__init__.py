"""Verifying documents: facts, then numbered pure steps, then the verdict. No keys, no network."""

from certs.verification.codes import (
    CheckId,
    EtoCode,
    Indication,
    Integrity,
    Reason,
    Status,
    SubIndication,
)
from certs.verification.evidence import LocalEvidence
from certs.verification.pdf import only_signed
from certs.verification.policy import Matter, Policy
from certs.verification.report import Report
from certs.verification.run import verify

__all__ = [
    "CheckId",
    "EtoCode",
    "Indication",
    "Integrity",
    "LocalEvidence",
    "Matter",
    "Policy",
    "Reason",
    "Report",
    "Status",
    "SubIndication",
    "only_signed",
    "verify",
]
