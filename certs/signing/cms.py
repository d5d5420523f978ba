"""The CMS container of a PAdES signature, written as DER (RFC 5652, ETSI EN 319 122-1 §6).

Two phases, so that the holder of the key never sees the document: `signed_attributes` from the
document's digest, then, with the signature over *their* digest, `signed_data`. Nothing here is
parsed back from what was written; the checker in `certs.verification` shares none of this code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from certs.base import der, oids
from certs.base.algorithms import HASHES, SIGNATURES
from certs.base.digest import Digest, digest, sha256
from certs.base.errors import EncodingError
from certs.signing.errors import SigningError

DATA: Final = "1.2.840.113549.1.7.1"  # RFC 5652 §4
MAX_TIMESTAMP_BYTES: Final = 16 * 1024
_IMPLICIT_0: Final = 0xA0
_IMPLICIT_1: Final = 0xA1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAttributes:
    """The attributes to sign: `encoded` is their DER as SET OF (RFC 5652 §5.4)."""

    algorithm: str
    encoded: bytes

    def to_be_signed(self) -> Digest:
        """Answer the digest that the key signs (DTBS/R in ETSI terms)."""
        return digest(SIGNATURES[self.algorithm].hash_name, self.encoded)


def signed_attributes(
    document_digest: Digest, certificate: x509.Certificate, algorithm: str
) -> SignedAttributes:
    """Build content-type, message-digest and signing-certificate-v2 (ETSI EN 319 142-1 §6.3).

    There is no signing-time: PAdES keeps the claimed time in the dictionary's `/M`.
    Raises `SigningError` (`algorithm_mismatch`) if the digest is not of the algorithm's hash.
    """
    if document_digest.algorithm != SIGNATURES[algorithm].hash_name:
        raise SigningError("algorithm_mismatch", document_digest.algorithm)
    certificate_hash = sha256(_der(certificate)).value
    # SHA-256 is the default of ESSCertIDv2.hashAlgorithm and DER leaves defaults out (RFC 5035 §4)
    certificate_id = der.sequence(der.sequence(der.sequence(der.octet_string(certificate_hash))))
    encoded = der.set_of(
        (
            _attribute(oids.CONTENT_TYPE, der.object_identifier(DATA)),
            _attribute(oids.MESSAGE_DIGEST, der.octet_string(document_digest.value)),
            _attribute(oids.SIGNING_CERTIFICATE_V2, certificate_id),
        )
    )
    return SignedAttributes(algorithm=algorithm, encoded=encoded)


def signed_data(
    attributes: SignedAttributes,
    signature: bytes,
    *,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    timestamp_token: bytes | None,
) -> bytes:
    """Assemble the ContentInfo with one SignerInfo; `timestamp_token` is over `signature`.

    Anchors are left out: whoever trusts one has it, and nobody should take it from here.
    """
    algorithm = SIGNATURES[attributes.algorithm]
    digest_algorithm = der.sequence(der.object_identifier(HASHES[algorithm.hash_name].oid))
    unsigned = b""
    if timestamp_token is not None:
        token = _attribute(oids.TIME_STAMP_TOKEN, timestamp_token)
        unsigned = der.tlv(_IMPLICIT_1, token)
    signer_info = der.sequence(
        der.integer(1),
        der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number)),
        digest_algorithm,
        der.tlv(_IMPLICIT_0, der.read_one(attributes.encoded, max_bytes=4096).content),
        der.sequence(der.object_identifier(algorithm.oid)),
        der.octet_string(signature),
        unsigned,
    )
    carried = [certificate, *(entry for entry in chain if entry.subject != entry.issuer)]
    certificates = b"".join(sorted({_der(entry) for entry in carried}))
    return der.sequence(
        der.object_identifier(oids.SIGNED_DATA),
        der.explicit(
            0,
            der.sequence(
                der.integer(1),
                der.set_of((digest_algorithm,)),
                der.sequence(der.object_identifier(DATA)),
                der.tlv(_IMPLICIT_0, certificates),
                der.set_of((signer_info,)),
            ),
        ),
    )


def token_of(response: bytes) -> bytes:
    """Take the TimeStampToken out of a TimeStampResp, or a bare token as it is (RFC 3161 §2.4.2).

    Raises `SigningError` (`timestamp_refused`, `timestamp_malformed`).
    """
    try:
        outer = der.read_one(response, max_bytes=MAX_TIMESTAMP_BYTES)
        first, *rest = outer.children()
        if first.tag == der.OBJECT_IDENTIFIER:
            return outer.encoded
        status = der.read_integer(first.children()[0])
        if status not in {0, 1} or not rest:  # granted, granted with modifications
            raise SigningError("timestamp_refused", f"status {status}")
        return rest[0].encoded
    except (EncodingError, ValueError, IndexError) as error:
        raise SigningError("timestamp_malformed") from error


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of((value,)))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
