"""Answers that travel by the browser: codes and errors in a query, always with `iss` (RFC 9207)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from idp.domain.errors import ErrorCode, ProtocolError


class AuthorizationRefused(ProtocolError):  # noqa: N818 - a refusal by name
    """A refusal that may travel: client and redirect_uri are known to be good."""

    def __init__(self, code: ErrorCode, reason: str, redirect_to: str) -> None:
        super().__init__(code, reason, redirectable=True)
        self.redirect_to = redirect_to


def redirect_to(redirect_uri: str, parameters: Mapping[str, str | None]) -> str:
    """Add parameters to a registered URI, keeping the query it has (RFC 6749 §3.1.2)."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    if not query:
        return redirect_uri
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"


def code_response(redirect_uri: str, *, code: str, state: str | None, issuer: str) -> str:
    """The successful authorization response (RFC 6749 §4.1.2, RFC 9207 §2)."""
    return redirect_to(redirect_uri, {"code": code, "state": state, "iss": issuer})


def error_response(
    redirect_uri: str, *, error: ErrorCode, description: str, state: str | None, issuer: str
) -> str:
    """The refusing authorization response (RFC 6749 §4.1.2.1, RFC 9207 §2)."""
    return redirect_to(
        redirect_uri,
        {
            "error": error.value,
            "error_description": description,
            "state": state,
            "iss": issuer,
        },
    )
