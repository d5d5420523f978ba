"""What an approval will be about, fixed before its nonce is drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass

from idp.domain.approval import ApprovalKind, ClaimRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDraft:
    """All the facts of a request. The nonce comes later, so nobody can choose facts to a code."""

    kind: ApprovalKind
    client_id: str
    purpose: str
    asked_from: str
    browser_digest: bytes
    claims: tuple[ClaimRequest, ...] = ()
    authorization_id: str | None = None
    signing_request_id: str | None = None
    document_digest: str | None = None  # hex SHA-256
    person_id: str | None = None  # known already when signing, or releasing in a session

    def facts(self, approval_id: str) -> bytes:
        """Return the canonical form that the identification code commits to."""
        return json.dumps(
            {
                "v": 1,
                "approval_id": approval_id,
                "kind": self.kind.value,
                "client_id": self.client_id,
                "purpose": self.purpose,
                "browser": self.browser_digest.hex(),
                "claims": [[c.claim, c.essential] for c in self.claims],
                "authorization_id": self.authorization_id,
                "signing_request_id": self.signing_request_id,
                "document_digest": self.document_digest,
                "person_id": self.person_id,
            },
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()
