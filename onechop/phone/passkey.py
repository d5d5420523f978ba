"""A software passkey (WebAuthn, P-256, ES256) for scripts, tests and measurements.

It makes the very JSON that a browser posts (`PublicKeyCredential.toJSON()`), and counts its uses
as a hardware authenticator does. It is not for people: its key lies in memory or in a file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.effects import Entropy, system_entropy

AAGUID: Final = b"onechop-software"  # 16 octets
_USER_PRESENT: Final = 0x01
_USER_VERIFIED: Final = 0x04
_BACKUP_ELIGIBLE: Final = 0x08
_BACKED_UP: Final = 0x10
_ATTESTED: Final = 0x40


@dataclass(slots=True)
class SoftwarePasskey:
    """One discoverable credential for one relying party."""

    private_key: ec.EllipticCurvePrivateKey
    credential_id: bytes
    rp_id: str
    origin: str
    user_handle: bytes = b""
    sign_count: int = 0
    synced: bool = False
    user_verified: bool = True

    @classmethod
    def create(
        cls,
        options: Mapping[str, Any],
        *,
        origin: str,
        synced: bool = False,
        entropy: Entropy = system_entropy,
    ) -> tuple[SoftwarePasskey, dict[str, Any]]:
        """Answer `navigator.credentials.create`: the new passkey and the JSON to post.

        `options` is PublicKeyCredentialCreationOptions as JSON (WebAuthn Level 3 §5.1.8).
        """
        passkey = cls(
            private_key=ec.generate_private_key(ec.SECP256R1()),
            credential_id=entropy(32),
            rp_id=options["rp"]["id"],
            origin=origin,
            user_handle=_decode(options["user"]["id"]),
            synced=synced,
        )
        client_data = passkey._client_data("webauthn.create", options["challenge"])
        attestation = cbor2.dumps(
            {"fmt": "none", "attStmt": {}, "authData": passkey._authenticator_data(attested=True)}
        )
        return passkey, passkey._credential(
            {
                "clientDataJSON": _encode(client_data),
                "attestationObject": _encode(attestation),
                "transports": ["internal"],
            }
        )

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`: the assertion as JSON to post.

        `options` is PublicKeyCredentialRequestOptions as JSON (WebAuthn Level 3 §5.1.8).
        """
        self.sign_count += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(attested=False)
        signed = data + hashlib.sha256(client_data).digest()
        return self._credential(
            {
                "clientDataJSON": _encode(client_data),
                "authenticatorData": _encode(data),
                "signature": _encode(self.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": _encode(self.user_handle),
            }
        )

    def export(self) -> dict[str, Any]:
        """Return everything as JSON values, to keep the passkey between runs."""
        pkcs8 = self.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "private_key": pkcs8.decode(),
            "credential_id": _encode(self.credential_id),
            "rp_id": self.rp_id,
            "origin": self.origin,
            "user_handle": _encode(self.user_handle),
            "sign_count": self.sign_count,
            "synced": self.synced,
        }

    @classmethod
    def restore(cls, kept: Mapping[str, Any]) -> SoftwarePasskey:
        """Make the passkey of an `export` again. Raises ValueError when it is damaged."""
        key = serialization.load_pem_private_key(kept["private_key"].encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not an elliptic curve key")  # noqa: TRY004  a damaged file
        return cls(
            private_key=key,
            credential_id=_decode(kept["credential_id"]),
            rp_id=kept["rp_id"],
            origin=kept["origin"],
            user_handle=_decode(kept["user_handle"]),
            sign_count=kept["sign_count"],
            synced=kept["synced"],
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False},
            separators=(",", ":"),
        ).encode()

    def _authenticator_data(self, *, attested: bool) -> bytes:
        flags = _USER_PRESENT | (_USER_VERIFIED if self.user_verified else 0)
        flags |= (_BACKUP_ELIGIBLE | _BACKED_UP) if self.synced else 0
        head = hashlib.sha256(self.rp_id.encode()).digest()
        if not attested:
            return head + struct.pack(">BI", flags, self.sign_count)
        return (
            head
            + struct.pack(">BI", flags | _ATTESTED, self.sign_count)
            + AAGUID
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + self._cose_key()
        )

    def _cose_key(self) -> bytes:
        numbers = self.private_key.public_key().public_numbers()
        # RFC 9053 §7.1.1: kty EC2, alg ES256, crv P-256.
        return cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        identifier = _encode(self.credential_id)
        return {
            "id": identifier,
            "rawId": identifier,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
