"""What a passkey's answer must be: for the binding of a phone, a sign-in, an approval.

py_webauthn leaves user verification out unless asked, and would verify the same answer again and
again; here it is always asked for, and the caller spends the challenge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import CredentialDeviceType

from idp.domain.errors import JourneyError
from idp.domain.person import Device
from idp.domain.values import base64url

#: Browsers give 5 minutes of patience at most; a ceremony takes seconds.
TIMEOUT_MILLISECONDS: Final = 120_000
MAX_LENGTH: Final = 16 * 1024
ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,  # security chips of older computers
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Who we are to a passkey (WebAuthn Level 3 §5.4.2)."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey that was made for us."""

    credential_id: bytes
    public_key: bytes  # COSE
    sign_count: int
    synced: bool  # its maker may copy it to the owner's other devices


def creation_options(
    party: RelyingParty, *, challenge: bytes, person_id: str, name: str
) -> dict[str, Any]:
    """Write PublicKeyCredentialCreationOptions: discoverable, with user verification."""
    return {
        "rp": {"id": party.rp_id, "name": "OneChop (demonstration)"},
        "user": {
            "id": base64url(person_id.encode()),
            "name": name,
            "displayName": name,
        },
        "challenge": base64url(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": a.value} for a in ALGORITHMS],
        "timeout": TIMEOUT_MILLISECONDS,
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(
    party: RelyingParty, *, challenge: bytes, credential_id: bytes | None = None
) -> dict[str, Any]:
    """Write PublicKeyCredentialRequestOptions; without a credential any of ours may answer."""
    allowed = [] if credential_id is None else [base64url(credential_id)]
    return {
        "rpId": party.rp_id,
        "challenge": base64url(challenge),
        "allowCredentials": [{"type": "public-key", "id": identifier} for identifier in allowed],
        "userVerification": "required",
        "timeout": TIMEOUT_MILLISECONDS,
    }


def parse_credential(text: str) -> dict[str, Any]:
    """Read what the page posted. Raises JourneyError `passkey_refused`."""
    try:
        credential = json.loads(text) if len(text) <= MAX_LENGTH else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise JourneyError("passkey_refused")
    return credential


def credential_id(credential: Mapping[str, Any]) -> bytes:
    """Return which passkey answered. Raises JourneyError `passkey_refused`."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise JourneyError("passkey_refused") from error


def check_registration(
    credential: Mapping[str, Any], party: RelyingParty, *, challenge: bytes
) -> NewPasskey:
    """Decide whether a new passkey may be bound (WebAuthn Level 3 §7.1), user verified.

    Raises JourneyError `passkey_refused`.
    """
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except _REFUSALS as error:
        raise JourneyError("passkey_refused") from error
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def check_assertion(
    credential: Mapping[str, Any], party: RelyingParty, device: Device, *, challenge: bytes
) -> int:
    """Decide whether this device's passkey answered this challenge (WebAuthn Level 3 §7.2).

    User verification is required, the page must be ours and not framed by another, and the
    counter must have grown (a copy of the passkey lags behind). Returns the new counter.
    Raises JourneyError `passkey_refused`.
    """
    if credential_id(credential) != device.credential_id:
        raise JourneyError("passkey_refused")
    try:
        answered = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=device.public_key,
            credential_current_sign_count=device.sign_count,
            require_user_verification=True,
        )
        response = credential["response"]
        client_data = json.loads(base64url_to_bytes(response["clientDataJSON"]))
        handle = response.get("userHandle")
        owner = base64url_to_bytes(handle) if handle else device.person_id.encode()
    except _REFUSALS as error:
        raise JourneyError("passkey_refused") from error
    if client_data.get("crossOrigin") or owner != device.person_id.encode():
        raise JourneyError("passkey_refused")
    return answered.new_sign_count


#: What parsing hostile CBOR, JSON and keys can raise, beside the library's own family.
_REFUSALS: Final = (
    WebAuthnException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
)
