"""Redeeming, refreshing, reading: every outcome of the pure rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.grants import AccessToken
from idp.domain.person import Attribute, Person, Source
from idp.domain.values import Secret
from idp.protocol.token import authorization_code, refresh_token, userinfo
from idp.protocol.token.authorization_code import Burn, Redeem, Refuse, Replay
from idp.protocol.token.id_token import at_hash, id_token_claims
from idp.protocol.token.refresh_token import Known, Refresh

PARAMETERS = {"redirect_uri": "https://rp.example/cb"}


def test_a_code_that_fits_is_redeemed(make: Any, now: Any) -> None:
    code, grant = make.code(), make.grant()
    outcome = authorization_code.decide(PARAMETERS, make.client(), code, grant, make.session(), now)
    assert outcome == Redeem(code=code, grant=grant)


def test_an_unknown_code_changes_nothing(make: Any, now: Any) -> None:
    for code, grant in ((None, None), (make.code(), None)):
        outcome = authorization_code.decide(PARAMETERS, make.client(), code, grant, None, now)
        assert outcome == Refuse(reason="code_unknown")


@pytest.mark.parametrize(
    ("code", "parameters", "kind", "reason"),
    [
        ({"client_id": "other"}, PARAMETERS, Burn, "code_of_another_client"),
        ({}, {}, Burn, "redirect_uri_differs"),
        ({}, PARAMETERS | {"code_verifier": "x" * 43}, Burn, "code_verifier_wrong"),
        ({"code_challenge": "x"}, PARAMETERS, Burn, "code_verifier_wrong"),
    ],
)
def test_what_burns(
    make: Any, now: Any, code: dict[str, Any], parameters: dict[str, str], kind: type, reason: str
) -> None:
    outcome = authorization_code.decide(
        parameters, make.client(), make.code(**code), make.grant(), make.session(), now
    )
    assert isinstance(outcome, kind)
    assert outcome.reason == reason


def test_a_second_redemption_is_a_replay_even_when_late(make: Any, now: Any) -> None:
    late = now + timedelta(hours=1)
    outcome = authorization_code.decide(
        PARAMETERS, make.client(), make.code(redeemed_at=now), make.grant(), None, late
    )
    assert isinstance(outcome, Replay)


@pytest.mark.parametrize("ended", ["revoked", "expired", "no_session", "session_ended"])
def test_what_is_over_is_refused(make: Any, now: Any, ended: str) -> None:
    code, grant, session = make.code(), make.grant(), make.session()
    expected = "session_ended"
    if ended == "revoked":
        grant, expected = replace(grant, revoked_at=now), "grant_revoked"
    elif ended == "expired":
        now, expected = code.expires_at, "code_expired"
    elif ended == "no_session":
        session = None
    else:
        session = replace(session, ended_at=now)
    outcome = authorization_code.decide(PARAMETERS, make.client(), code, grant, session, now)
    assert outcome == Refuse(reason=expected)


def _known(make: Any, **changes: Any) -> Known:
    base: dict[str, Any] = {
        "token": make.refresh_token(),
        "grant": make.grant(),
        "session": make.session(),
        "consents": [make.consent()],
    }
    return Known(**(base | changes))


def test_a_refresh_answers_the_granted_scope_or_less(make: Any, now: Any) -> None:
    known = _known(make)
    full = refresh_token.decide({}, make.client(), known, now)
    assert full == Refresh(grant=make.grant(), scope=("openid", "identity"))
    less = refresh_token.decide({"scope": "openid"}, make.client(), known, now)
    assert less.scope == ("openid",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": None}, "refresh_token_unknown"),
        ({"grant": None}, "refresh_token_unknown"),
        ({"session": None}, "session_ended"),
        ({"consents": []}, "consent_withdrawn"),
    ],
    ids=str,
)
def test_what_ends_a_refresh_token(
    make: Any, now: Any, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ProtocolError) as refusal:
        refresh_token.decide({}, make.client(), _known(make, **changes), now)
    assert (refusal.value.code, refusal.value.reason) == (ErrorCode.INVALID_GRANT, reason)


def test_more_ends_of_a_refresh_token(make: Any, now: Any) -> None:
    cases = {
        "refresh_token_of_another_client": {"token": make.refresh_token(client_id="x")},
        "grant_revoked": {"grant": make.grant(revoked_at=now)},
        "refresh_token_expired": {"token": make.refresh_token(expires_at=now)},
        "session_ended": {"session": make.session(ended_at=now)},
    }
    for reason, changes in cases.items():
        with pytest.raises(ProtocolError, match=reason):
            refresh_token.decide({}, make.client(), _known(make, **changes), now)


def test_a_refresh_widens_nothing_pure(make: Any, now: Any) -> None:
    with pytest.raises(ProtocolError) as refusal:
        refresh_token.decide({"scope": "openid contact"}, make.client(), _known(make), now)
    assert refusal.value.code is ErrorCode.INVALID_SCOPE


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic x",
        "x",
        "Bearer a b",
        "Bearer é",
        "Bearer " + "x" * 600,
    ],
)
def test_what_is_no_bearer_token(header: str | None) -> None:
    with pytest.raises(ProtocolError) as refusal:
        userinfo.bearer_token(header)
    assert refusal.value.code is ErrorCode.INVALID_TOKEN


def test_an_access_token_opens_what_was_released_within_its_scope(make: Any, now: Any) -> None:
    token = AccessToken(
        token_digest=b"",
        grant_id="g1",
        client_id="licensing",
        person_id="p1",
        scope=("openid", "identity"),
        claims=("hkid", "email"),
        expires_at=now + timedelta(minutes=5),
    )
    assert userinfo.bearer_token("Bearer abc").reveal() == "abc"
    assert userinfo.check_token(token, now) == token
    assert userinfo.released_claims(token) == ("hkid",)
    assert userinfo.released_claims(replace(token, scope=("x",))) == ()
    for found, when in ((None, now), (token, token.expires_at)):
        with pytest.raises(ProtocolError, match="access_token_not_valid"):
            userinfo.check_token(found, when)
    person = Person(
        person_id="p1",
        note="",
        attributes=(
            Attribute(claim="hkid", value="Z", source=Source.REGISTERED, as_of=now.date()),
            Attribute(claim="email", value="a@b", source=Source.SELF_DECLARED, as_of=now.date()),
        ),
    )
    answer = userinfo.answer(token, person, "sub")
    assert answer == {
        "sub": "sub",
        "hkid": "Z",
        "_sources": {"hkid": {"source": "registered", "as_of": "2026-11-21"}},
    }


def test_an_id_token_says_who_when_and_how_and_nothing_else(make: Any, now: Any) -> None:
    access_token = Secret("x")

    def claims(nonce: str | None) -> dict[str, Any]:
        return id_token_claims(
            make.grant(claims=("hkid",)),
            issuer="https://id.example",
            subject="sub",
            nonce=nonce,
            access_token=access_token,
            now=now,
        )

    seconds = int(now.timestamp())
    assert claims("n") == {
        "iss": "https://id.example",
        "sub": "sub",
        "aud": "licensing",
        "exp": seconds + 300,
        "iat": seconds,
        "auth_time": seconds,
        "acr": "a",
        "amr": [],
        "at_hash": at_hash(access_token),
        "nonce": "n",
    }
    assert "nonce" not in claims(None)
