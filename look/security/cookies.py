"""Cookies with the `__Host-` prefix: this host only, TLS or a secure context only, every path.

RFC 6265bis §4.1.3.2. A browser refuses such a cookie from a sibling host or over plain HTTP
(`http://*.localhost` counts as secure), so nobody can plant one.
"""

from collections.abc import Mapping
from typing import Final, Literal

_PREFIX: Final = "__Host-"
_LIMIT: Final = 1024
_VALUE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def host_cookie(
    name: str,
    value: str,
    *,
    max_age: int | None = None,
    same_site: Literal["lax", "strict"] = "lax",
) -> str:
    """The `Set-Cookie` value for a cookie no script can read; `max_age` in seconds.

    `name` goes without the prefix. Without `max_age` it ends with the browser session.
    Raises ValueError above 1 kB or for characters beyond base64url.
    """
    if len(name) + len(value) > _LIMIT:
        raise ValueError("a cookie is at most 1 kB")
    if not _VALUE.issuperset(value) or not _VALUE.issuperset(name):
        raise ValueError("a cookie holds base64url characters only")
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return (
        f"{_PREFIX}{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site.capitalize()}{age}"
    )


def clear_host_cookie(name: str) -> str:
    """The `Set-Cookie` value that removes the cookie."""
    return host_cookie(name, "", max_age=0)


def read_host_cookie(cookies: Mapping[str, str], name: str) -> str | None:
    """The value of a cookie set by `host_cookie`, or None; values we never set give None."""
    value = cookies.get(_PREFIX + name)
    if not value or len(value) > _LIMIT or not _VALUE.issuperset(value):
        return None
    return value
