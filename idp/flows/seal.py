"""A department's seal on its own document: certified, so that nothing may be added (DocMDP 1)."""

from __future__ import annotations

import asyncio
from datetime import datetime

from certs.authority import Authority
from certs.base.digest import sha256
from certs.base.errors import CertsError
from certs.signing import PdfAppearance, SigningError, sign_pdf
from idp.domain.client import Capability, Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.events import DocumentSealed
from idp.flows.evidence import evidence_from
from idp.ports.world import World


async def seal(client: Client, document: bytes, reason: str, world: World, now: datetime) -> bytes:
    """Seal a document in the department's name; the ledger entry is written before it leaves.

    Raises ProtocolError (`unauthorized_client`, `invalid_document`, `temporarily_unavailable`).
    """
    check_may_seal(client)
    try:
        sealed = await asyncio.to_thread(_seal, client, document, reason, world.authority, now)
    except SigningError as error:
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, error.code) from error
    except CertsError as error:
        raise ProtocolError(ErrorCode.TEMPORARILY_UNAVAILABLE, error.code) from error
    event = DocumentSealed(
        client_id=client.client_id,
        document_digest=sha256(document).hex(),
        sealed_digest=sha256(sealed).hex(),
    )
    async with world.storage.unit_of_work() as work:
        await work.events.record(event, now)
    return sealed


def check_may_seal(client: Client) -> None:
    """Refuse a department that was given no seal. Raises ProtocolError."""
    if not client.may(Capability.SEAL):
        raise ProtocolError(ErrorCode.UNAUTHORIZED_CLIENT, "client_may_not_seal")


def _seal(
    client: Client, document: bytes, reason: str, authority: Authority, now: datetime
) -> bytes:
    signer, certificate = authority.seal_signer(client.client_id)
    return sign_pdf(
        document,
        signer=signer,
        certificate=certificate,
        chain=authority.ca_chain,
        evidence=evidence_from(authority),
        appearance=PdfAppearance(
            claimed_time=now,
            signer_name=client.client_name["en"],
            field_name="Seal",
            reason=reason,
            certify=True,
        ),
    )
