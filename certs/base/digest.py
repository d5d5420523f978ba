"""A digest is a value: the name of a hash function and the bytes it gave."""

import hashlib
import hmac
from dataclasses import dataclass

from certs.base.algorithms import HASHES
from certs.base.errors import AlgorithmError


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """The output of one named hash function; two are compared in constant time.

    Raises `AlgorithmError` for an unknown hash function or a value of the wrong length.
    """

    algorithm: str
    value: bytes

    def __post_init__(self) -> None:
        known = HASHES.get(self.algorithm)
        if known is None:
            raise AlgorithmError("unknown_hash", self.algorithm)
        if len(self.value) != known.size:
            raise AlgorithmError("wrong_digest_length", self.algorithm)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Digest):
            return NotImplemented
        same = hmac.compare_digest(self.value, other.value)
        return same and self.algorithm == other.algorithm

    def __hash__(self) -> int:
        return hash((self.algorithm, self.value))

    def hex(self) -> str:
        """Answer the value as lower-case hexadecimal."""
        return self.value.hex()


def digest(algorithm: str, data: bytes) -> Digest:
    """Hash `data` with the named function (`sha256`, `sha384`, …)."""
    if algorithm not in HASHES:
        raise AlgorithmError("unknown_hash", algorithm)
    return Digest(algorithm, hashlib.new(algorithm, data, usedforsecurity=True).digest())


def sha256(data: bytes) -> Digest:
    """Hash `data` with SHA-256 (FIPS 180-4)."""
    return Digest("sha256", hashlib.sha256(data).digest())
