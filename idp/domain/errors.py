"""One family of refusals. The core raises codes and reasons; words are found at the edge.

IdpError
├── ProtocolError   a machine asked wrongly: answered with the specification's error code
└── JourneyError    a person's journey cannot go on: answered with a page that says what to do
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Error codes on the wire, spelled as their registries spell them."""

    INVALID_REQUEST = "invalid_request"  # RFC 6749 §5.2
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"  # RFC 6749 §4.1.2.1
    INVALID_SCOPE = "invalid_scope"
    ACCESS_DENIED = "access_denied"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    LOGIN_REQUIRED = "login_required"  # OpenID Connect Core §3.1.2.6
    CONSENT_REQUIRED = "consent_required"
    INTERACTION_REQUIRED = "interaction_required"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    INVALID_TOKEN = "invalid_token"  # noqa: S105  RFC 6750 §3.1
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INVALID_DOCUMENT = "invalid_document"  # ours: the signing API
    EXCLUDED_MATTER = "excluded_matter"
    SIGNING_PENDING = "signing_pending"
    SIGNING_REFUSED = "signing_refused"
    SIGNING_EXPIRED = "signing_expired"
    NOT_FOUND = "not_found"


class IdpError(Exception):
    """Anything the identity provider refuses; `reason` is a stable slug for logs and tests."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProtocolError(IdpError):
    """A request breaks a rule of its protocol.

    `redirectable` is True only once client and redirect_uri are known to be good: before that,
    nothing may send the browser anywhere (RFC 6749 §4.1.2.1).
    """

    def __init__(self, code: ErrorCode, reason: str, *, redirectable: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.redirectable = redirectable


class JourneyError(IdpError):
    """A person's journey stops here; the page for `reason` says what happened and what to do."""
