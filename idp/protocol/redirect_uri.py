"""Redirect URIs: compared byte for byte, and looked at hard once, when they are registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from idp.domain.errors import ErrorCode, ProtocolError

MAX_LENGTH: Final = 512
#: What we add to a redirect; a registered URI that carries one already would make a duplicate.
RESPONSE_PARAMETERS: Final = frozenset(
    {"code", "state", "iss", "error", "error_description", "error_uri", "response", "session_state"}
)
_ALLOWED: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?")


def is_registered(redirect_uri: str, registered: Sequence[str]) -> bool:
    """Tell whether this is one of the registered URIs, by simple string comparison.

    RFC 3986 §6.2.1, RFC 9700 §4.1.3. Nothing is normalised, so nothing can be normalised wrongly.
    """
    return redirect_uri in registered


def check_registration(redirect_uri: str, *, http_allowed: bool) -> None:
    """Refuse a URI that should never be registered.

    `http_allowed` is for `*.localhost` in the demonstration alone.
    Raises ProtocolError(invalid_request, `bad_redirect_uri`).
    """
    if not _is_sound(redirect_uri, http_allowed=http_allowed):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "bad_redirect_uri")


def _is_sound(redirect_uri: str, *, http_allowed: bool) -> bool:
    if len(redirect_uri) > MAX_LENGTH or not _ALLOWED.fullmatch(redirect_uri):
        return False  # a fragment (RFC 6749 §3.1.2), a backslash, a control, a space, non-ASCII
    try:
        parts = urlsplit(redirect_uri)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" and not (
        http_allowed and parts.scheme == "http" and host.endswith(".localhost")
    ):
        return False
    # `hostname` hides capitals, the comparison later does not.
    if (
        "@" in parts.netloc
        or parts.netloc != parts.netloc.lower()
        or not _HOST.fullmatch(host)
        or ".." in host
    ):
        return False
    if any(step in {".", ".."} for step in parts.path.split("/")) or "%" in parts.path:
        return False
    carried = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return not carried & RESPONSE_PARAMETERS
