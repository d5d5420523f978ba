"""Signing documents: PAdES in PDF, level B-LT, with a key that never sees the document."""

from certs.signing.cms import SignedAttributes
from certs.signing.errors import SigningError
from certs.signing.lint import Finding, PdfInspection, Severity, lint
from certs.signing.pdf import (
    PdfAppearance,
    PreparedPdf,
    SigningEvidence,
    VisibleBox,
    finish,
    inspect,
    prepare,
    sign_pdf,
)
from certs.signing.requests import ocsp_request, timestamp_request

__all__ = [
    "Finding",
    "PdfAppearance",
    "PdfInspection",
    "PreparedPdf",
    "Severity",
    "SignedAttributes",
    "SigningError",
    "SigningEvidence",
    "VisibleBox",
    "finish",
    "inspect",
    "lint",
    "ocsp_request",
    "prepare",
    "sign_pdf",
    "timestamp_request",
]
