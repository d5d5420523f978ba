"""Keys in encrypted PKCS#8 files, mode 0600, and the signer over one."""

from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from certs.base.algorithms import CURVES, algorithm_for_curve, hash_implementation
from certs.base.digest import Digest
from certs.base.effects import Entropy
from certs.base.errors import AlgorithmError, KeyFileError
from certs.base.files import PRIVATE, read_private, write_atomically
from certs.keys.quality import check_public_key

MIN_PASSPHRASE_BYTES: Final = 16


class SoftwareSigner:
    """Signs with an elliptic-curve private key that lies in this process's memory."""

    __slots__ = ("_algorithm", "_hash_name", "_key", "_public_key", "_scheme")

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        check_public_key(key.public_key())
        algorithm = algorithm_for_curve(key.curve.name)
        self._key = key
        self._public_key = key.public_key()
        self._algorithm = algorithm.name
        self._hash_name = algorithm.hash_name
        self._scheme = ec.ECDSA(Prehashed(hash_implementation(algorithm.hash_name)))

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""
        return self._public_key

    @property
    def algorithm(self) -> str:
        """`ES256` for P-256, `ES384` for P-384."""
        return self._algorithm

    def sign_digest(self, digest: Digest) -> bytes:
        """Sign a digest of the algorithm's own hash function; answers DER.

        Raises `AlgorithmError` (`wrong_hash`).
        """
        if digest.algorithm != self._hash_name:
            raise AlgorithmError("wrong_hash", digest.algorithm)
        return self._key.sign(digest.value, self._scheme)

    def __repr__(self) -> str:
        return f"SoftwareSigner({self._algorithm})"


def generate_key(curve_name: str, entropy: Entropy) -> ec.EllipticCurvePrivateKey:
    """Draw a private key with 64 extra random bits (FIPS 186-5 §A.2.1).

    Raises `AlgorithmError` (`curve_not_allowed`).
    """
    curve = CURVES.get(curve_name)
    if curve is None:
        raise AlgorithmError("curve_not_allowed", curve_name)
    order = curve.group_order
    drawn = int.from_bytes(entropy(order.bit_length() // 8 + 8), "big")
    return ec.derive_private_key(drawn % (order - 1) + 1, curve)


def save_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: bytes) -> None:
    """Write a private key as encrypted PKCS#8 (RFC 5958), whole or not at all, mode 0600.

    Raises `KeyFileError` (`passphrase_too_short`, `exists`).
    """
    if len(passphrase) < MIN_PASSPHRASE_BYTES:
        raise KeyFileError("passphrase_too_short", path.name)
    if path.exists():
        raise KeyFileError("exists", path.name)
    data = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    write_atomically(path, data, mode=PRIVATE)


def load_signer(path: Path, passphrase: bytes) -> SoftwareSigner:
    """Open an encrypted key file that nobody but its owner can read.

    Raises `KeyFileError` (those of `read_private`; `not_encrypted`, `locked`, `wrong_type`).
    """
    data = read_private(path)
    if b"BEGIN ENCRYPTED PRIVATE KEY" not in data:
        raise KeyFileError("not_encrypted", path.name)
    try:
        key = serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError("locked", path.name) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError("wrong_type", path.name)
    return SoftwareSigner(key)


def ensure_signer(
    path: Path, curve_name: str, passphrase: bytes, entropy: Entropy
) -> SoftwareSigner:
    """Open a key file, or make it first if there is none: the same after a crash half-way.

    Raises `KeyFileError`, `AlgorithmError`.
    """
    if not path.exists():
        save_key(path, generate_key(curve_name, entropy), passphrase)
    return load_signer(path, passphrase)
