"""Full CRLs (RFC 5280 §5), assembled as DER.

A builder that copies its list for every entry is quadratic; a join of encoded entries is not.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from certs.base import der, oids
from certs.keys.envelope import algorithm_identifier, signed
from certs.keys.signer import Signer
from certs.register.model import (
    REASON_NUMBERS,
    CertificateStatus,
    IssuedCertificate,
    RevocationReason,
)


def build_crl(
    issuer: x509.Certificate,
    signer: Signer,
    withdrawn: Sequence[IssuedCertificate],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Build and sign the complete CRL of an issuer; answers DER.

    `withdrawn` are the suspended and revoked certificates, `number` the CRL number (§5.2.3).
    """
    entries = [_entry(record) for record in withdrawn]
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key)
    extensions = der.sequence(
        _extension(oids.AUTHORITY_KEY_IDENTIFIER, authority_id.public_bytes()),
        _extension(oids.CRL_NUMBER, der.integer(number)),
    )
    parts = [
        der.integer(1),  # v2
        algorithm_identifier(signer),
        issuer.subject.public_bytes(),
        der.time(this_update),
        der.time(next_update),
    ]
    if entries:  # §5.1.2.6: absent when there are none
        parts.append(der.sequence(*entries))
    parts.append(der.explicit(0, extensions))
    return signed(der.sequence(*parts), signer)


def withdrawal_reason(record: IssuedCertificate) -> RevocationReason | None:
    """Answer the reason that is published: a hold for a suspended certificate, None unspecified."""
    if record.status is CertificateStatus.SUSPENDED:
        return RevocationReason.CERTIFICATE_HOLD
    return None if record.reason is RevocationReason.UNSPECIFIED else record.reason


def _entry(record: IssuedCertificate) -> bytes:
    parts = [der.integer(record.serial), der.time(record.changed_at)]
    reason = withdrawal_reason(record)
    if reason is not None:  # §5.3.1: unspecified is left out
        value = der.enumerated(REASON_NUMBERS[reason])
        parts.append(der.sequence(_extension(oids.CRL_REASON, value)))
    return der.sequence(*parts)


def _extension(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.octet_string(value))
