"""What is measured over HTTP: each operation with what it needs beforehand."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.x509 import ocsp
from documents import Desk
from journey import Browser, Department, PocketPhone, WrongAnswer, check_id_token, expect, log_in
from load import Operation

from certs.base.digest import Digest
from certs.signing import ocsp_request, timestamp_request

RESIDENTS = ("tai-man", "maria", "fung", "wai-ling")


@dataclass(frozen=True, slots=True)
class Measured:
    """An operation; `each` bounds it to so many per worker, `prepare` runs before each round."""

    name: str
    operation: Operation
    workers: int
    each: int | None = None
    prepare: Callable[[], Awaitable[None]] | None = None


class Scene:
    """Departments, browsers and phones, one of each for every worker."""

    def __init__(self, department: Department, desk: Desk, workers: int) -> None:
        self.department, self.desk, self.workers = department, desk, workers
        issuer = department.issuer
        self.browsers = [Browser(issuer) for _ in range(workers)]
        self.phones = [PocketPhone(issuer, RESIDENTS[n % 4]) for n in range(workers)]
        self.tokens: list[dict[str, Any]] = []
        self.waiting: list[tuple[Browser, str]] = []
        self.seal = desk.authority.seal_signer(department.client_id)[1]
        self.signed = desk.sign()

    async def begin(self) -> None:
        """One login for each worker, its ID token checked against the published keys."""
        for phone in self.phones:
            phone.stock(1)
        self.tokens = [await log_in(self.department, phone) for phone in self.phones]
        for tokens in self.tokens:
            await check_id_token(self.department, tokens["id_token"])

    async def discovery(self, worker: int) -> None:
        """GET the provider's metadata."""
        answer = await self.browsers[worker].get("/.well-known/openid-configuration")
        expect(answer, 200, contains=f'"issuer":"{self.department.issuer}"'.encode())

    async def par(self, worker: int) -> None:
        """Push an authorization request."""
        await self.department.push(self.browsers[worker], secrets.token_urlsafe(12))

    async def login(self, worker: int) -> None:
        """Log in, from the pushed request to userinfo."""
        await log_in(self.department, self.phones[worker])

    async def refresh(self, worker: int) -> None:
        """Use a refresh token."""
        token = self.tokens[worker]["refresh_token"]
        await self.department.refresh(self.browsers[worker], token)

    async def userinfo(self, worker: int) -> None:
        """Read the released claims."""
        token = self.tokens[worker]["access_token"]
        await self.department.userinfo(self.browsers[worker], token)

    async def qr(self, worker: int) -> None:
        """Draw the QR code of a waiting page."""
        browser, path = self.waiting[worker]
        expect(await browser.get(f"{path}/qr"), 200, contains=b"<svg")

    async def wait_for_phones(self) -> None:
        """Open one waiting page for each worker, and new tokens' lives with it."""
        self.waiting = []
        for _ in range(self.workers):
            browser = Browser(self.department.issuer)
            request_uri = await self.department.push(browser, secrets.token_urlsafe(12))
            query = {"client_id": self.department.client_id, "request_uri": request_uri}
            answer = expect(await browser.get(f"/authorize?{urlencode(query)}"), 303)
            self.waiting.append((browser, answer.headers["location"]))

    async def ocsp(self, worker: int) -> None:
        """Ask for a certificate's status."""
        issuing = self.desk.authority.ca_chain[0]
        answer = await self._send(
            worker, "/pki/ocsp", "application/ocsp-request", ocsp_request(self.seal, issuing)
        )
        found = ocsp.load_der_ocsp_response(answer)
        if found.certificate_status is not ocsp.OCSPCertStatus.GOOD:
            raise WrongAnswer(f"OCSP says {found.certificate_status}")

    async def stamp(self, worker: int) -> None:
        """Ask for a time stamp over a new digest."""
        digest = Digest("sha256", hashlib.sha256(secrets.token_bytes(32)).digest())
        answer = await self._send(
            worker, "/pki/tsa", "application/timestamp-query", timestamp_request(digest)
        )
        if digest.value not in answer or len(answer) < 500:
            raise WrongAnswer("the time stamp is for something else")

    async def seal_document(self, worker: int) -> None:
        """Have a document sealed."""
        fields = self.department.authenticated(reason="A measurement")
        body = await self._upload(worker, "/seals", fields, self.desk.document)
        if not body.startswith(b"%PDF-") or b"ETSI.CAdES.detached" not in body:
            raise WrongAnswer("no sealed document came back")
        self.sealed = body

    async def verify(self, worker: int) -> None:
        """Have a signed document verified."""
        report = json.loads(await self._upload(worker, "/verify", {}, self.signed))
        if report["indication"] != "TOTAL-PASSED":
            raise WrongAnswer(str(report)[:500])

    async def _send(self, worker: int, path: str, kind: str, body: bytes) -> bytes:
        connection = self.browsers[worker].connection
        headers = {"Content-Type": kind}
        answer = await connection.request("POST", path, headers=headers, body=body)
        return expect(answer, 200).body

    async def _upload(
        self, worker: int, path: str, fields: dict[str, str], document: bytes
    ) -> bytes:
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="document"; filename="a.pdf"'
            "\r\nContent-Type: application/pdf\r\n\r\n"
        )
        body = "".join(parts).encode() + document + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        headers["Accept"] = "application/json"
        connection = self.browsers[worker].connection
        return expect(await connection.request("POST", path, headers=headers, body=body), 200).body

    def measured(self, logins: int) -> list[Measured]:
        """List the operations, in the order of the table."""

        async def stock() -> None:
            for phone in self.phones:
                await asyncio.to_thread(phone.stock, logins + 1)

        everyone = self.workers
        return [
            Measured("discovery", self.discovery, everyone),
            Measured("pushed authorization request (PAR)", self.par, everyone),
            Measured("full login, 13 requests", self.login, everyone, logins, stock),
            Measured("full login, one at a time", self.login, 1, logins, stock),
            Measured(
                "QR picture of the waiting page", self.qr, everyone, None, self.wait_for_phones
            ),
            Measured("refresh", self.refresh, everyone, None, self._new_tokens),
            Measured("userinfo", self.userinfo, everyone),
            Measured("OCSP", self.ocsp, everyone),
            Measured("time stamp (RFC 3161)", self.stamp, everyone),
            Measured("seal a PDF, B-LT (`POST /seals`)", self.seal_document, everyone),
            Measured("verify a PDF (`POST /verify`)", self.verify, 2),
        ]

    async def _new_tokens(self) -> None:
        for worker, phone in enumerate(self.phones):
            await asyncio.to_thread(phone.stock, 1)
            self.tokens[worker] = await log_in(self.department, phone)
