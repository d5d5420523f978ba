"""What makes a signature checkable for years, from our own authority: time stamp and status."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from certs.authority import Authority
from certs.base import der, oids
from certs.base.digest import Digest
from certs.signing import SigningEvidence

_TRUE: Final = der.tlv(0x01, b"\xff")


def evidence_from(authority: Authority) -> SigningEvidence:
    """Wire the authority's responders into a signature (PAdES B-LT).

    The functions ask when they are called, so status is asked for after the time stamp.
    """
    return SigningEvidence(
        timestamp=lambda digest: authority.timestamp_response(timestamp_request(digest)),
        ocsp=lambda certificate, issuer: authority.ocsp_response(ocsp_request(certificate, issuer)),
        crls=(authority.crl_der("issuing"), authority.crl_der("root")),
    )


def timestamp_request(digest: Digest) -> bytes:
    """Write a TimeStampReq for a SHA-256 imprint, with certReq (RFC 3161 §2.4.1)."""
    imprint = der.sequence(
        der.sequence(der.object_identifier(oids.SHA256)), der.octet_string(digest.value)
    )
    return der.sequence(der.integer(1), imprint, _TRUE)


def ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Write an OCSPRequest about one certificate (RFC 6960 §4.1)."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return request.build().public_bytes(serialization.Encoding.DER)
