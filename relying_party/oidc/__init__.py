"""OpenID Connect, the client's side: each step takes only what the step before it returns.

`begin` → `check_response` → `redeem` → `verify_id_token` → `userinfo`. A value of the next type
can be had in no other way, so no check can be left out by forgetting to call it.
"""

from relying_party.oidc.client import (
    Answered,
    Authorization,
    OidcClient,
    Released,
    UnverifiedLogin,
)
from relying_party.oidc.errors import Refused, RefusedReason, Unreachable
from relying_party.oidc.http import HttpClient
from relying_party.oidc.id_token import VerifiedLogin
from relying_party.oidc.provider import Provider

__all__ = [
    "Answered",
    "Authorization",
    "HttpClient",
    "OidcClient",
    "Provider",
    "Refused",
    "RefusedReason",
    "Released",
    "Unreachable",
    "UnverifiedLogin",
    "VerifiedLogin",
]
