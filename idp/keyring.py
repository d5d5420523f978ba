"""Our own keys, in one file: token signing with room for rotation, pairwise subjects, forms.

`keyring.json` (mode 0600) lists the signing keys oldest first, each with a state:
`next` is published but does not sign yet, `current` signs, `retired` only checks what it signed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from certs.base.effects import Entropy
from certs.base.files import PRIVATE, read_private, write_atomically
from idp.protocol import jose

FILE: Final = "keyring.json"
VERSION: Final = 1
_ORDER_P256: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class KeyState(StrEnum):
    """Where a signing key stands in its life."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One token-signing key; `kid` is its RFC 7638 thumbprint."""

    kid: str
    state: KeyState
    made_at: datetime
    key: ECKey


class FileKeyring:
    """The `Keyring` port over the file; keys are parsed once."""

    def __init__(self, keys: tuple[SigningKey, ...], pairwise_key: bytes, form_key: bytes) -> None:
        current = [key for key in keys if key.state is KeyState.CURRENT]
        if len(current) != 1 or len(pairwise_key) != 32 or len(form_key) != 32:
            raise ValueError("a keyring has one current key and two 256-bit secrets")
        self._keys = keys
        self._current = current[0]
        self._pairwise_key = pairwise_key
        self._form_key = form_key
        self._jwks = {"keys": [_public(key) for key in keys]}

    def sign_jwt(self, typ: str, claims: Mapping[str, Any]) -> str:
        """Sign claims as a compact JWS, ES256, with the current key (RFC 7515)."""
        return jose.sign(claims, self._current.key, kid=self._current.kid, typ=typ)

    def public_jwks(self) -> Mapping[str, Any]:
        """The JWK Set to publish: next, current and retired keys, public members only."""
        return self._jwks

    @property
    def verification_keys(self) -> jose.Keys:
        """Our public keys by `kid`."""
        return jose.import_keys(self._jwks)

    @property
    def pairwise_key(self) -> bytes:
        """Key of the pairwise subject function (OIDC Core §8.1); it never changes."""
        return self._pairwise_key

    @property
    def form_key(self) -> bytes:
        """Key of the form tokens (CSRF)."""
        return self._form_key

    def rotated(self, now: datetime, entropy: Entropy) -> FileKeyring:
        """Take one step of a rotation: `next` signs from now on, and a new `next` is shown.

        The first step only shows one: a key is published before it signs (OIDC Core §10.1.1).
        """
        keys = self._keys
        if any(key.state is KeyState.NEXT for key in keys):
            step = {KeyState.CURRENT: KeyState.RETIRED, KeyState.NEXT: KeyState.CURRENT}
            keys = tuple(replace(key, state=step.get(key.state, key.state)) for key in keys)
        fresh = _new_key(KeyState.NEXT, now, entropy)
        return FileKeyring((*keys, fresh), self._pairwise_key, self._form_key)

    def save(self, folder: Path) -> None:
        """Write the file, whole or not at all, readable by its owner alone."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {
            "version": VERSION,
            "signing_keys": [_private(key) for key in self._keys],
            "pairwise_key": base64.b64encode(self._pairwise_key).decode("ascii"),
            "form_key": base64.b64encode(self._form_key).decode("ascii"),
        }
        text = json.dumps(document, indent=2) + "\n"
        write_atomically(folder / FILE, text.encode(), mode=PRIVATE)


def make_keyring(now: datetime, entropy: Entropy) -> FileKeyring:
    """Draw a new keyring; `save` keeps it."""
    keys = (_new_key(KeyState.CURRENT, now, entropy),)
    return FileKeyring(keys, entropy(32), entropy(32))


def open_keyring(folder: Path) -> FileKeyring:
    """Read the keyring of a folder.

    Raises KeyFileError when the file is missing or others can read it, ValueError when damaged.
    """
    document = json.loads(read_private(folder / FILE))
    if document.get("version") != VERSION:
        raise ValueError("a keyring of another version")
    return FileKeyring(
        tuple(
            SigningKey(
                kid=entry["jwk"]["kid"],
                state=KeyState(entry["state"]),
                made_at=datetime.fromisoformat(entry["made_at"]),
                key=ECKey.import_key(entry["jwk"]),
            )
            for entry in document["signing_keys"]
        ),
        base64.b64decode(document["pairwise_key"], validate=True),
        base64.b64decode(document["form_key"], validate=True),
    )


def ensure_keyring(folder: Path, now: datetime, entropy: Entropy) -> FileKeyring:
    """Open the keyring, or make it at the first start."""
    if not (folder / FILE).exists():
        made = make_keyring(now, entropy)
        made.save(folder)
        return made
    return open_keyring(folder)


def _new_key(state: KeyState, now: datetime, entropy: Entropy) -> SigningKey:
    scalar = 1 + int.from_bytes(entropy(40), "big") % (_ORDER_P256 - 1)  # FIPS 186-5 A.2.1
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    key = ECKey.import_key(private)
    return SigningKey(kid=key.thumbprint(), state=state, made_at=now, key=key)


def _public(key: SigningKey) -> dict[str, Any]:
    members = cast("dict[str, Any]", key.key.as_dict(private=False))
    chosen = {name: members[name] for name in ("kty", "crv", "x", "y")}
    return {**chosen, "kid": key.kid, "alg": "ES256", "use": "sig"}


def _private(key: SigningKey) -> dict[str, Any]:
    jwk = {**_public(key), "d": cast("dict[str, Any]", key.key.as_dict(private=True))["d"]}
    return {"state": key.state.value, "made_at": key.made_at.isoformat(), "jwk": jwk}
