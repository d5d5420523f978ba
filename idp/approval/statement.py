"""The statement: exactly what the citizen approves. Its hash is the passkey's challenge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final

from idp.domain.approval import Approval

VERSION: Final = 1


def statement(
    approval: Approval,
    *,
    client_name: str,
    device_id: str,
    released: Sequence[str],
    values: Mapping[str, str],
    title: str | None = None,
) -> str:
    """Write down what is approved, as canonical JSON (sorted keys, no spaces).

    Values of released fields appear as SHA-256, so that the statement can be kept as evidence
    without the data. `title` and the document's digest stand there when signing.
    """
    return json.dumps(
        {
            "v": VERSION,
            "kind": approval.kind.value,
            "approval_id": approval.approval_id,
            "nonce": approval.nonce.hex(),
            "client_id": approval.client_id,
            "client_name": client_name,
            "purpose": approval.purpose,
            "code": approval.code,
            "device_id": device_id,
            "released": {claim: _sha256(values[claim]) for claim in released},
            "document_digest": approval.document_digest,
            "title": title,
            "expires_at": approval.expires_at.isoformat(),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def challenge(statement_text: str) -> bytes:
    """Return the WebAuthn challenge: SHA-256 of the statement."""
    return hashlib.sha256(statement_text.encode()).digest()


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
