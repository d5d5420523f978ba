"""The check table of an authorization request, row by row."""

from typing import Any

import pytest

from idp.domain.client import ClientProfile
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose
from idp.protocol.request import authorize

DROP = None
GOOD = {
    "client_id": "licensing",
    "response_type": "code",
    "redirect_uri": "https://rp.example/cb",
    "scope": "openid identity",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


def _with(**changes: Any) -> dict[str, str]:
    return {name: value for name, value in (GOOD | changes).items() if value is not DROP}


def test_every_row_of_the_table_says_what_it_checks() -> None:
    assert len(authorize.CHECKS) == len({row.__name__ for row in authorize.CHECKS}) == 10
    assert all(row.__doc__ for row in authorize.CHECKS)
    assert authorize.CHECKS[: len(authorize.BEFORE_REDIRECT)] == authorize.BEFORE_REDIRECT


def test_a_sound_request_is_typed(make: Any) -> None:
    found = authorize.check(
        _with(
            state="s",
            nonce="n",
            prompt="login consent",
            max_age="30",
            ui_locales="zh-Hant-HK <x> en",
            login_hint="h",
            purpose="Renew a licence",
            unknown="ignored",
        ),
        make.client(),
        {},
    )
    assert found.scope == ("openid", "identity")
    assert found.prompt == {"login", "consent"}
    assert found.max_age == 30
    assert found.ui_locales == ("zh-Hant-HK", "en")
    assert (found.state, found.nonce, found.login_hint) == ("s", "n", "h")
    assert found.purpose == "Renew a licence"
    assert found.claims[0].claim == "hkid"


@pytest.mark.parametrize(
    ("changes", "code", "reason", "redirectable"),
    [
        ({"client_id": "x"}, ErrorCode.INVALID_REQUEST, "client_id_differs", False),
        ({"redirect_uri": DROP}, ErrorCode.INVALID_REQUEST, "redirect_uri_missing", False),
        (
            {"redirect_uri": "https://evil"},
            ErrorCode.INVALID_REQUEST,
            "redirect_uri_not_registered",
            False,
        ),
        ({"request": "x"}, ErrorCode.REQUEST_NOT_SUPPORTED, "request_object", True),
        ({"response_type": DROP}, ErrorCode.INVALID_REQUEST, "response_type_missing", True),
        (
            {"response_type": "token"},
            ErrorCode.UNSUPPORTED_RESPONSE_TYPE,
            "response_type_not_code",
            True,
        ),
        ({"response_mode": "fragment"}, ErrorCode.INVALID_REQUEST, "response_mode_not_query", True),
        ({"scope": DROP}, ErrorCode.INVALID_SCOPE, "scope_malformed", True),
        ({"scope": "openid  identity"}, ErrorCode.INVALID_SCOPE, "scope_malformed", True),
        ({"scope": "identity"}, ErrorCode.INVALID_SCOPE, "scope_without_openid", True),
        ({"scope": "openid contact"}, ErrorCode.INVALID_SCOPE, "scope_not_granted", True),
        (
            {"code_challenge": DROP, "code_challenge_method": DROP},
            ErrorCode.INVALID_REQUEST,
            "code_challenge_missing",
            True,
        ),
        (
            {"code_challenge_method": DROP},
            ErrorCode.INVALID_REQUEST,
            "code_challenge_method_not_s256",
            True,
        ),
        ({"code_challenge": DROP}, ErrorCode.INVALID_REQUEST, "code_challenge_malformed", True),
        ({"code_challenge": "x"}, ErrorCode.INVALID_REQUEST, "code_challenge_malformed", True),
        ({"prompt": "x"}, ErrorCode.INVALID_REQUEST, "prompt_unknown", True),
        ({"prompt": "none consent"}, ErrorCode.INVALID_REQUEST, "prompt_none_with_others", True),
        ({"max_age": "x"}, ErrorCode.INVALID_REQUEST, "max_age_malformed", True),
        ({"max_age": "٣"}, ErrorCode.INVALID_REQUEST, "max_age_malformed", True),
        ({"purpose": "ab"}, ErrorCode.INVALID_REQUEST, "purpose_length", True),
        ({"purpose": "x" * 301}, ErrorCode.INVALID_REQUEST, "purpose_length", True),
        ({"id_token_hint": "x"}, ErrorCode.INVALID_REQUEST, "id_token_hint_not_ours", True),
    ],
    ids=str,
)
def test_rows(
    make: Any, changes: dict[str, Any], code: ErrorCode, reason: str, *, redirectable: bool
) -> None:
    with pytest.raises(ProtocolError) as refusal:
        authorize.check(_with(**changes), make.client(), make.own_keys)
    found = refusal.value
    assert (found.code, found.reason, found.redirectable) == (code, reason, redirectable)


def test_core_ignores_scopes_it_was_not_granted_and_may_go_without_pkce(make: Any) -> None:
    client = make.client(profile=ClientProfile.CORE)
    asked = _with(scope="openid contact x openid", code_challenge=DROP, code_challenge_method=DROP)
    found = authorize.check(asked, client, {})
    assert found.scope == ("openid",)
    assert (found.code_challenge, found.max_age, found.prompt) == ("", None, frozenset())
    assert found.purpose == ""


def test_a_request_without_client_id_is_the_authenticated_clients(make: Any) -> None:
    assert authorize.check(_with(client_id=DROP), make.client(), {}).client_id == "licensing"


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"aud": "licensing", "sub": "x"}, "x"),
        ({"aud": "other", "sub": "x"}, None),
        ({"aud": ["licensing"], "sub": "x"}, None),
        ({"aud": "licensing", "sub": 1}, None),
    ],
)
def test_hints(make: Any, claims: dict[str, Any], subject: str | None) -> None:
    hint = jose.sign(claims, make.own_key, kid="own", typ="JWT")
    if subject is None:
        with pytest.raises(ProtocolError, match="id_token_hint_not_ours"):
            authorize.check(_with(id_token_hint=hint), make.client(), make.own_keys)
    else:
        found = authorize.check(_with(id_token_hint=hint), make.client(), make.own_keys)
        assert found.hint_subject == subject


def test_only_known_parameters_are_kept() -> None:
    assert authorize.kept(_with(client_assertion="secret", x="1")) == GOOD
