"""Verify: anybody's file, judged in a process of its own; nothing of it is kept."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization

from certs.verification import LocalEvidence
from certs.verification.isolate import verify_in_worker
from certs.verification.policy import encode
from idp.ports.world import World


async def verify_document(document: bytes, world: World, now: datetime) -> dict[str, Any]:
    """Answer the report's JSON members for a document.

    The authority's present revocation lists are given along, so that a revocation after the
    signature is told. No address inside the file is ever fetched (T31). Never raises for any
    document: one that cannot be judged gives INDETERMINATE with the reason.
    """
    authority = world.authority
    evidence = LocalEvidence(
        certificates=tuple(
            certificate.public_bytes(serialization.Encoding.DER)
            for certificate in authority.ca_chain
        ),
        crls=(authority.crl_der("issuing"), authority.crl_der("root")),
    )
    policy = encode(authority.trust_list_json)
    return await asyncio.to_thread(verify_in_worker, document, policy, now, local_evidence=evidence)
