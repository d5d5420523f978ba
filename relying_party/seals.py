"""A department's seal on its own document: made by the platform's custody, on our request."""

from relying_party.oidc import OidcClient, Refused, RefusedReason
from relying_party.settings import Department


class Seals:
    """One department's requests for its seal."""

    def __init__(self, department: Department, oidc: OidcClient) -> None:
        self._department = department
        self._oidc = oidc

    async def seal(self, document: bytes, *, reason: str) -> bytes:
        """The document with our seal. Raises Refused, Unreachable.

        A seal is added behind the document (ISO 32000-2 §7.5.6), so ours must be what it
        begins with: what comes back cannot be another document.
        """
        url = f"{self._department.issuer}/seals"
        answer = await self._oidc.call_with_document(url, {"reason": reason}, document)
        if answer.status != 200 or answer.content_type != "application/pdf":
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"seal {answer.error_code()}")
        if len(answer.body) <= len(document) or not answer.body.startswith(document):
            raise Refused(RefusedReason.MALFORMED, "sealed document")
        return answer.body
