"""Cookies that only this host can set and read."""

import pytest

from look.security import clear_host_cookie, host_cookie, read_host_cookie


def test_cookie_carries_every_protection() -> None:
    assert host_cookie("sid", "abc", max_age=60) == (
        "__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"
    )
    assert "SameSite=Strict" in host_cookie("sid", "abc", same_site="strict")
    assert "Max-Age" not in host_cookie("sid", "abc")
    assert clear_host_cookie("sid").startswith("__Host-sid=; ")
    assert clear_host_cookie("sid").endswith("Max-Age=0")


@pytest.mark.parametrize("value", ["a;b", "a b", 'a"b', "a\r\nb", "文", "a" * 1025])
def test_cookie_value_cannot_carry_more(value: str) -> None:
    with pytest.raises(ValueError, match="cookie"):
        host_cookie("sid", value)


def test_cookie_is_read_by_its_prefixed_name_only() -> None:
    assert read_host_cookie({"__Host-sid": "abc"}, "sid") == "abc"
    assert read_host_cookie({"sid": "abc"}, "sid") is None
    assert read_host_cookie({"__Host-sid": ""}, "sid") is None
    assert read_host_cookie({"__Host-sid": "a b"}, "sid") is None
    assert read_host_cookie({"__Host-sid": "a" * 2000}, "sid") is None
