"""Checkpoints: the size and root of a tree, signed (C2SP tlog-checkpoint over signed-note).

A checkpoint is three lines (origin, size, root) and a signature line per key; only Ed25519 keys
(type 0x01) are made and read here, lines of other keys are left alone.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from certs.base.digest import sha256
from certs.base.errors import LedgerError
from certs.ledger.tree import HASH_SIZE

MAX_NOTE_BYTES: Final = 64 * 1024
MAX_SIGNATURES: Final = 32
_ED25519: Final = b"\x01"
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,128}")
_SIGNATURE: Final = re.compile(r"— ([^\s+]{1,128}) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: its origin, its size, and the root hash at that size."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """Write the text that is signed (tlog-checkpoint, "Note text")."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


class NoteVerifier:
    """A name and an Ed25519 public key (signed-note, "Verifier keys")."""

    def __init__(self, name: str, key: Ed25519PublicKey) -> None:
        if not _NAME.fullmatch(name):
            raise LedgerError("bad_key_name", name)
        self.name: Final = name
        self._key: Final = key
        encoded = _ED25519 + key.public_bytes_raw()
        self.key_id: Final = sha256(name.encode() + b"\n" + encoded).value[:4]
        self.vkey: Final = f"{name}+{self.key_id.hex()}+{base64.b64encode(encoded).decode()}"

    @classmethod
    def from_vkey(cls, vkey: str) -> "NoteVerifier":
        """Read a verifier key. Raises `LedgerError` (`bad_vkey`)."""
        try:
            name, key_id, encoded = vkey.split("+", 2)
            data = base64.b64decode(encoded, validate=True)
            if data[:1] != _ED25519:
                raise LedgerError("bad_vkey", name)
            verifier = cls(name, Ed25519PublicKey.from_public_bytes(data[1:]))
        except (ValueError, binascii.Error) as error:
            raise LedgerError("bad_vkey") from error
        if verifier.key_id.hex() != key_id:
            raise LedgerError("bad_vkey", name)
        return verifier

    def verify(self, text: str, signature: bytes) -> bool:
        """Decide whether this key has signed the text."""
        try:
            self._key.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class NoteSigner:
    """A name and an Ed25519 private key, from a seed of 32 bytes that the caller keeps."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key: Final = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier: Final = NoteVerifier(name, self._key.public_key())

    def sign(self, checkpoint: Checkpoint) -> str:
        """Write a checkpoint as a signed note."""
        text = checkpoint.body()
        signature = self.verifier.key_id + self._key.sign(text.encode())
        line = f"— {self.verifier.name} {base64.b64encode(signature).decode('ascii')}\n"
        return f"{text}\n{line}"

    def __repr__(self) -> str:
        return f"NoteSigner({self.verifier.name})"


def open_note(note: str, verifier: NoteVerifier) -> str:
    """Answer the text of a note that this key has signed.

    Every line of this key must hold; lines of other keys are ignored.
    Raises `LedgerError` (`bad_note`, `not_signed`, `bad_signature`).
    """
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or len(note.encode()) > MAX_NOTE_BYTES:
        raise LedgerError("bad_note")
    text += "\n"
    rows = lines.removesuffix("\n").split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise LedgerError("bad_note", "too many signatures")
    signed = False
    for row in rows:
        match = _SIGNATURE.fullmatch(row)
        if match is None:
            raise LedgerError("bad_note", "signature line")
        signature = _decode(match[2])
        if match[1] != verifier.name or signature[:4] != verifier.key_id:
            continue
        if not verifier.verify(text, signature[4:]):
            raise LedgerError("bad_signature", verifier.name)
        signed = True
    if not signed:
        raise LedgerError("not_signed", verifier.name)
    return text


def open_checkpoint(note: str, verifier: NoteVerifier, *, origin: str) -> Checkpoint:
    """Read a checkpoint of this origin that this key has signed.

    Raises `LedgerError` (those of `open_note`; `bad_checkpoint`, `other_origin`).
    """
    lines = open_note(note, verifier).split("\n")
    # lines after the third are extensions (tlog-checkpoint); they are signed and ignored
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise LedgerError("bad_checkpoint")
    if lines[0] != origin:
        raise LedgerError("other_origin", lines[0])
    root = _decode(lines[2])
    if len(root) != HASH_SIZE:
        raise LedgerError("bad_checkpoint")
    return Checkpoint(origin=origin, size=int(lines[1]), root=root)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise LedgerError("bad_note", "base64") from error
