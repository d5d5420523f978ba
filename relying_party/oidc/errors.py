"""The two ways a conversation with the identity provider ends badly.

Codes only: the page finds the words (`web/words.py`).
"""

from enum import StrEnum


class RefusedReason(StrEnum):
    """Why an answer was not accepted; stable, for logs, tests and the choice of words."""

    # the citizen, or time
    ACCESS_DENIED = "access_denied"
    WRONG_CODE = "wrong_code"
    EXPIRED = "expired"
    # not the answer to a question this browser asked
    NOT_OURS = "not_ours"
    # the provider said no to the department
    PROVIDER_REFUSED = "provider_refused"
    # what came back is not what it must be
    MALFORMED = "malformed"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_ALGORITHM = "wrong_algorithm"
    WRONG_NONCE = "wrong_nonce"
    WRONG_SUBJECT = "wrong_subject"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MISSING_CLAIM = "missing_claim"
    NOT_YET_VALID = "not_yet_valid"
    TOO_LARGE = "too_large"


class Refused(Exception):  # noqa: N818 - an outcome by name
    """An answer was not accepted. `detail` is for the log: never a token, never personal data."""

    def __init__(self, reason: RefusedReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Unreachable(Exception):  # noqa: N818 - an outcome by name
    """The identity provider did not answer in time, or answered with a fault of its own."""


_BY_CITIZEN = {
    "access_denied": RefusedReason.ACCESS_DENIED,
    "wrong_code": RefusedReason.WRONG_CODE,
    "expired": RefusedReason.EXPIRED,
    "login_required": RefusedReason.EXPIRED,
}


def from_error_parameter(error: str) -> Refused:
    """Map the `error` of a redirect (RFC 6749 §4.1.2.1) to a refusal."""
    return Refused(_BY_CITIZEN.get(error, RefusedReason.PROVIDER_REFUSED), error[:40])
