"""A department, a browser and a phone over HTTP, as cheap for the generator as can be.

Each answer is checked for status and content: a measurement of wrong answers ends the run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from load import Answer, Connection

from onechop.phone.client import Phone
from onechop.phone.passkey import SoftwarePasskey

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TYPED_CODES_OF_A_SESSION = 9  # a phone may type ten in ten minutes

_TYPED = re.compile(rb'id="typed-code">([0-9A-Z]{4}-[0-9A-Z]{4})<')
_CODE = re.compile(rb'class="code"[^>]*>((?:<span>\d</span>){4})')
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


class WrongAnswer(Exception):  # noqa: N818 - the answer is wrong, not the bench
    """The server did not answer as it must; no figure is worth anything then."""


def expect(answer: Answer, status: int, *, contains: bytes = b"") -> Answer:
    """Check status and content. Raises WrongAnswer."""
    if answer.status != status or contains not in answer.body:
        raise WrongAnswer(f"{answer.status}, expected {status} {contains!r}: {answer.body[:300]!r}")
    return answer


def found(pattern: re.Pattern[bytes], answer: Answer) -> str:
    """Find a piece of a page. Raises WrongAnswer."""
    match = pattern.search(answer.body)
    if match is None:
        raise WrongAnswer(f"{pattern.pattern!r} is not in {answer.body[:300]!r}")
    return match[1].decode()


class Browser:
    """A connection with a cookie jar."""

    def __init__(self, origin: str, cookies: dict[str, str] | None = None) -> None:
        parts = urlsplit(origin)
        self.origin = origin
        self.connection = Connection(parts.hostname or "", parts.port or 80)
        self.cookies = dict(cookies or {})

    async def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return await self._send("GET", path, headers, b"")

    async def post(self, path: str, form: dict[str, Any], **headers: str) -> Answer:
        """Send a form of one of its own pages."""
        sent = FORM | {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} | headers
        return await self._send("POST", path, sent, urlencode(form, doseq=True).encode())

    async def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.cookies:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = headers | {"Cookie": cookies}
        answer = await self.connection.request(method, path, headers=headers, body=body)
        for line in answer.headers.get("set-cookie", "").splitlines():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass(slots=True)
class Department:
    """A registered department: its key, and the requests that it signs."""

    client_id: str
    issuer: str
    redirect_uri: str
    scope: str
    key: Any
    kid: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @classmethod
    def load(cls, folder: Path, issuer: str) -> Department:
        """Take a department's registration and key from its folder of the demonstration."""
        registration = json.loads((folder / "registration.json").read_text())
        return cls(
            client_id=registration["client_id"],
            issuer=issuer,
            redirect_uri=registration["redirect_uris"][0],
            scope=" ".join(registration["scopes"]),
            key=load_pem_private_key((folder / "client.key.pem").read_bytes(), None),
            kid=registration["jwks"]["keys"][0]["kid"],
        )

    def authenticated(self, **form: str) -> dict[str, str]:
        """A form with a fresh client assertion (RFC 7523)."""
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.issuer}
        claims |= {"jti": secrets.token_urlsafe(16), "iat": now, "exp": now + 60}
        assertion = jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": self.kid})
        credentials = {"client_assertion_type": ASSERTION, "client_assertion": assertion}
        return {"client_id": self.client_id} | credentials | form

    async def push(self, connection: Browser, nonce: str) -> str:
        """POST /par; answers the request_uri."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        form = self.authenticated(
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=self.scope,
            state="state",
            nonce=nonce,
            code_challenge=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            code_challenge_method="S256",
        )
        answer = expect(await connection.post("/par", form), 201, contains=b"request_uri")
        return str(json.loads(answer.body)["request_uri"])

    async def redeem(self, connection: Browser, code: str) -> dict[str, Any]:
        """POST /token for a code."""
        form = self.authenticated(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=self.verifier,
        )
        answer = expect(await connection.post("/token", form), 200, contains=b"id_token")
        tokens: dict[str, Any] = json.loads(answer.body)
        return tokens

    async def refresh(self, connection: Browser, refresh_token: str) -> None:
        """POST /token for a refresh token."""
        form = self.authenticated(grant_type="refresh_token", refresh_token=refresh_token)
        expect(await connection.post("/token", form), 200, contains=b"access_token")

    async def userinfo(self, connection: Browser, access_token: str) -> dict[str, Any]:
        """GET /userinfo."""
        answer = await connection.get("/userinfo", Authorization=f"Bearer {access_token}")
        claims: dict[str, Any] = json.loads(expect(answer, 200, contains=b'"hkid"').body)
        return claims


class PocketPhone:
    """A phone with sessions in stock: one session may type ten codes in ten minutes."""

    def __init__(self, issuer: str, person_id: str) -> None:
        self.issuer = issuer
        with Phone(issuer) as phone:
            phone.bind(person_id)
            assert phone.passkey is not None
            self.passkey: SoftwarePasskey = phone.passkey
        self._sessions: list[Browser] = []
        self._typed = 0  # codes typed in the first of them

    def stock(self, logins: int) -> None:
        """Sign in often enough for so many logins."""
        for _ in range(-(-logins // TYPED_CODES_OF_A_SESSION)):
            with Phone(self.issuer, self.passkey) as phone:
                phone.sign_in()
                self._sessions.append(Browser(self.issuer, phone.cookies))

    async def approve(self, typed_code: str, code: str) -> None:
        """Type the code, compare the identification code, approve: six requests."""
        browser = await self._session()
        page = expect(await browser.get("/phone/scan"), 200)
        token = found(_TOKEN, page)
        form = {"csrf_token": token, "code": typed_code}
        path = expect(await browser.post("/phone/open", form), 303).headers["location"]
        screen = expect(await browser.get(path), 200, contains=b'value="same"')
        if found(_CODE, screen) != code:
            raise WrongAnswer("the two screens show different identification codes")
        decision = {"csrf_token": found(_TOKEN, screen), "code": "same"}
        options = expect(await browser.post(f"{path}/options", decision), 200)
        decision["credential"] = json.dumps(self.passkey.get(json.loads(options.body)["publicKey"]))
        approved = expect(await browser.post(f"{path}/approve", decision), 303)
        expect(await browser.get(approved.headers["location"]), 200, contains=b"verdict ok")

    async def _session(self) -> Browser:
        if self._typed == TYPED_CODES_OF_A_SESSION:
            await self._sessions.pop(0).connection.close()
            self._typed = 0
        if not self._sessions:
            raise WrongAnswer("not enough phone sessions were signed in beforehand")
        self._typed += 1
        return self._sessions[0]


async def log_in(department: Department, phone: PocketPhone) -> dict[str, Any]:
    """One whole login in a browser that has never been here: thirteen requests; the tokens."""
    browser = Browser(department.issuer)
    service = Browser(department.issuer)
    nonce = secrets.token_urlsafe(12)
    request_uri = await department.push(service, nonce)
    query = urlencode({"client_id": department.client_id, "request_uri": request_uri})
    waiting = expect(await browser.get(f"/authorize?{query}"), 303).headers["location"]
    page = expect(await browser.get(waiting), 200)
    await phone.approve(found(_TYPED, page), found(_CODE, page))
    back = expect(await browser.get(f"{waiting}/continue"), 303).headers["location"]
    answered = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if not back.startswith(department.redirect_uri) or answered["iss"] != department.issuer:
        raise WrongAnswer(back)
    tokens = await department.redeem(service, answered["code"])
    claims = await department.userinfo(service, tokens["access_token"])
    said = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    if said["nonce"] != nonce or said["sub"] != claims["sub"]:
        raise WrongAnswer("the ID token is another login's")
    for each in (browser, service):
        await each.connection.close()
    return tokens


async def check_id_token(department: Department, id_token: str) -> None:
    """Check an ID token as a department must, with the published keys and another library."""
    browser = Browser(department.issuer)
    answer = await browser.get("/.well-known/openid-configuration")
    metadata = json.loads(expect(answer, 200).body)
    published = expect(await browser.get(urlsplit(metadata["jwks_uri"]).path), 200)
    await browser.connection.close()
    keys = jwt.PyJWKSet.from_dict(json.loads(published.body))
    key = keys[jwt.get_unverified_header(id_token)["kid"]]
    jwt.decode(id_token, key, ["ES256"], audience=department.client_id, issuer=metadata["issuer"])
