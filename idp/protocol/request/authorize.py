"""The authorization request (OIDC Core §3.1.2): a table of checks, in order, then a typed value.

The first rows decide whether the browser may be sent anywhere; only a refusal after them is
redirectable. A new rule is one function and one row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from idp.domain.approval import ClaimRequest
from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose, pkce
from idp.protocol.claims import OPENID, SCOPES, claims_of
from idp.protocol.client.profile import ProfileRules, rules_for
from idp.protocol.parameters import Parameters
from idp.protocol.redirect_uri import is_registered

PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
#: What is kept of a request; anything else was ignored (RFC 6749 §3.1).
KEPT: Final = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "ui_locales",
    "login_hint",
    "acr_values",
    "id_token_hint",
    "purpose",
)

_SCOPE_TOKEN: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §3.3
_MAX_AGE: Final = re.compile(r"[0-9]{1,9}")
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")  # RFC 5646 §2.1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A request that passed every check. `code_challenge` is empty only for profile `core`."""

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    claims: tuple[ClaimRequest, ...]
    state: str | None
    nonce: str | None
    code_challenge: str
    prompt: frozenset[str]
    max_age: int | None  # seconds
    ui_locales: tuple[str, ...]
    login_hint: str | None
    hint_subject: str | None  # `sub` of the id_token_hint
    purpose: str  # empty when the department gave none


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the checks look at."""

    parameters: Parameters
    client: Client
    rules: ProfileRules


Check = Callable[[Asked], None]


def client_is_the_sender(asked: Asked) -> None:
    """`client_id` is there and is the client that was looked up (RFC 9126 §2.1)."""
    if asked.parameters.get("client_id", asked.client.client_id) != asked.client.client_id:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "client_id_differs")


def redirect_uri_is_registered(asked: Asked) -> None:
    """`redirect_uri` is sent and registered, byte for byte (OIDC Core §3.1.2.1)."""
    redirect_uri = asked.parameters.get("redirect_uri")
    if redirect_uri is None:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "redirect_uri_missing")
    if not is_registered(redirect_uri, asked.client.redirect_uris):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "redirect_uri_not_registered")


def no_request_object(asked: Asked) -> None:
    """Request objects are not taken yet (OIDC Core §3.1.2.6)."""
    if "request" in asked.parameters:
        raise _refused(ErrorCode.REQUEST_NOT_SUPPORTED, "request_object")


def response_type_is_code(asked: Asked) -> None:
    """Only the code flow exists (RFC 9700 §2.1.2)."""
    response_type = asked.parameters.get("response_type")
    if response_type is None:
        raise _refused(ErrorCode.INVALID_REQUEST, "response_type_missing")
    if response_type != "code":
        raise _refused(ErrorCode.UNSUPPORTED_RESPONSE_TYPE, "response_type_not_code")


def response_mode_is_query(asked: Asked) -> None:
    """A mode that nobody registered would move the code to where it can be read."""
    if asked.parameters.get("response_mode", "query") != "query":
        raise _refused(ErrorCode.INVALID_REQUEST, "response_mode_not_query")


def scope_is_granted(asked: Asked) -> None:
    """`scope` has `openid` and nothing beyond the registration (OIDC Core §3.1.2.1)."""
    scope = asked.parameters.get("scope", "").split(" ")
    if not all(_SCOPE_TOKEN.fullmatch(token) for token in scope):
        raise _refused(ErrorCode.INVALID_SCOPE, "scope_malformed")
    if OPENID not in scope:
        raise _refused(ErrorCode.INVALID_SCOPE, "scope_without_openid")
    unknown = set(scope) - (asked.client.scopes & SCOPES.keys())
    if unknown and asked.rules.unknown_scope_refused:
        raise _refused(ErrorCode.INVALID_SCOPE, "scope_not_granted")


def pkce_is_sound(asked: Asked) -> None:
    """A challenge by S256, and required where the profile says so (RFC 7636 §4.3, §4.4.1)."""
    challenge = asked.parameters.get("code_challenge")
    method = asked.parameters.get("code_challenge_method")
    if challenge is None and method is None:
        if asked.rules.pkce_required:
            raise _refused(ErrorCode.INVALID_REQUEST, "code_challenge_missing")
        return
    if method != pkce.METHOD:  # an absent method means `plain`
        raise _refused(ErrorCode.INVALID_REQUEST, "code_challenge_method_not_s256")
    if challenge is None or not pkce.is_challenge(challenge):
        raise _refused(ErrorCode.INVALID_REQUEST, "code_challenge_malformed")


def prompt_is_known(asked: Asked) -> None:
    """`prompt` has known values, and `none` stands alone (OIDC Core §3.1.2.1)."""
    prompt = _words(asked.parameters.get("prompt"))
    if not set(prompt) <= PROMPTS:
        raise _refused(ErrorCode.INVALID_REQUEST, "prompt_unknown")
    if "none" in prompt and len(prompt) > 1:
        raise _refused(ErrorCode.INVALID_REQUEST, "prompt_none_with_others")


def max_age_is_seconds(asked: Asked) -> None:
    """`max_age` is a whole number of seconds."""
    if not _MAX_AGE.fullmatch(asked.parameters.get("max_age", "0")):
        raise _refused(ErrorCode.INVALID_REQUEST, "max_age_malformed")


def purpose_is_a_sentence(asked: Asked) -> None:
    """`purpose`, where given, has 3 to 300 characters (OpenID Connect for IDA §7.1 in spirit)."""
    purpose = asked.parameters.get("purpose")
    if purpose is not None and not 3 <= len(purpose) <= 300:
        raise _refused(ErrorCode.INVALID_REQUEST, "purpose_length")


#: Until these passed, no answer travels by redirect.
BEFORE_REDIRECT: Final[tuple[Check, ...]] = (
    client_is_the_sender,
    redirect_uri_is_registered,
)

CHECKS: Final[tuple[Check, ...]] = (
    *BEFORE_REDIRECT,
    no_request_object,
    response_type_is_code,
    response_mode_is_query,
    scope_is_granted,
    pkce_is_sound,
    prompt_is_known,
    max_age_is_seconds,
    purpose_is_a_sentence,
)


def check(parameters: Parameters, client: Client, own_keys: jose.Keys) -> AuthorizationRequest:
    """Run the table and answer the typed request.

    Raises ProtocolError with the code of the row that refused; `redirectable` is set for rows
    that come after `BEFORE_REDIRECT`.
    """
    asked = Asked(parameters=parameters, client=client, rules=rules_for(client))
    for row in CHECKS:
        row(asked)
    granted = client.scopes & SCOPES.keys()
    scope = tuple(dict.fromkeys(s for s in parameters["scope"].split(" ") if s in granted))
    max_age = parameters.get("max_age")
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=parameters["redirect_uri"],
        scope=scope,
        claims=claims_of(scope),
        state=parameters.get("state"),
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge", ""),
        prompt=frozenset(_words(parameters.get("prompt"))),
        max_age=int(max_age) if max_age is not None else None,
        ui_locales=_languages(parameters.get("ui_locales")),
        login_hint=parameters.get("login_hint"),
        hint_subject=_hinted(parameters, client, own_keys),
        purpose=parameters.get("purpose", ""),
    )


def kept(parameters: Parameters) -> Mapping[str, str]:
    """The parameters to store with a pushed request; they pass `check` again when read back."""
    return MappingProxyType({name: parameters[name] for name in KEPT if name in parameters})


def _hinted(parameters: Parameters, client: Client, own_keys: jose.Keys) -> str | None:
    """Whom the department expects, by an ID token of ours for it; an expired one will do."""
    hint = parameters.get("id_token_hint")
    if hint is None:
        return None
    try:
        claims = jose.verify(hint, own_keys, types=frozenset({"jwt"}))
    except jose.TokenRefused as refusal:
        raise _refused(ErrorCode.INVALID_REQUEST, "id_token_hint_not_ours") from refusal
    subject = claims.get("sub")
    if claims.get("aud") != client.client_id or not isinstance(subject, str):
        raise _refused(ErrorCode.INVALID_REQUEST, "id_token_hint_not_ours")
    return subject


def _languages(ui_locales: str | None) -> tuple[str, ...]:
    """Well-formed tags, at most eight; whatever else was sent is ignored (OIDC Core §3.1.2.1)."""
    return tuple(tag for tag in _words(ui_locales)[:8] if _LANGUAGE_TAG.fullmatch(tag))


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def _refused(code: ErrorCode, reason: str) -> ProtocolError:
    return ProtocolError(code, reason, redirectable=True)
