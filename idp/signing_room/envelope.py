"""A wrapped key with its passkey, so that neither can be exchanged.

The envelope names the passkey in the clear, because the room must read it. What makes it binding
is inside the wrapping: the key's name there is the hash of the whole binding (AES-KWP, RFC 5649,
is authenticated). Whoever edits a credential in the database gets a name that does not fit.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final

from certs.base.digest import sha256
from certs.keys.custody import WrappedKey
from idp.ports.signing_room import KeyBinding
from idp.signing.activation import ActivationRefused

_CONTEXT: Final = b"onechop key binding v1\x00"
MAX_BYTES: Final = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The passkey that an envelope claims, and the wrapped key under the name of that claim."""

    binding: KeyBinding
    wrapped: WrappedKey


def sealed_name(binding: KeyBinding) -> str:
    """Name the key after everything that it is bound to."""
    return sha256(_CONTEXT + _canonical(_claims(binding))).hex()


def seal(binding: KeyBinding, wrapped: WrappedKey) -> bytes:
    """Write the envelope that the database keeps."""
    return _canonical({"v": 1, **_claims(binding), "kek": wrapped.kek, "blob": _text(wrapped.blob)})


def unseal(envelope: bytes) -> Envelope:
    """Read an envelope. That its claim is true shows only when the key is unwrapped.

    Raises ActivationRefused (`key_binding_broken`).
    """
    if len(envelope) > MAX_BYTES:
        raise ActivationRefused("key_binding_broken")
    try:
        raw: dict[str, Any] = json.loads(envelope)
        binding = KeyBinding(
            key_id=str(raw["key_id"]),
            applicant=str(raw["applicant"]),
            credential_id=_bytes(raw["credential_id"]),
            credential_public_key=_bytes(raw["credential_public_key"]),
        )
        blob, kek, version = _bytes(raw["blob"]), str(raw["kek"]), raw["v"]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ActivationRefused("key_binding_broken") from error
    if version != 1:
        raise ActivationRefused("key_binding_broken")
    return Envelope(
        binding=binding, wrapped=WrappedKey(key_id=sealed_name(binding), kek=kek, blob=blob)
    )


def _claims(binding: KeyBinding) -> dict[str, object]:
    return {
        "key_id": binding.key_id,
        "applicant": binding.applicant,
        "credential_id": _text(binding.credential_id),
        "credential_public_key": _text(binding.credential_public_key),
    }


def _canonical(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
