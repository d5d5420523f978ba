"""A certificate as its subscriber reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from idp.domain.person import SigningCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """The contents that the subscriber is shown before accepting."""

    serial: str  # hexadecimal
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime


def certificate_view(held: SigningCertificate) -> CertificateView:
    """Read the contents from the certificate itself, not from what we noted beside it."""
    certificate = x509.load_der_x509_certificate(held.der)
    return CertificateView(
        serial=f"{certificate.serial_number:x}",
        subject=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
