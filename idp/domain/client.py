"""A registered department, in the terms of RFC 7591 where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ClientProfile(StrEnum):
    """Which set of security rules binds a client; `gov_high` unless it was registered otherwise."""

    GOV_HIGH = "gov_high"  # FAPI 2.0 Security Profile: PAR, S256, private_key_jwt, ES256
    CORE = "core"  # ordinary OpenID Connect


class Capability(StrEnum):
    """What a department may do beyond logging citizens in."""

    SIGN = "sign"  # ask a citizen for a signature
    SEAL = "seal"  # have its own documents sealed
    NOTIFY = "notify"  # send a notice to a citizen it knows
    INBOX = "inbox"  # is the citizens' designated information system for notices (s. 19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A department's registration."""

    client_id: str
    client_name: Mapping[str, str]  # language → name: en, zh-Hant-HK, zh-Hans
    host: str  # shown to citizens beside the name
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    signing_redirect_uris: tuple[str, ...] = ()
    jwks: Mapping[str, Any]
    profile: ClientProfile = ClientProfile.GOV_HIGH
    scopes: frozenset[str] = frozenset({"openid"})
    sector_identifier: str  # what pairwise subjects are computed for (OIDC Core §8.1)
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    government: bool = True  # a government entity in the sense of the ETO: section 6(1A) applies
    notice_uri: str | None = None  # where an inbox takes notices in

    def may(self, capability: Capability) -> bool:
        """Tell whether this department was given the capability."""
        return capability in self.capabilities
