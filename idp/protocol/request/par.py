"""Pushed authorization requests (RFC 9126)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.grants import PushedRequest
from idp.domain.values import Secret
from idp.protocol import jose
from idp.protocol.client.profile import rules_for
from idp.protocol.parameters import Parameters, require
from idp.protocol.request import authorize
from idp.protocol.request.authorize import AuthorizationRequest

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"  # RFC 9126 §2.2
_REQUEST_URI: Final = re.compile(re.escape(PREFIX) + r"([A-Za-z0-9_-]{43})")


def check(parameters: Parameters, client: Client, own_keys: jose.Keys) -> AuthorizationRequest:
    """Decide on a pushed request, as on one by the browser, but answered to the client alone.

    Raises ProtocolError, never redirectable (RFC 9126 §2.3).
    """
    if "request_uri" in parameters:  # RFC 9126 §2.1
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_pushed")
    try:
        return authorize.check(parameters, client, own_keys)
    except ProtocolError as refusal:
        raise ProtocolError(refusal.code, refusal.reason) from refusal


def request_uri(handle: Secret) -> str:
    """The URI that stands for a pushed request."""
    return PREFIX + handle.reveal()


def handle_of(parameters: Parameters) -> Secret:
    """Take the handle out of `request_uri`.

    Raises ProtocolError(invalid_request): missing, or no URI of ours. No URI is ever fetched.
    """
    found = _REQUEST_URI.fullmatch(require(parameters, "request_uri"))
    if found is None:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_unknown")
    return Secret(found[1])


def check_loaded(pushed: PushedRequest | None, client: Client, now: datetime) -> PushedRequest:
    """Decide whether a request_uri may be used: known, this client's, in time, not spent.

    It may be loaded again until an authorization came of it (FAPI 2.0 SP §5.3.2.2 note).
    Raises ProtocolError(invalid_request), not redirectable: nothing in it is trusted any more.
    """
    if pushed is None or pushed.client_id != client.client_id:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_unknown")
    if pushed.completed_at is not None:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_spent")
    if now >= pushed.expires_at:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_uri_expired")
    return pushed


def check_unpushed(client: Client) -> None:
    """Refuse a request that was not pushed where the profile asks for that (RFC 9126 §5)."""
    if rules_for(client).par_required:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "par_required")
