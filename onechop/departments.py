"""The two departments of the demonstration: their keys and their registrations."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from onechop.layout import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """What a department is registered with; generic names, no real department's marks."""

    client_id: str
    name: dict[str, str]
    scopes: tuple[str, ...]
    capabilities: tuple[str, ...]
    intake: bool = False


DEPARTMENTS: Final = (
    Department(
        client_id="licensing",
        name={"en": "Licensing Services", "zh-Hant-HK": "牌照服務", "zh-Hans": "牌照服务"},
        scopes=("openid", "name", "hkid", "email", "phone", "address"),
        capabilities=("sign", "seal", "notify"),
    ),
    Department(
        client_id="notices",
        name={"en": "Notices", "zh-Hant-HK": "通知服務", "zh-Hans": "通知服务"},
        scopes=("openid",),
        capabilities=("inbox",),
        intake=True,
    ),
)


def ensure_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Load a department's private key, or make it: P-256, PKCS#8, readable by its owner alone.

    Raises TypeError when the file holds another kind of key.
    """
    if not path.exists():
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        write_private(path, pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no EC key")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Give the public key as a JWK (RFC 7517) whose `kid` is its thumbprint (RFC 7638)."""
    numbers = key.public_key().public_numbers()
    required = {
        "crv": "P-256",
        "kty": "EC",
        "x": _base64url(numbers.x.to_bytes(32, "big")),
        "y": _base64url(numbers.y.to_bytes(32, "big")),
    }
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    kid = _base64url(hashlib.sha256(canonical).digest())
    return {**required, "kid": kid, "use": "sig", "alg": "ES256"}


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def registration(department: Department, jwk: dict[str, str], layout: Layout) -> dict[str, Any]:
    """Describe a department to the identity provider; the fields are those of its `Client`."""
    origin = layout.department_origin(department.client_id)
    host = origin.removeprefix("http://")
    return {
        "client_id": department.client_id,
        "client_name": department.name,
        "host": host,
        "redirect_uris": [f"{origin}/login/callback"],
        "post_logout_redirect_uris": [f"{origin}/"],
        "signing_redirect_uris": [f"{origin}/sign/callback"],
        "jwks": {"keys": [jwk]},
        "profile": "gov_high",
        "scopes": list(department.scopes),
        "sector_identifier": host.partition(":")[0],
        "capabilities": list(department.capabilities),
        "government": True,
        "notice_uri": f"{origin}/intake" if department.intake else None,
    }


def write_registrations(layout: Layout) -> list[Path]:
    """Make each department's key and write its registration file; answers the files."""
    files = []
    for department in DEPARTMENTS:
        folder = layout.departments / department.client_id
        jwk = public_jwk(ensure_key(folder / "client.key.pem"))
        file = folder / "registration.json"
        text = json.dumps(registration(department, jwk, layout), ensure_ascii=False, indent=2)
        write_private(file, (text + "\n").encode())
        files.append(file)
    return files
