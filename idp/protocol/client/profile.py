"""Which rules bind a client: a row of data for each profile, read by the checks.

`gov_high` is the FAPI 2.0 Security Profile and the default; `core` is ordinary OpenID Connect for
clients that cannot push their requests. What both refuse is not written here: it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from idp.domain.client import Client, ClientProfile


class Audience(StrEnum):
    """What a client assertion may name as its audience, always as a lone string."""

    ISSUER = "issuer"
    TOKEN_ENDPOINT = "token_endpoint"  # noqa: S105  the name of an endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRules:
    """One profile. Lifetimes are those of things that the client makes."""

    par_required: bool  # FAPI 2.0 SP §5.3.2.2 (2)
    pkce_required: bool  # FAPI 2.0 SP §5.3.2.2 (5)
    unknown_scope_refused: bool  # OIDC Core §3.1.2.1 says ignore; a department's typo is refused
    assertion_audiences: frozenset[Audience]  # FAPI 2.0 SP §5.3.2.1 (7): the issuer alone
    assertion_algorithms: tuple[str, ...]
    assertion_lifetime: timedelta  # exp may lie this far ahead, and the skew beyond it


#: A clock may be this far off (FAPI 2.0 SP §5.3.2.1 (13): accept 10 s ahead, refuse 60 s).
SKEW: Final = timedelta(seconds=10)

PROFILES: Final[Mapping[ClientProfile, ProfileRules]] = MappingProxyType(
    {
        ClientProfile.GOV_HIGH: ProfileRules(
            par_required=True,
            pkce_required=True,
            unknown_scope_refused=True,
            assertion_audiences=frozenset({Audience.ISSUER}),
            assertion_algorithms=("ES256",),
            assertion_lifetime=timedelta(seconds=60),
        ),
        ClientProfile.CORE: ProfileRules(
            par_required=False,
            pkce_required=False,
            unknown_scope_refused=False,
            assertion_audiences=frozenset({Audience.ISSUER, Audience.TOKEN_ENDPOINT}),
            assertion_algorithms=("ES256",),
            assertion_lifetime=timedelta(minutes=5),
        ),
    }
)


def rules_for(client: Client) -> ProfileRules:
    """Find the rules that bind a client."""
    return PROFILES[client.profile]
