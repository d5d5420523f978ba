"""Pushed requests: the pure part."""

from datetime import timedelta
from typing import Any

import pytest

from idp.domain.client import ClientProfile
from idp.domain.errors import ProtocolError
from idp.domain.grants import PushedRequest
from idp.domain.values import Secret
from idp.protocol.request import par


def _pushed(now: Any, **changes: Any) -> PushedRequest:
    base: dict[str, Any] = {
        "authorization_id": "a",
        "request_uri_digest": b"",
        "client_id": "licensing",
        "parameters": {},
        "expires_at": now + timedelta(seconds=90),
    }
    return PushedRequest(**(base | changes))


def test_a_handle_survives_its_uri() -> None:
    handle = Secret.from_bytes(bytes(32))
    assert par.handle_of({"request_uri": par.request_uri(handle)}) == handle


@pytest.mark.parametrize("uri", ["x", par.PREFIX, par.PREFIX + "a" * 42, "https://rp.example/r"])
def test_other_uris_are_unknown(uri: str) -> None:
    with pytest.raises(ProtocolError, match="request_uri_unknown"):
        par.handle_of({"request_uri": uri})


def test_a_loaded_request(make: Any, now: Any) -> None:
    client, pushed = make.client(), _pushed(now)
    assert par.check_loaded(pushed, client, now) == pushed
    cases = {
        "request_uri_spent": _pushed(now, completed_at=now),
        "request_uri_expired": _pushed(now, expires_at=now),
    }
    for reason, found in cases.items():
        with pytest.raises(ProtocolError, match=reason):
            par.check_loaded(found, client, now)
    for stranger in (None, _pushed(now, client_id="x")):
        with pytest.raises(ProtocolError, match="request_uri_unknown"):
            par.check_loaded(stranger, client, now)


def test_a_refusal_at_the_push_never_travels_by_browser(make: Any) -> None:
    with pytest.raises(ProtocolError) as refusal:
        par.check({"redirect_uri": "https://rp.example/cb"}, make.client(), {})
    assert not refusal.value.redirectable
    with pytest.raises(ProtocolError, match="request_uri_pushed"):
        par.check({"request_uri": "x"}, make.client(), {})


def test_only_core_may_go_without_pushing(make: Any) -> None:
    par.check_unpushed(make.client(profile=ClientProfile.CORE))
    with pytest.raises(ProtocolError, match="par_required"):
        par.check_unpushed(make.client())
