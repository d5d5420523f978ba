"""Scopes, the claims behind them, and what is released with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from idp.domain.approval import ClaimRequest
from idp.domain.person import Attribute

OPENID: Final = "openid"

#: Every claim, in the order a form shows them → whether a department that asks for it cannot do
#: without it. Not everybody has a Chinese name; what citizens say of themselves is theirs to keep.
_ESSENTIAL: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "hkid": True,
        "name_en": True,
        "name_zh": False,
        "birthdate": True,
        "gender": True,
        "email": False,
        "phone_number": False,
        "address": False,
    }
)

#: Scope → its claims. A department asks for the narrowest that serve it, and is registered for
#: no others (PDPO, data protection principle 1: not excessive); the two bundles come last.
#: `email`, `phone` and `address` are the standard ones (OIDC Core §5.4), without the `_verified`
#: claims: `_sources` says more than those could.
SCOPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        OPENID: (),
        "name": ("name_en", "name_zh"),
        "hkid": ("hkid",),
        "birthdate": ("birthdate",),
        "gender": ("gender",),
        "email": ("email",),
        "phone": ("phone_number",),
        "address": ("address",),
        "identity": ("hkid", "name_en", "name_zh", "birthdate", "gender"),
        "contact": ("email", "phone_number", "address"),
    }
)

SUPPORTED_CLAIMS: Final = tuple(_ESSENTIAL)


def claims_of(scope: Sequence[str]) -> tuple[ClaimRequest, ...]:
    """List the claims that a scope asks for, each once, in the order a form shows them."""
    asked = {claim for name in scope for claim in SCOPES.get(name, ())}
    return tuple(
        ClaimRequest(claim=claim, essential=essential)
        for claim, essential in _ESSENTIAL.items()
        if claim in asked
    )


def released(attributes: Sequence[Attribute], claims: Sequence[str]) -> dict[str, Any]:
    """Answer the values of the released claims, each with its source (OIDC Core §5.6.2 in spirit).

    What is not held is left out, and so is `_sources` when nothing is released.
    """
    chosen = [attribute for attribute in attributes if attribute.claim in claims]
    if not chosen:
        return {}
    found: dict[str, Any] = {attribute.claim: attribute.value for attribute in chosen}
    found["_sources"] = {
        attribute.claim: {"source": attribute.source.value, "as_of": attribute.as_of.isoformat()}
        for attribute in chosen
    }
    return found
