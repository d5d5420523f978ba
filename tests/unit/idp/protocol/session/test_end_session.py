"""RP-initiated logout: hints, clients, where to go."""

from typing import Any

import pytest

from idp.domain.errors import ProtocolError
from idp.protocol import jose
from idp.protocol.session.end_session import AskFirst, Hint, LogOut, client_of, decide, read_hint

ISSUER = "https://id.example"
HINT = Hint(client_id="licensing", subject="sub")
BACK = {"post_logout_redirect_uri": "https://rp.example/"}


def test_our_own_token_is_a_hint(make: Any) -> None:
    claims = {"iss": ISSUER, "aud": "licensing", "sub": "sub", "exp": 0}
    token = jose.sign(claims, make.own_key, kid="own", typ="JWT")
    assert read_hint({"id_token_hint": token}, make.own_keys, ISSUER) == HINT
    assert read_hint({}, make.own_keys, ISSUER) is None


@pytest.mark.parametrize("change", [{"iss": "x"}, {"aud": ["licensing"]}, {"sub": 1}], ids=str)
def test_other_tokens_are_none(make: Any, change: dict[str, Any]) -> None:
    claims = {"iss": ISSUER, "aud": "licensing", "sub": "sub"} | change
    token = jose.sign(claims, make.own_key, kid="own", typ="JWT")
    with pytest.raises(ProtocolError, match="hint_not_ours"):
        read_hint({"id_token_hint": token}, make.own_keys, ISSUER)
    notice = jose.sign(claims, make.own_key, kid="own", typ="notice+jwt")
    with pytest.raises(ProtocolError, match="hint_not_ours"):
        read_hint({"id_token_hint": notice}, make.own_keys, ISSUER)


def test_which_client_asks() -> None:
    assert client_of({"client_id": "x"}, None) == "x"
    assert client_of({}, None) is None
    assert client_of({}, HINT) == "licensing"
    assert client_of({"client_id": "licensing"}, HINT) == "licensing"
    with pytest.raises(ProtocolError, match="client_id_differs"):
        client_of({"client_id": "x"}, HINT)


def test_where_it_ends(make: Any) -> None:
    client = make.client()
    there = BACK | {"state": "s"}
    assert decide(there, client, HINT, "sub") == LogOut(return_to="https://rp.example/?state=s")
    assert decide(BACK, client, None, None) == LogOut(return_to="https://rp.example/")
    assert decide(BACK, client, None, "sub") == AskFirst(return_to="https://rp.example/")
    assert decide(BACK, client, HINT, "another") == AskFirst(return_to="https://rp.example/")
    assert decide(BACK, None, None, "sub") == AskFirst(return_to=None)
    assert decide({}, client, HINT, "sub") == LogOut(return_to=None)
    elsewhere = {"post_logout_redirect_uri": "https://evil.example/"}
    assert decide(elsewhere, client, HINT, "sub") == LogOut(return_to=None)
