"""The one HTTP client of this room: time limits, size limits, no redirects, no proxies.

Names under `.localhost` are taken to 127.0.0.1 here (RFC 6761 §6.3): the resolver of many
systems does not know them, browsers do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from relying_party.oidc.errors import Refused, RefusedReason, Unreachable
from relying_party.settings import is_loopback_name

JSON_LIMIT: Final = 64 * 1024
DOCUMENT_LIMIT: Final = 20 * 1024 * 1024
_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
#: Making a signature or a seal waits for a time stamp and the status of certificates.
_DOCUMENT_TIMEOUT: Final = httpx.Timeout(30.0, connect=3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, read whole and within its limit."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises Refused (`malformed`) for anything else."""
        try:
            value = json.loads(self.body, object_pairs_hook=_no_duplicates)
        except (ValueError, RecursionError) as error:
            raise Refused(RefusedReason.MALFORMED, "not JSON") from error
        if not isinstance(value, dict):
            raise Refused(RefusedReason.MALFORMED, "not a JSON object")
        return value

    def error_code(self) -> str:
        """The `error` member of a refusal, or the status where there is none."""
        try:
            return str(self.json().get("error", self.status))[:60]
        except Refused:
            return str(self.status)


class _Loopback(httpx.AsyncHTTPTransport):
    """Connects `*.localhost` to this machine; the Host header keeps the name."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if is_loopback_name(request.url.host):
            request.extensions["sni_hostname"] = request.url.host
            request.url = request.url.copy_with(host="127.0.0.1")
        return await super().handle_async_request(request)


class HttpClient:
    """Asks the identity provider. One for each process; close it at the end."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            transport=_Loopback(retries=1),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "onechop-relying-party"},
        )

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = JSON_LIMIT
    ) -> Answer:
        """GET. Raises Unreachable, or Refused (`too_large`)."""
        return await self._send(
            self._client.build_request("GET", url, headers=dict(headers or {})), limit
        )

    async def post_form(self, url: str, form: Mapping[str, str] | str) -> Answer:
        """POST urlencoded; `form` may be encoded already. Raises as `get`."""
        if isinstance(form, str):
            headers = {"content-type": "application/x-www-form-urlencoded"}
            request = self._client.build_request("POST", url, content=form, headers=headers)
        else:
            request = self._client.build_request("POST", url, data=dict(form))
        return await self._send(request, JSON_LIMIT)

    async def post_document(
        self, url: str, form: Mapping[str, str], document: bytes | None, name: str = "document.pdf"
    ) -> Answer:
        """POST multipart with a PDF, or urlencoded without; a PDF may come back."""
        files = {"document": (name, document, "application/pdf")} if document else None
        request = self._client.build_request(
            "POST", url, data=dict(form), files=files, timeout=_DOCUMENT_TIMEOUT
        )
        return await self._send(request, DOCUMENT_LIMIT)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, request: httpx.Request, limit: int) -> Answer:
        body = bytearray()
        try:
            response = await self._client.send(request, stream=True)
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > limit:
                        raise Refused(RefusedReason.TOO_LARGE, str(limit))
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
        if response.status_code >= 500 or response.status_code == 429:
            raise Unreachable(str(response.status_code))
        content_type = response.headers.get("content-type", "").partition(";")[0].strip()
        return Answer(status=response.status_code, content_type=content_type, body=bytes(body))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members
