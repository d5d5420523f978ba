"""OIDC Core §3.1.3.7, by number, and what else an ID token must not be."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import jwt as pyjwt
import pytest
import pytest_asyncio
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey

from relying_party.oidc import HttpClient, Provider, Refused
from relying_party.oidc.id_token import VerifiedLogin, verify_id_token
from tests.world.issuer import PERSON, Issuer


@pytest_asyncio.fixture
async def provider(issuer: Issuer, clock: Callable[[], datetime]) -> AsyncIterator[Provider]:
    http = HttpClient()
    yield Provider(issuer.url, http, clock)
    await http.close()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def verify(provider: Provider, token: str, now: datetime) -> VerifiedLogin:
    return await verify_id_token(
        token,
        access_token="at",
        provider=provider,
        client_id="licensing",
        nonce="nonce-1",
        now=now,
    )


async def reason(provider: Provider, token: str, now: datetime) -> str:
    with pytest.raises(Refused) as refusal:
        await verify(provider, token, now)
    return refusal.value.reason


async def test_a_good_token_is_a_login(provider: Provider, issuer: Issuer, now: datetime) -> None:
    login = await verify(provider, issuer.id_token("licensing", "nonce-1"), now)
    assert login.subject == PERSON
    assert login.authenticated_at == now


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iss": "http://evil.localhost"}, "wrong_issuer"),  # 2
        ({"iss": None}, "missing_claim"),
        ({"aud": "notices"}, "wrong_audience"),  # 3
        ({"aud": ["licensing", "notices"]}, "wrong_audience"),
        ({"aud": None}, "missing_claim"),
        ({"azp": "notices"}, "wrong_audience"),  # 5
        ({"exp": 1}, "expired"),  # 9
        ({"exp": None}, "missing_claim"),
        ({"exp": True}, "missing_claim"),
        ({"exp": 4102444800.5}, "missing_claim"),
        ({"iat": 1}, "expired"),  # 10
        ({"iat": None}, "missing_claim"),
        ({"iat": 4102444800}, "not_yet_valid"),
        ({"nbf": 4102444800}, "not_yet_valid"),
        ({"nonce": "another"}, "wrong_nonce"),  # 11
        ({"nonce": None}, "wrong_nonce"),
        ({"sub": None}, "missing_claim"),
        ({"sub": "x" * 256}, "missing_claim"),
        ({"sub": ""}, "missing_claim"),
    ],
    ids=str,
)
async def test_each_claim_is_looked_at(
    provider: Provider, issuer: Issuer, now: datetime, claims: dict[str, Any], expected: str
) -> None:
    issuer.twist["claims"] = claims
    assert await reason(provider, issuer.id_token("licensing", "nonce-1"), now) == expected


async def test_another_key_under_our_kid_is_refused(
    provider: Provider, issuer: Issuer, now: datetime
) -> None:
    await provider.key(issuer.kid)
    kid, issuer.key = issuer.kid, ECKey.generate_key("P-256")
    token = issuer.mint("JWT", {"iss": issuer.url, "aud": "licensing", "sub": "x"}, kid=kid)
    assert await reason(provider, token, now) == "bad_signature"


async def test_other_algorithms_are_refused(
    provider: Provider, issuer: Issuer, now: datetime
) -> None:
    claims = {"iss": issuer.url, "aud": "licensing", "sub": "x"}
    none = pyjwt.encode(claims, None, algorithm="none", headers={"kid": issuer.kid})
    assert await reason(provider, none, now) == "wrong_algorithm"
    # The public key taken for a shared secret (RFC 8725 §2.1).
    header = {"alg": "HS256", "typ": "JWT", "kid": issuer.kid}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    tag = hmac.digest(issuer.key.as_pem(private=False), text.encode(), "sha256")
    assert await reason(provider, f"{text}.{base64url(tag)}", now) == "wrong_algorithm"


async def test_a_key_in_the_header_is_not_used(
    provider: Provider, issuer: Issuer, now: datetime
) -> None:
    mine = ECKey.generate_key("P-256")
    header = {
        "alg": "ES256",
        "typ": "JWT",
        "kid": issuer.kid,
        "jwk": mine.as_dict(private=False),
    }
    claims = {"iss": issuer.url, "aud": "licensing", "sub": "x", "iat": 1}
    token = joserfc_jwt.encode(header, claims, mine, algorithms=["ES256"])
    assert await reason(provider, token, now) == "bad_signature"


@pytest.mark.parametrize(
    ("token", "expected"),
    [("", "malformed"), ("a.b.c", "malformed"), ("x" * 17000, "too_large")],
    ids=["empty", "rubbish", "large"],
)
async def test_rubbish_is_refused(
    provider: Provider, now: datetime, token: str, expected: str
) -> None:
    assert await reason(provider, token, now) == expected


async def test_a_notice_is_no_id_token(provider: Provider, issuer: Issuer, now: datetime) -> None:
    assert await reason(provider, issuer.delivery(), now) == "wrong_type"


async def test_a_new_key_is_found_after_the_cooldown_and_not_before(issuer: Issuer) -> None:
    moment = datetime.fromisoformat("2026-11-21T09:30:00+00:00")
    http = HttpClient()
    provider = Provider(issuer.url, http, lambda: moment)
    await provider.key(issuer.kid)
    issuer.key = ECKey.generate_key("P-256")
    for _ in range(3):
        with pytest.raises(Refused, match="unknown_key"):
            await provider.key(issuer.kid)
    assert issuer.calls.count("jwks") == 1
    moment += timedelta(seconds=31)
    assert await provider.key(issuer.kid)
    assert issuer.calls.count("jwks") == 2
    await http.close()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "http://id.localhost:1"},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "http://id.localhost:80000/jwks"},
        {"id_token_signing_alg_values_supported": ["RS256"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"authorization_response_iss_parameter_supported": False},
    ],
    ids=str,
)
async def test_a_discovery_document_that_is_not_theirs_is_refused(
    provider: Provider, issuer: Issuer, metadata: dict[str, Any]
) -> None:
    issuer.twist["metadata"] = metadata
    with pytest.raises(Refused):
        await provider.metadata()
