"""Which redirect URIs may be registered, and what matches."""

import pytest

from idp.domain.errors import ProtocolError
from idp.protocol.redirect_uri import check_registration, is_registered


def test_matching_is_by_bytes() -> None:
    registered = ("https://rp.example/cb",)
    assert is_registered("https://rp.example/cb", registered)
    assert not is_registered("https://rp.example/cb/", registered)
    assert not is_registered("", registered)


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example/cb",
        "https://rp.example",
        "https://rp.example:8443/cb?x=1",
        "https://a.b-c.example/a/b.c",
    ],
)
def test_sound(uri: str) -> None:
    check_registration(uri, http_allowed=False)


def test_http_is_for_localhost_in_the_demonstration() -> None:
    check_registration("http://rp.localhost:8001/cb", http_allowed=True)
    for uri, allowed in (
        ("http://rp.localhost:8001/cb", False),
        ("http://rp.example/cb", True),
        ("http://localhost/cb", True),
        ("http://rp.localhost.example/cb", True),
    ):
        with pytest.raises(ProtocolError, match="bad_redirect_uri"):
            check_registration(uri, http_allowed=allowed)


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example/cb#f",
        "https://rp.example\\@evil/",
        "https://user@rp.example/",
        "https://rp.example/a/../b",
        "https://rp.example/./b",
        "https://rp.example/%2e%2e/",
        "https://RP.example/",
        "https://rp..example/",
        "https://-rp.example/",
        "https://",
        "https://[::1]/",
        "https://[::1/",
        "https://rp.example:99999/",
        "https://rp.example/cb?code=1",
        "https://rp.example/cb?iss=1",
        "https://rp.example/cb?error",
        "https://rp.example/ cb",
        "https://rp.example/\tcb",
        "https://rp.exämple/cb",
        "https://*.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "app:/cb",
        "//rp.example/cb",
        "",
        "https://rp.example/" + "x" * 500,
    ],
)
def test_unsound(uri: str) -> None:
    with pytest.raises(ProtocolError, match="bad_redirect_uri"):
        check_registration(uri, http_allowed=True)
