"""A registration is checked field by field, and unknown fields are refused."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.domain.client import Capability, ClientProfile
from idp.domain.errors import ProtocolError
from idp.protocol.client.registration import read_registration

KEY = ECKey.generate_key("P-256")
DOCUMENT: dict[str, Any] = {
    "client_id": "licensing",
    "client_name": {"en": "Licensing", "zh-Hant-HK": "牌照", "zh-Hans": "牌照"},
    "host": "licensing.localhost:8001",
    "redirect_uris": ["http://licensing.localhost:8001/login/callback"],
    "jwks": {"keys": [KEY.as_dict(private=False) | {"kid": "k"}]},
    "scopes": ["openid", "identity"],
    "sector_identifier": "licensing.localhost",
}


def test_defaults_are_the_strict_ones() -> None:
    client = read_registration(DOCUMENT, http_allowed=True)
    assert client.profile is ClientProfile.GOV_HIGH
    assert client.capabilities == frozenset()
    assert client.post_logout_redirect_uris == ()


def test_every_field_is_read() -> None:
    more = {
        "post_logout_redirect_uris": ["http://licensing.localhost:8001/"],
        "signing_redirect_uris": ["http://licensing.localhost:8001/sign/callback"],
        "profile": "core",
        "capabilities": ["sign", "inbox"],
        "government": False,
        "notice_uri": "http://licensing.localhost:8001/intake",
    }
    client = read_registration(DOCUMENT | more, http_allowed=True)
    assert client.profile is ClientProfile.CORE
    assert client.capabilities == {Capability.SIGN, Capability.INBOX}
    assert client.notice_uri == more["notice_uri"]
    assert not client.government


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"admin": True}, "registration_fields"),
        ({"client_id": "Licensing"}, "registration_client_id"),
        ({"client_id": "a b"}, "registration_client_id"),
        ({"client_id": ""}, "registration_types"),
        ({"client_id": 1}, "registration_types"),
        ({"client_name": {"en": "x"}}, "registration_client_name"),
        ({"client_name": "x"}, "registration_types"),
        ({"redirect_uris": []}, "registration_redirect_uris"),
        ({"redirect_uris": ["http://a.localhost/"] * 2}, "registration_redirect_uris"),
        ({"redirect_uris": "http://a.localhost/"}, "registration_types"),
        ({"redirect_uris": ["http://a.localhost/#f"]}, "bad_redirect_uri"),
        ({"post_logout_redirect_uris": ["https://evil\\@x/"]}, "bad_redirect_uri"),
        ({"notice_uri": "http://169.254.169.254/"}, "bad_redirect_uri"),
        ({"scopes": ["identity"]}, "registration_scopes"),
        ({"scopes": ["openid", "everything"]}, "registration_scopes"),
        ({"jwks": {"keys": []}}, "registration_jwks"),
        ({"jwks": {}}, "registration_types"),
        ({"jwks": {"keys": [KEY.as_dict(private=True) | {"kid": "k"}]}}, "registration_jwks"),
        ({"profile": "lax"}, "registration_types"),
        ({"capabilities": ["everything"]}, "registration_types"),
    ],
)
def test_what_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        read_registration(DOCUMENT | change, http_allowed=True)
    assert refusal.value.reason == reason


def test_a_missing_field_is_refused() -> None:
    for name in DOCUMENT:
        with pytest.raises(ProtocolError, match="registration_fields"):
            read_registration({k: v for k, v in DOCUMENT.items() if k != name}, http_allowed=True)
