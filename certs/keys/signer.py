"""What signs: a public key, the name of its algorithm, and one verb over a digest.

A signer knows no certificate and sees no document. Whoever calls has hashed; whoever holds the
key (a file, a wrapped blob, a hardware module) decides whether it signs.
"""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.digest import Digest


class Signer(Protocol):
    """Signs digests with one elliptic-curve key."""

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half, for certificates and for checking."""
        ...

    @property
    def algorithm(self) -> str:
        """The JOSE name of the algorithm: `ES256` or `ES384` (RFC 7518 §3.4)."""
        ...

    def sign_digest(self, digest: Digest) -> bytes:
        """Sign a digest; answers an ECDSA-Sig-Value in DER (RFC 3279 §2.2.3).

        Raises `AlgorithmError` where the digest is not of the algorithm's hash function.
        """
        ...
