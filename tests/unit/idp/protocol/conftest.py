"""Values for the rules: a client, a grant, a session, our own key; change what a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.domain.client import Client
from idp.domain.grants import AuthorizationCode, Consent, Grant, RefreshToken
from idp.domain.session import Session, SessionKind

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CLIENT_KEY = ECKey.generate_key("P-256")
OWN_KEY = ECKey.generate_key("P-256")


class Make:
    """Makes sound values; keyword arguments change them."""

    def client(self, **changes: Any) -> Client:
        base: dict[str, Any] = {
            "client_id": "licensing",
            "client_name": {"en": "Licensing"},
            "host": "licensing.localhost",
            "redirect_uris": ("https://rp.example/cb",),
            "post_logout_redirect_uris": ("https://rp.example/",),
            "jwks": {"keys": [CLIENT_KEY.as_dict(private=False) | {"kid": "k"}]},
            "scopes": frozenset({"openid", "identity"}),
            "sector_identifier": "licensing.localhost",
        }
        return Client(**(base | changes))

    def session(self, **changes: Any) -> Session:
        base: dict[str, Any] = {
            "session_id": "s1",
            "kind": SessionKind.BROWSER,
            "cookie_digest": b"",
            "person_id": "p1",
            "device_id": "d1",
            "acr": "a",
            "amr": (),
            "auth_time": NOW,
            "last_seen_at": NOW,
            "expires_at": NOW + timedelta(hours=1),
            "described_as": "",
        }
        return Session(**(base | changes))

    def grant(self, **changes: Any) -> Grant:
        base: dict[str, Any] = {
            "grant_id": "g1",
            "client_id": "licensing",
            "person_id": "p1",
            "session_id": "s1",
            "scope": ("openid", "identity"),
            "claims": (),
            "consent_id": "c1",
            "acr": "a",
            "amr": (),
            "auth_time": NOW,
            "created_at": NOW,
            "expires_at": NOW + timedelta(hours=1),
        }
        return Grant(**(base | changes))

    def code(self, **changes: Any) -> AuthorizationCode:
        base: dict[str, Any] = {
            "code_digest": b"",
            "grant_id": "g1",
            "client_id": "licensing",
            "redirect_uri": "https://rp.example/cb",
            "code_challenge": "",
            "nonce": None,
            "issued_at": NOW,
            "expires_at": NOW + timedelta(seconds=60),
        }
        return AuthorizationCode(**(base | changes))

    def refresh_token(self, **changes: Any) -> RefreshToken:
        base: dict[str, Any] = {
            "token_digest": b"",
            "grant_id": "g1",
            "client_id": "licensing",
            "expires_at": NOW + timedelta(hours=1),
        }
        return RefreshToken(**(base | changes))

    def consent(self, **changes: Any) -> Consent:
        base: dict[str, Any] = {
            "consent_id": "c1",
            "person_id": "p1",
            "client_id": "licensing",
            "purpose": "",
            "claims": (),
            "given_at": NOW,
        }
        return Consent(**(base | changes))

    @property
    def client_key(self) -> ECKey:
        return CLIENT_KEY

    @property
    def own_key(self) -> ECKey:
        return OWN_KEY

    @property
    def own_keys(self) -> dict[str, ECKey]:
        return {"own": OWN_KEY}


@pytest.fixture
def make() -> Make:
    return Make()
