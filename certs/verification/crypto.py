"""Checks one signature value with one key; the algorithm comes from the policy, not the attacker.

`cryptography` (OpenSSL) computes. Which algorithms are *allowed* at a moment is another question
and is asked in step 10 of `verdict.py`; here an unknown one is an answer, not an exception.
"""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from certs.base.algorithms import MIN_RSA_BITS
from certs.verification.cms import Scheme
from certs.verification.codes import Reason

CURVES: Final = {"secp256r1", "secp384r1", "secp521r1"}
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1,  # read so that it can be named; step 10 refuses it
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def check_value(
    certificate: x509.Certificate, signature: bytes, data: bytes, scheme: Scheme, digest_name: str
) -> Reason | None:
    """Verify `signature` over `data` with the certificate's key; None means that it is good.

    The hash of the signature algorithm must be the digest algorithm (RFC 5652 §5.4 leaves no
    room for two, and substitution attacks live in that room).
    """
    hash_name = scheme.hash_name or digest_name
    implementation = _HASHES.get(hash_name)
    if implementation is None or hash_name != digest_name:
        return Reason.ALGORITHM_UNKNOWN
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return Reason.ALGORITHM_UNKNOWN
    chosen = implementation()
    try:
        match key, scheme.family:
            case ec.EllipticCurvePublicKey(), "ecdsa":
                key.verify(signature, data, ec.ECDSA(chosen))
            case rsa.RSAPublicKey(), "rsa":
                key.verify(signature, data, padding.PKCS1v15(), chosen)
            case rsa.RSAPublicKey(), "rsa_pss":
                mask = padding.PSS(mgf=padding.MGF1(chosen), salt_length=scheme.salt_length)
                key.verify(signature, data, mask, chosen)
            case _:
                return Reason.ALGORITHM_UNKNOWN
    except (InvalidSignature, ValueError):
        return Reason.VALUE_MISMATCH
    return None


def weak_key(certificate: x509.Certificate) -> bool:
    """Decide whether a key is too short or on a curve that we do not know (eto.md §8 row 3)."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return True
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name not in CURVES
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < MIN_RSA_BITS or key.public_numbers().e < 65537
    return True
