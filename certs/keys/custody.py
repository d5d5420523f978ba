"""Citizens' signing keys: wrapped at rest, opened by one activation, for one signature.

A key exists in the clear for the milliseconds of one signature. At rest it is wrapped by AES-KWP
(RFC 5649) under a key-encryption key that lies in a file of its own. Inside the wrapping stands
the key's own name, so that the blob of one citizen cannot be put in the place of another's.

What opens a key is an `Activation`: a value that says which document, which key, which approval
and until when. This room defines the proof that it demands; who mints it is elsewhere. That an
activation is used once across processes and restarts is the caller's compare-and-swap in the
database; the guard here is the second wall, in this process.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from certs.base.digest import Digest, sha256
from certs.base.effects import Entropy
from certs.base.errors import CustodyError, KeyFileError
from certs.base.files import PRIVATE, read_private, write_atomically
from certs.base.once import Once
from certs.keys.possession import ProofOfPossession, prove
from certs.keys.software import SoftwareSigner, generate_key

_VERSION: Final = b"\x01"
_SCALAR_BYTES: Final = 32
_KEK_BYTES: Final = 32
_KEK_HEADER: Final = b"onechop key-encryption key v1\n"


class KeyEncryptionKey:
    """An AES-256 key that wraps keys. Its representation shows its name, never its bytes."""

    __slots__ = ("_value", "name")

    def __init__(self, value: bytes) -> None:
        if len(value) != _KEK_BYTES:
            raise KeyFileError("wrong_length", "key-encryption key")
        self._value = value
        self.name: Final = sha256(b"onechop kek name\x00" + value).hex()[:16]

    def wrap(self, content: bytes) -> bytes:
        """Wrap content (RFC 5649 §4.1)."""
        return aes_key_wrap_with_padding(self._value, content)

    def unwrap(self, blob: bytes) -> bytes:
        """Unwrap a blob (RFC 5649 §4.2). Raises `CustodyError` (`damaged`)."""
        try:
            return aes_key_unwrap_with_padding(self._value, blob)
        except (InvalidUnwrap, ValueError) as error:
            raise CustodyError("damaged") from error

    def __repr__(self) -> str:
        return f"KeyEncryptionKey({self.name})"

    def __reduce__(self) -> str:
        raise CustodyError("not_picklable")


def create_kek(path: Path, entropy: Entropy) -> KeyEncryptionKey:
    """Draw a key-encryption key and write it to a new file, mode 0600.

    Raises `KeyFileError` (`exists`): one that wraps keys is never overwritten.
    """
    if path.exists():
        raise KeyFileError("exists", path.name)
    value = entropy(_KEK_BYTES)
    write_atomically(path, _KEK_HEADER + value.hex().encode() + b"\n", mode=PRIVATE)
    return KeyEncryptionKey(value)


def load_kek(path: Path) -> KeyEncryptionKey:
    """Read a key-encryption key from its file.

    Raises `KeyFileError` (those of `read_private`; `damaged`).
    """
    data = read_private(path)
    if not data.startswith(_KEK_HEADER):
        raise KeyFileError("damaged", path.name)
    try:
        return KeyEncryptionKey(bytes.fromhex(data[len(_KEK_HEADER) :].decode("ascii").strip()))
    except ValueError as error:
        raise KeyFileError("damaged", path.name) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A citizen's private key at rest: its name, the name of what wraps it, and the blob."""

    key_id: str
    kek: str
    blob: bytes = field(repr=False)


class GeneratedKey(NamedTuple):
    """A new key: the public half, the wrapped private half, and the proof that they belong."""

    public_key: ec.EllipticCurvePublicKey
    wrapped: WrappedKey
    proof_of_possession: ProofOfPossession


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Leave to sign one document once with one key, until `expires_at` (exclusive).

    `approval_id` names the approval of the citizen that it came from.
    """

    document_digest: Digest
    key_id: str
    approval_id: str
    expires_at: datetime
    _once: Once = field(default_factory=Once, init=False, repr=False, compare=False)

    def consume(self) -> bool:
        """Use it up: True for the first caller in this process, False for every other."""
        return self._once.take()


def generate(
    kek: KeyEncryptionKey, entropy: Entropy, *, key_id: str, applicant: str
) -> GeneratedKey:
    """Draw a P-256 key for a citizen, prove it once, and wrap it.

    `key_id` is the caller's unique name of the key; `applicant` is the pseudonym that the
    certificate will carry (`CitizenSubject.pseudonym`).
    """
    key = generate_key("secp256r1", entropy)
    signer = SoftwareSigner(key)
    scalar = key.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big")
    blob = kek.wrap(_VERSION + _name(key_id) + scalar)
    return GeneratedKey(
        public_key=signer.public_key,
        wrapped=WrappedKey(key_id=key_id, kek=kek.name, blob=blob),
        proof_of_possession=prove(signer, applicant),
    )


@contextmanager
def open_key(
    kek: KeyEncryptionKey,
    wrapped: WrappedKey,
    activation: Activation,
    digest: Digest,
    *,
    now: datetime,
) -> Iterator["OneSignature"]:
    """Open a citizen's key for one signature over the document with this digest.

    The caller has recomputed `digest` from the document it holds. An activation is used up by
    the attempt, whether or not a signature comes of it.
    Raises `CustodyError` (`other_key`, `other_document`, `expired`, `used`, `other_kek`,
    `damaged`).
    """
    if activation.key_id != wrapped.key_id:
        raise CustodyError("other_key", wrapped.key_id)
    if activation.document_digest != digest:
        raise CustodyError("other_document", activation.approval_id)
    if now >= activation.expires_at:
        raise CustodyError("expired", activation.approval_id)
    if not activation.consume():
        raise CustodyError("used", activation.approval_id)
    signer = OneSignature(_unwrap(kek, wrapped))
    try:
        yield signer
    finally:
        signer.forget()


class OneSignature:
    """A signer that signs one digest and then forgets its key."""

    __slots__ = ("_once", "_public_key", "_signer")

    def __init__(self, signer: SoftwareSigner) -> None:
        self._signer: SoftwareSigner | None = signer
        self._public_key = signer.public_key
        self._once: Final = Once()

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""
        return self._public_key

    @property
    def algorithm(self) -> str:
        """Always `ES256`."""
        return "ES256"

    def sign_digest(self, digest: Digest) -> bytes:
        """Sign one digest; answers DER. Raises `CustodyError` (`used`) from the second on."""
        signer = self._signer
        if not self._once.take() or signer is None:
            raise CustodyError("used")
        try:
            return signer.sign_digest(digest)
        finally:
            self.forget()

    def forget(self) -> None:
        """Let go of the key; what is left cannot sign."""
        self._once.take()
        self._signer = None


def _unwrap(kek: KeyEncryptionKey, wrapped: WrappedKey) -> SoftwareSigner:
    if wrapped.kek != kek.name:
        raise CustodyError("other_kek", wrapped.kek)
    content = kek.unwrap(wrapped.blob)
    name = _name(wrapped.key_id)
    if len(content) != len(_VERSION) + len(name) + _SCALAR_BYTES:
        raise CustodyError("damaged", wrapped.key_id)
    if not hmac.compare_digest(content[:-_SCALAR_BYTES], _VERSION + name):
        raise CustodyError("other_key", wrapped.key_id)
    scalar = int.from_bytes(content[-_SCALAR_BYTES:], "big")
    return SoftwareSigner(ec.derive_private_key(scalar, ec.SECP256R1()))


def _name(key_id: str) -> bytes:
    return sha256(b"onechop wrapped key v1\x00" + key_id.encode()).value
