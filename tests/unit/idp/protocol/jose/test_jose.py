"""Signed tokens, checked against PyJWT as the second opinion."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from idp.protocol import jose

KEY = ECKey.generate_key("P-256")
KID = KEY.thumbprint()
PUBLIC = {**KEY.as_dict(private=False), "kid": KID, "alg": "ES256", "use": "sig"}
JWKS: dict[str, Any] = {"keys": [PUBLIC]}
TYPES = frozenset({"jwt"})


def _refusal(token: str, keys: jose.Keys | None = None, **options: Any) -> str:
    with pytest.raises(jose.TokenRefused) as refusal:
        jose.verify(token, keys or jose.import_keys(JWKS), **({"types": TYPES} | options))
    return refusal.value.reason


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token(header: Any = None, claims: Any = None) -> str:
    head = {"alg": "ES256", "kid": KID, "typ": "JWT"} if header is None else header
    encoded = [_b64(json.dumps(part).encode()) for part in (head, claims or {"a": 1})]
    return ".".join([*encoded, _b64(b"x" * 64)])


def test_what_we_sign_pyjwt_accepts() -> None:
    token = jose.sign({"a": "印"}, KEY, kid=KID, typ="JWT")
    assert jwt.decode(token, jwt.PyJWK(PUBLIC), ["ES256"]) == {"a": "印"}
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": KID, "typ": "JWT"}


def test_what_pyjwt_signs_we_accept() -> None:
    pem = KEY.as_pem(private=True)
    token = jwt.encode({"a": 1}, pem, "ES256", headers={"kid": KID})
    assert jose.verify(token, jose.import_keys(JWKS), types=TYPES) == {"a": 1}


def test_a_lone_key_needs_no_kid_but_two_do() -> None:
    token = jwt.encode({"a": 1}, KEY.as_pem(private=True), "ES256")
    assert jose.verify(token, jose.import_keys(JWKS), types=TYPES)
    other = ECKey.generate_key("P-256").as_dict(private=False) | {"kid": "other"}
    two = jose.import_keys({"keys": [PUBLIC, other]})
    assert _refusal(token, two) == "unknown_key"


def test_types() -> None:
    for typ in ("JWT", "application/jwt", "jwt"):
        token = jose.sign({}, KEY, kid=KID, typ=typ)
        assert jose.verify(token, jose.import_keys(JWKS), types=TYPES) == {}
    assert _refusal(jose.sign({}, KEY, kid=KID, typ="notice+jwt")) == "wrong_type"
    untyped = jwt.encode({}, KEY.as_pem(private=True), "ES256", headers={"typ": None, "kid": KID})
    assert _refusal(untyped) == "wrong_type"
    assert jose.verify(untyped, jose.import_keys(JWKS), types=frozenset({None})) == {}


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none"}, "wrong_algorithm"),
        ({"alg": "HS256"}, "wrong_algorithm"),
        ({"alg": None}, "wrong_algorithm"),
        ({}, "wrong_algorithm"),
        ({"alg": "ES256", "typ": 1}, "wrong_type"),
        ({"alg": "ES256", "typ": "JWT", "kid": "x"}, "unknown_key"),
        ({"alg": "ES256", "typ": "JWT", "kid": 1}, "unknown_key"),
        ({"alg": "ES256", "typ": "JWT", "kid": "x" * 200}, "unknown_key"),
        ({"alg": "ES256", "typ": "JWT", "kid": KID}, "bad_signature"),
        ({"alg": "ES256", "crit": []}, "critical_header"),
        ({"alg": "ES256", "b64": True}, "critical_header"),
        ({"alg": "ES256", "zip": "DEF"}, "critical_header"),
        ([], "malformed"),
    ],
    ids=range(13),
)
def test_headers(header: Any, reason: str) -> None:
    assert _refusal(_token(header)) == reason


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("x" * (jose.MAX_BYTES + 1), "too_large"),
        ("", "malformed"),
        ("a.b", "malformed"),
        ("a.b.c.d", "malformed"),
        ("e30.e30.", "malformed"),
        ("e31.e30.AA", "malformed"),  # another spelling of {}
        ("e30=.e30.AA", "malformed"),
        ("a.e30.AA", "malformed"),
        ("e30.bm90.AA", "malformed"),
        (f"e30.{_b64(b'[]')}.AA", "malformed"),
    ],
)
def test_shapes(token: str, reason: str) -> None:
    assert _refusal(token) == reason


def test_header_and_unverified_claims_are_readable() -> None:
    token = _token(claims={"sub": "x"})
    assert jose.read_header(token)["kid"] == KID
    assert jose.read_unverified_claims(token) == {"sub": "x"}


@given(st.integers(0, 400), st.integers(1, 255))
def test_no_changed_byte_passes(position: int, change: int) -> None:
    token = jose.sign({"sub": "x"}, KEY, kid=KID, typ="JWT").encode()
    position %= len(token)
    changed = bytes([*token[:position], token[position] ^ change, *token[position + 1 :]])
    with pytest.raises(jose.TokenRefused):
        jose.verify(changed.decode("latin-1"), jose.import_keys(JWKS), types=TYPES)


@pytest.mark.parametrize(
    "entries",
    [
        None,
        [],
        [PUBLIC] * 17,
        ["x"],
        [PUBLIC, PUBLIC],
        [{**PUBLIC, "kid": ""}],
        [{**PUBLIC, "kid": 1}],
        [{**PUBLIC, "kid": "x" * 129}],
        [{**PUBLIC, "kty": "oct"}],
        [{**PUBLIC, "crv": "P-384"}],
        [{**PUBLIC, "d": "AA"}],
        [{**PUBLIC, "use": "enc"}],
        [{**PUBLIC, "alg": "ES384"}],
        [{**PUBLIC, "x": PUBLIC["y"], "y": PUBLIC["x"]}],  # off the curve
        [{k: v for k, v in PUBLIC.items() if k != "y"}],
        [{**PUBLIC, "x": 1}],
        [{**PUBLIC, "x": "***"}],
    ],
)
def test_weak_or_odd_keys_are_refused(entries: Any) -> None:
    with pytest.raises(jose.TokenRefused, match="bad_jwks"):
        jose.import_keys({"keys": entries})


def test_a_jwk_without_use_and_alg_is_taken() -> None:
    bare = {name: PUBLIC[name] for name in ("kty", "crv", "x", "y", "kid")}
    assert jose.import_keys({"keys": [bare]}).keys() == {KID}


def test_private_members_never_get_in() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    private = ECKey.import_key(other).as_dict(private=True) | {"kid": "k"}
    with pytest.raises(jose.TokenRefused):
        jose.import_keys({"keys": [private]})


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 1 << 40, [], {}], ids=str)
def test_numeric_dates_are_whole_and_sane(value: Any) -> None:
    with pytest.raises(jose.TokenRefused, match="bad_exp"):
        jose.numeric_date({"exp": value}, "exp")


def test_numeric_dates() -> None:
    assert jose.numeric_date({"exp": 5}, "exp") == 5
    assert jose.numeric_date({}, "exp") is None
