"""The signing room as the flows see it: a process of its own, with two verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from certs.signing import PreparedPdf


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBinding:
    """The passkey that activates a key; sealed into the wrapped key by the signing room.

    So nobody with the database alone can put another passkey in its place.
    """

    key_id: str  # the device_id
    applicant: str  # pseudonym in the certificate: the proof of possession is bound to it
    credential_id: bytes
    credential_public_key: bytes  # COSE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that was made and wrapped; the private part never left the signing room."""

    public_key_der: bytes  # SubjectPublicKeyInfo
    wrapped_key: bytes
    proof_of_possession: bytes  # a signature over the room's fixed context and the public key


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningOrder:
    """All that the signing room is given."""

    document: bytes
    activation: str  # JSON: the statement that was shown, and the passkey's assertion over it
    certificate_der: bytes
    wrapped_key: bytes
    reason: str  # the department's purpose, as it stands in the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySignature:
    """What the citizen's key gave: a signature value, and the document with room for it.

    It is not a signed document yet: the time stamp and the status evidence are the authority's,
    and the room, which has no network and no other keys, cannot ask for them.
    """

    prepared: PreparedPdf
    signature: bytes  # ECDSA, DER


class SigningRoom(Protocol):
    """The process that holds the key-encryption key. It takes activations, and nothing else."""

    async def new_key(self, binding: KeyBinding) -> NewKey:
        """Make a citizen's key that only this passkey can ever activate."""

    async def sign(self, order: SigningOrder) -> KeySignature:
        """Check the activation, open the key once, sign, forget.

        Raises IdpError: the reasons of `idp.signing.activation.REASONS`, `document_refused`,
        or `signing_room_unavailable` where the process died or did not answer in time.
        """
