"""Scopes, the claims behind them, and what is released with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from idp.domain.approval import ClaimRequest
from idp.domain.person import Attribute

OPENID: Final = "openid"

#: Scope → claim → whether a department cannot do without it. Not everybody has a Chinese name;
#: what citizens say of themselves is theirs to give or to keep.
SCOPES: Final[Mapping[str, Mapping[str, bool]]] = MappingProxyType(
    {
        OPENID: MappingProxyType({}),
        "identity": MappingProxyType(
            {"hkid": True, "name_en": True, "name_zh": False, "birthdate": True, "gender": True}
        ),
        "contact": MappingProxyType({"email": False, "phone_number": False, "address": False}),
    }
)

SUPPORTED_CLAIMS: Final = tuple(claim for claims in SCOPES.values() for claim in claims)


def claims_of(scope: Sequence[str]) -> tuple[ClaimRequest, ...]:
    """List the claims that a scope asks for, in the order a form shows them."""
    return tuple(
        ClaimRequest(claim=claim, essential=essential)
        for name in SCOPES
        if name in scope
        for claim, essential in SCOPES[name].items()
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
