"""A form is taken from our own page in the same browser, and from nowhere else."""

import pytest

from look.security import check_csrf, is_same_origin, mint_csrf

SECRET = b"s" * 32
OWN = "http://id.localhost:8000"


def test_token_fits_its_cookie_and_secret_only() -> None:
    token = mint_csrf(SECRET, "browser-1")
    assert check_csrf(SECRET, "browser-1", token)
    assert not check_csrf(SECRET, "browser-2", token)
    assert not check_csrf(b"t" * 32, "browser-1", token)


@pytest.mark.parametrize("token", [None, "", "x", "\ud800", "é" * 64])
def test_missing_or_odd_token_is_refused(token: str | None) -> None:
    assert not check_csrf(SECRET, "browser-1", token)
    assert not check_csrf(SECRET, None, mint_csrf(SECRET, "browser-1"))
    assert not check_csrf(SECRET, "", mint_csrf(SECRET, "browser-1"))


def test_no_token_without_a_cookie_or_with_a_short_secret() -> None:
    with pytest.raises(ValueError, match="256-bit"):
        mint_csrf(SECRET, "")
    with pytest.raises(ValueError, match="256-bit"):
        mint_csrf(b"short", "browser-1")


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-site", "origin": OWN}, False),
        ({"sec-fetch-site": "cross-site", "origin": OWN}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": OWN}, True),
        ({"origin": "http://licensing.localhost:8001"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_browser_says_where_a_request_was_sent_from(headers: dict[str, str], *, same: bool) -> None:
    assert is_same_origin(headers, OWN) is same
