"""Client assertions: the pure part."""

from datetime import timedelta
from typing import Any

import pytest

from idp.domain.client import ClientProfile
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose
from idp.protocol.client.authentication import ASSERTION_TYPE, check_assertion, claimed_client

ISSUER = "https://id.example"
ENDPOINT = ISSUER + "/token"


def _parameters(make: Any, now: Any, **changes: Any) -> dict[str, str]:
    claims = {
        "iss": "licensing",
        "sub": "licensing",
        "aud": ISSUER,
        "jti": "j",
        "exp": int(now.timestamp()) + 60,
    } | changes
    token = jose.sign(claims, make.client_key, kid="k", typ="JWT")
    return {"client_assertion": token, "client_assertion_type": ASSERTION_TYPE}


def _check(make: Any, now: Any, client: Any, **changes: Any) -> Any:
    return check_assertion(
        _parameters(make, now, **changes), client, issuer=ISSUER, token_endpoint=ENDPOINT, now=now
    )


def test_a_sound_assertion(make: Any, now: Any) -> None:
    parameters = _parameters(make, now)
    assert claimed_client(parameters) == "licensing"
    assert claimed_client(parameters | {"client_id": "licensing"}) == "licensing"
    found = _check(make, now, make.client())
    assert (found.client_id, found.jti) == ("licensing", "j")
    assert found.expires_at == now + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"client_secret": "x"}, ErrorCode.INVALID_REQUEST, "two_authentications"),
        ({"client_assertion_type": "x"}, ErrorCode.INVALID_CLIENT, "wrong_assertion_type"),
        ({"client_assertion": "x"}, ErrorCode.INVALID_CLIENT, "assertion_malformed"),
        ({"client_id": "x"}, ErrorCode.INVALID_CLIENT, "client_id_differs"),
    ],
    ids=str,
)
def test_claims_of_identity_that_are_refused(
    make: Any, now: Any, changes: dict[str, str], code: ErrorCode, reason: str
) -> None:
    with pytest.raises(ProtocolError) as refusal:
        claimed_client(_parameters(make, now) | changes)
    assert (refusal.value.code, refusal.value.reason) == (code, reason)


def test_without_an_assertion(make: Any, now: Any) -> None:
    for parameters, reason in (
        ({}, "client_assertion_missing"),
        ({"client_secret": "x"}, "wrong_method"),
    ):
        with pytest.raises(ProtocolError) as refusal:
            claimed_client(parameters)
        assert (refusal.value.code, refusal.value.reason) == (ErrorCode.INVALID_CLIENT, reason)
    with pytest.raises(ProtocolError, match="client_id_differs"):
        claimed_client(_parameters(make, now, sub=1))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "x"}, "assertion_wrong_party"),
        ({"sub": "x"}, "assertion_wrong_party"),
        ({"aud": [ISSUER]}, "assertion_wrong_audience"),
        ({"aud": ENDPOINT}, "assertion_wrong_audience"),
        ({"exp": 0}, "assertion_expired"),
        ({"exp": True}, "assertion_bad_exp"),
        ({"exp": 1 << 39}, "assertion_lives_too_long"),
        ({"nbf": 1 << 39}, "assertion_from_the_future"),
        ({"iat": 1 << 39}, "assertion_from_the_future"),
        ({"jti": 1}, "assertion_bad_jti"),
        ({"jti": ""}, "assertion_bad_jti"),
    ],
    ids=str,
)
def test_claims_that_are_refused(make: Any, now: Any, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        _check(make, now, make.client(), **changes)
    assert (refusal.value.code, refusal.value.reason) == (ErrorCode.INVALID_CLIENT, reason)


def test_core_takes_the_token_endpoint_and_five_minutes(make: Any, now: Any) -> None:
    client = make.client(profile=ClientProfile.CORE)
    later = int(now.timestamp()) + 300
    assert _check(make, now, client, aud=ENDPOINT, exp=later, nbf=0, iat=0).jti == "j"


def test_an_unknown_client_and_an_assertion_without_exp(make: Any, now: Any) -> None:
    with pytest.raises(ProtocolError, match="unknown_client"):
        _check(make, now, None)
    claims = {"iss": "licensing", "sub": "licensing", "aud": ISSUER, "jti": "j"}
    token = jose.sign(claims, make.client_key, kid="k", typ="JWT")
    with pytest.raises(ProtocolError, match="assertion_expired"):
        check_assertion(
            {"client_assertion": token},
            make.client(),
            issuer=ISSUER,
            token_endpoint=ENDPOINT,
            now=now,
        )
