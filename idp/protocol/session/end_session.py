"""Logging out at a department's request (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from dataclasses import dataclass

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose
from idp.protocol.parameters import Parameters
from idp.protocol.redirect_uri import is_registered
from idp.protocol.request.response import redirect_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """An ID token of ours that came back: for which client, about whom."""

    client_id: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """End the session without asking; then go on to `return_to`, or show our own page."""

    return_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst:
    """Ask the citizen: anybody could have sent this request (§2, §6)."""

    return_to: str | None


Outcome = LogOut | AskFirst


def read_hint(parameters: Parameters, own_keys: jose.Keys, issuer: str) -> Hint | None:
    """Check `id_token_hint`; an expired one will do (§2), a changed one is an attack.

    Raises ProtocolError(invalid_request, `hint_not_ours`).
    """
    text = parameters.get("id_token_hint")
    if text is None:
        return None
    try:
        claims = jose.verify(text, own_keys, types=frozenset({"jwt"}))
    except jose.TokenRefused as refusal:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "hint_not_ours") from refusal
    audience, subject = claims.get("aud"), claims.get("sub")
    if claims.get("iss") != issuer or not isinstance(audience, str) or not isinstance(subject, str):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "hint_not_ours")
    return Hint(client_id=audience, subject=subject)


def client_of(parameters: Parameters, hint: Hint | None) -> str | None:
    """Say which client asks: by the hint, else by `client_id`; both must agree (§2).

    Raises ProtocolError(invalid_request, `client_id_differs`).
    """
    named = parameters.get("client_id")
    if hint is None:
        return named
    if named is not None and named != hint.client_id:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "client_id_differs")
    return hint.client_id


def decide(
    parameters: Parameters, client: Client | None, hint: Hint | None, session_subject: str | None
) -> Outcome:
    """Decide between ending the session and asking first.

    `session_subject` is the `sub`, at this client, of whoever is logged in; None when nobody is.
    A `post_logout_redirect_uri` that is not registered is not followed, and that is all: the
    citizen still gets logged out (§3).
    """
    return_to = _return_to(parameters, client)
    if session_subject is None:
        return LogOut(return_to=return_to)
    if hint is not None and hint.subject == session_subject:
        return LogOut(return_to=return_to)
    return AskFirst(return_to=return_to)


def _return_to(parameters: Parameters, client: Client | None) -> str | None:
    wanted = parameters.get("post_logout_redirect_uri")
    if client is None or wanted is None:
        return None
    if not is_registered(wanted, client.post_logout_redirect_uris):
        return None
    return redirect_to(wanted, {"state": parameters.get("state")})
