"""The envelope that certificates, CRLs and OCSP answers share: contents, algorithm, signature."""

from certs.base import der
from certs.base.algorithms import SIGNATURES
from certs.base.digest import digest
from certs.keys.signer import Signer


def algorithm_identifier(signer: Signer) -> bytes:
    """Answer the AlgorithmIdentifier of a signer; ECDSA has no parameters (RFC 5758 §3.2)."""
    return der.sequence(der.object_identifier(SIGNATURES[signer.algorithm].oid))


def signature_over(contents: bytes, signer: Signer) -> bytes:
    """Hash contents with the signer's hash function and sign; answers an ECDSA-Sig-Value."""
    return signer.sign_digest(digest(SIGNATURES[signer.algorithm].hash_name, contents))


def signed(contents: bytes, signer: Signer, *after: bytes) -> bytes:
    """Answer SEQUENCE { contents, algorithm, signature } (RFC 5280 §4.1.1), then `after`."""
    signature = der.bit_string(signature_over(contents, signer))
    return der.sequence(contents, algorithm_identifier(signer), signature, *after)
