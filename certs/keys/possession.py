"""Proof that whoever asks for a certificate holds the private key (RFC 4211 §4).

The key signs a text that nothing else here ever signs, bound to the key itself and to the
applicant, so that a proof cannot be carried over to somebody else's request.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.algorithms import algorithm_for_curve, hash_implementation
from certs.base.digest import sha256
from certs.keys.envelope import signature_over
from certs.keys.signer import Signer

CONTEXT: Final = b"onechop certificate request v1\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfPossession:
    """The applicant's signature (ECDSA, DER) over `challenge`."""

    signature: bytes


def challenge(public_key: ec.EllipticCurvePublicKey, applicant: str) -> bytes:
    """Answer the text to be signed: context, SHA-256 of the key, SHA-256 of the applicant."""
    encoded = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return CONTEXT + sha256(encoded).value + sha256(applicant.encode()).value


def prove(signer: Signer, applicant: str) -> ProofOfPossession:
    """Let a key prove itself for this applicant."""
    text = challenge(signer.public_key, applicant)
    return ProofOfPossession(signature=signature_over(text, signer))


def proves(proof: ProofOfPossession, public_key: ec.EllipticCurvePublicKey, applicant: str) -> bool:
    """Decide whether the proof is this key's, for this applicant.

    Raises `AlgorithmError` (`curve_not_allowed`).
    """
    algorithm = algorithm_for_curve(public_key.curve.name)
    scheme = ec.ECDSA(hash_implementation(algorithm.hash_name))
    try:
        public_key.verify(proof.signature, challenge(public_key, applicant), scheme)
    except InvalidSignature:
        return False
    return True
