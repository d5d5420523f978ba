"""Names of hash functions, curves and signatures, with the last day each may be relied on.

The dates follow the shape of ETSI TS 119 312: `last_allowed` is the last day on which something
made with the algorithm may be accepted; None means no end is set yet. Nothing that has an end
date in the past is ever *made* here; the table keeps it so that a verifier can name it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base import oids
from certs.base.errors import AlgorithmError


@dataclass(frozen=True, slots=True, kw_only=True)
class HashAlgorithm:
    """A hash function by its `hashlib` name; `size` in bytes."""

    name: str
    oid: str
    size: int
    last_allowed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureAlgorithm:
    """A signature algorithm by its JOSE name (RFC 7518 §3.1)."""

    name: str
    oid: str
    hash_name: str
    curve_name: str | None = None
    last_allowed: date | None = None


HASHES: Final = {
    entry.name: entry
    for entry in (
        HashAlgorithm(name="md5", oid=oids.MD5, size=16, last_allowed=date(2004, 8, 17)),
        HashAlgorithm(name="sha1", oid=oids.SHA1, size=20, last_allowed=date(2013, 12, 31)),
        HashAlgorithm(name="sha224", oid=oids.SHA224, size=28, last_allowed=date(2023, 12, 31)),
        HashAlgorithm(name="sha256", oid=oids.SHA256, size=32),
        HashAlgorithm(name="sha384", oid=oids.SHA384, size=48),
        HashAlgorithm(name="sha512", oid=oids.SHA512, size=64),
    )
}

SIGNATURES: Final = {
    entry.name: entry
    for entry in (
        SignatureAlgorithm(
            name="ES256", oid=oids.ECDSA_SHA256, hash_name="sha256", curve_name="secp256r1"
        ),
        SignatureAlgorithm(
            name="ES384", oid=oids.ECDSA_SHA384, hash_name="sha384", curve_name="secp384r1"
        ),
        SignatureAlgorithm(name="RS256", oid=oids.RSA_SHA256, hash_name="sha256"),
        SignatureAlgorithm(name="RS384", oid=oids.RSA_SHA384, hash_name="sha384"),
        SignatureAlgorithm(name="RS512", oid=oids.RSA_SHA512, hash_name="sha512"),
    )
}

MAKES: Final = ("ES256", "ES384")
"""The signature algorithms that this project makes; the others it only reads."""

MIN_RSA_BITS: Final = 2048
CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
}

HashImplementation: TypeAlias = hashes.SHA256 | hashes.SHA384 | hashes.SHA512

_CRYPTOGRAPHY_HASHES: Final[dict[str, HashImplementation]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def hash_by_oid(oid: str) -> HashAlgorithm | None:
    """Find a hash function by its object identifier; None if it is not in the table."""
    return next((entry for entry in HASHES.values() if entry.oid == oid), None)


def hash_allowed(name: str, when: datetime) -> bool:
    """Decide whether a digest by this function could be relied on at `when`; unknown is no."""
    entry = HASHES.get(name)
    return entry is not None and _still_allowed(entry.last_allowed, when)


def signature_allowed(name: str, when: datetime) -> bool:
    """Decide whether a signature by this algorithm could be relied on at `when`; unknown is no."""
    entry = SIGNATURES.get(name)
    return (
        entry is not None
        and _still_allowed(entry.last_allowed, when)
        and hash_allowed(entry.hash_name, when)
    )


def hash_implementation(name: str) -> HashImplementation:
    """Answer `cryptography`'s object for a hash that may still be made.

    Raises `AlgorithmError` (`hash_not_allowed`) for the others.
    """
    implementation = _CRYPTOGRAPHY_HASHES.get(name)
    if implementation is None:
        raise AlgorithmError("hash_not_allowed", name)
    return implementation


def algorithm_for_curve(curve_name: str) -> SignatureAlgorithm:
    """Answer the one ECDSA algorithm that goes with a curve (RFC 7518 §3.4).

    Raises `AlgorithmError` (`curve_not_allowed`).
    """
    for entry in SIGNATURES.values():
        if entry.curve_name == curve_name:
            return entry
    raise AlgorithmError("curve_not_allowed", curve_name)


def _still_allowed(last_allowed: date | None, when: datetime) -> bool:
    return last_allowed is None or when.date() <= last_allowed
