"""Proof that whoever asks for a certificate holds the private key (RFC 4211 §4).

The key signs a text that nothing else here ever signs, bound to the key itself and to the
applicant, so that a proof cannot be carried over to somebody else's request.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.digest import Digest, sha256
from certs.keys.signer import Signer

CONTEXT: Final = b"onechop certificate request v1\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfPossession:
    """The applicant's signature (ES256, DER) over `challenge`."""

    signature: bytes


def challenge(public_key: ec.EllipticCurvePublicKey, applicant: str) -> bytes:
    """Answer the text to be signed: context, SHA-256 of the key, SHA-256 of the applicant."""
    encoded = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return CONTEXT + sha256(encoded).value + sha256(applicant.encode()).value


def challenge_digest(public_key: ec.EllipticCurvePublicKey, applicant: str) -> Digest:
    """Answer the SHA-256 of `challenge`, which is what a signer is given."""
    return sha256(challenge(public_key, applicant))


def prove(signer: Signer, applicant: str) -> ProofOfPossession:
    """Let a P-256 key prove itself for this applicant."""
    signature = signer.sign_digest(challenge_digest(signer.public_key, applicant))
    return ProofOfPossession(signature=signature)


def proves(proof: ProofOfPossession, public_key: ec.EllipticCurvePublicKey, applicant: str) -> bool:
    """Decide whether the proof is this key's, for this applicant."""
    try:
        public_key.verify(
            proof.signature, challenge(public_key, applicant), ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature:
        return False
    return True
