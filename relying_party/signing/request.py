"""Ask for a signature, send the citizen there, fetch the result: three calls.

`POST /signing/requests`, the browser to `sign_uri` and back, `POST …/result`
(docs/adr/0006-department-api.md).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from relying_party.oidc import OidcClient, Refused, RefusedReason
from relying_party.settings import Department

#: Reasons a request ends without a signature; each has words of its own on the page.
ENDED: Final = frozenset(
    {
        "access_denied",
        "wrong_code",
        "expired",
        "excluded_matter",
        "certificate_expired",
        "certificate_suspended",
        "certificate_revoked",
        "document_changed",
        "not_eligible",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentToSign:
    """What the citizen is asked to sign. `title` and `purpose` are shown on both screens.

    `matter` is the slug by which Schedule 1 of the ETO is looked up.
    """

    document: bytes
    title: str
    purpose: str
    matter: str

    @property
    def digest(self) -> str:
        """SHA-256 of the document, lower-case hexadecimal."""
        return hashlib.sha256(self.document).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request under way."""

    request_id: str
    sign_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A document that came back, unchecked: hand it to `SignatureCheck`."""

    content: bytes
    asked_digest: str
    asked_length: int


class SigningEnded(Exception):  # noqa: N818 - an outcome by name
    """There will be no signature for this request; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code if code in ENDED else "refused"


class SigningPending(Exception):  # noqa: N818 - an outcome by name
    """The citizen has not decided yet."""


class Signing:
    """One department's requests for signatures."""

    def __init__(self, department: Department, oidc: OidcClient) -> None:
        self._department = department
        self._oidc = oidc

    async def ask(
        self, wanted: DocumentToSign, *, subject: str, state: str, ui_locales: str
    ) -> Asked:
        """Ask for one citizen's signature on one document.

        Raises SigningEnded (`excluded_matter`) where the law or the provider refuses, Refused
        when the provider has another document in its hands than we sent, Unreachable.
        """
        form = {
            "sub": subject,
            "title": wanted.title,
            "purpose": wanted.purpose,
            "matter": wanted.matter,
            "redirect_uri": self._department.signing_redirect_uri,
            "state": state,
            "ui_locales": ui_locales,
        }
        url = f"{self._department.issuer}/signing/requests"
        answer = await self._oidc.call_with_document(url, form, wanted.document)
        if answer.status != 201:
            raise SigningEnded(answer.error_code())
        body = answer.json()
        request_id, sign_uri = body.get("signing_request_id"), body.get("sign_uri")
        if not isinstance(request_id, str) or not isinstance(sign_uri, str):
            raise Refused(RefusedReason.MALFORMED, "signing request")
        if not sign_uri.startswith(f"{self._department.issuer}/"):
            raise Refused(RefusedReason.WRONG_ISSUER, "sign_uri")
        if body.get("document_digest") != wanted.digest:
            raise Refused(RefusedReason.MALFORMED, "document_digest")
        return Asked(request_id=request_id, sign_uri=sign_uri)

    async def collect(self, request_id: str, *, asked_digest: str, asked_length: int) -> Collected:
        """Fetch the result. Raises SigningPending, SigningEnded, Refused, Unreachable."""
        url = f"{self._department.issuer}/signing/requests/{quote(request_id, safe='')}/result"
        answer = await self._oidc.call_with_document(url, {}, None)
        if answer.status == 409:
            raise SigningPending
        if answer.status != 200:
            raise SigningEnded(answer.error_code())
        if answer.content_type != "application/pdf":
            raise Refused(RefusedReason.WRONG_TYPE, answer.content_type[:40])
        return Collected(content=answer.body, asked_digest=asked_digest, asked_length=asked_length)


def returned(query: Sequence[tuple[str, str]], department: Department) -> Mapping[str, str]:
    """The query a citizen comes back from signing with. Raises Refused.

    Each name once, and from our issuer (as RFC 9207 §2.4 for logins). It says where to look,
    never what happened: the result is what `collect` gets.
    """
    parameters = dict(query)
    if len(parameters) != len(query) or not parameters.get("signing_request_id"):
        raise Refused(RefusedReason.MALFORMED, "signing response")
    if parameters.get("iss") != department.issuer:
        raise Refused(RefusedReason.WRONG_ISSUER, "signing response")
    return parameters
