"""The two questions a signature asks an authority: what time is it, and is this one in order?

Both as DER, for an authority in the same process or behind HTTP alike. No nonce: the answer is
bound to the question by its content, and an old answer could only say less.
"""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from certs.base import der
from certs.base.algorithms import HASHES
from certs.base.digest import Digest


def timestamp_request(digest: Digest) -> bytes:
    """Write a TimeStampReq over `digest` that asks for the unit's certificate (RFC 3161 §2.4.1)."""
    algorithm = der.sequence(der.object_identifier(HASHES[digest.algorithm].oid))
    imprint = der.sequence(algorithm, der.octet_string(digest.value))
    return der.sequence(der.integer(1), imprint, der.TRUE)


def ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Write an OCSPRequest about one certificate (RFC 6960 §4.1.1)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)
