"""A department for tests: its registration, its key, and well-formed requests to change at will."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from house.browsing import Browser
from idp.domain.client import Client
from idp.protocol.client.registration import read_registration

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class _Drop:
    def __repr__(self) -> str:
        return "DROP"


DROP = _Drop()
"""The value of a parameter or claim that is to be left out."""


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Values with changes; `DROP` leaves one out."""
    return {name: value for name, value in (values | changes).items() if value is not DROP}


@dataclass(slots=True)
class Department:
    """A registered client that signs its assertions with PyJWT, not with our own code."""

    client: Client
    key: ec.EllipticCurvePrivateKey
    kid: str
    issuer: str
    clock: Callable[[], datetime]
    verifier: str = "correct-horse-battery-staple-correct-horse-battery"

    @classmethod
    def found(
        cls, client_id: str, issuer: str, clock: Callable[[], datetime], **registration: object
    ) -> "Department":
        """Make a key and a registration."""
        key = ec.generate_private_key(ec.SECP256R1())
        jwk = ECKey.import_key(key)
        kid = jwk.thumbprint()
        public = jwk.as_dict(private=False) | {"kid": kid, "use": "sig", "alg": "ES256"}
        origin = f"http://{client_id}.localhost:8201"
        document = {
            "client_id": client_id,
            "client_name": dict.fromkeys(("en", "zh-Hant-HK", "zh-Hans"), client_id.title()),
            "host": f"{client_id}.localhost",
            "redirect_uris": [f"{origin}/login/callback"],
            "post_logout_redirect_uris": [f"{origin}/"],
            "signing_redirect_uris": [f"{origin}/sign/callback"],
            "jwks": {"keys": [public]},
            "scopes": ["openid", "identity", "contact"],
            "sector_identifier": f"{client_id}.localhost",
            "capabilities": ["sign", "seal", "notify"],
        }
        client = read_registration(document | registration, http_allowed=True)
        return cls(client=client, key=key, kid=kid, issuer=issuer, clock=clock)

    @property
    def redirect_uri(self) -> str:
        """Where its logins come back."""
        return self.client.redirect_uris[0]

    def assertion(
        self, headers: dict[str, Any] | None = None, key: Any = None, **claims: Any
    ) -> str:
        """A client assertion (RFC 7523); change claims by name, drop them with `DROP`."""
        now = int(self.clock().timestamp())
        base = {
            "iss": self.client.client_id,
            "sub": self.client.client_id,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        head = changed({"alg": "ES256", "kid": self.kid}, headers or {})
        algorithm = head.pop("alg")
        return jwt.encode(changed(base, claims), key or self.key, algorithm=algorithm, headers=head)

    def authenticated(self, **parameters: Any) -> dict[str, Any]:
        """Parameters with this client's authentication."""
        base = {
            "client_id": self.client.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }
        return changed(base, parameters)

    def request(self, **parameters: Any) -> dict[str, Any]:
        """An authorization request, without authentication."""
        base = {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": "openid identity contact",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return changed(base, parameters)

    async def push(self, browser: Browser, **parameters: Any) -> httpx.Response:
        """POST /par."""
        form = self.authenticated() | self.request()
        return await browser.post("/par", changed(form, parameters), accept="application/json")

    async def request_uri(self, browser: Browser, **parameters: Any) -> str:
        """Push a request that must succeed."""
        response = await self.push(browser, **parameters)
        assert response.status_code == 201, response.text
        pushed: str = response.json()["request_uri"]
        return pushed

    def authorize_url(self, request_uri: str) -> str:
        """The address to send a browser to."""
        query = {"client_id": self.client.client_id, "request_uri": request_uri}
        return "/authorize?" + urlencode(query)

    async def token(self, browser: Browser, **parameters: Any) -> httpx.Response:
        """POST /token for a code (`code=…`), or whatever the parameters say."""
        base = self.authenticated() | {
            "grant_type": "authorization_code",
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return await browser.post("/token", changed(base, parameters), accept="application/json")
