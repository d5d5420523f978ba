"""A small identity provider for the departments' tests: real keys, real HTTP, every knob to lie.

It mints with joserfc and approves everything at once; `Issuer.twist` changes one thing.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import jwt as pyjwt
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.world.pki import Pki

PERSON = "pairwise-of-chan-tai-man"
PROFILE = {
    "hkid": "A123456(3)",
    "name_en": "CHAN, Tai Man",
    "name_zh": "陳大文",
    "birthdate": "1990-02-03",
    "gender": "male",
    "email": "taiman@example.com",
    "phone_number": "+852 9123 4567",
    "address": "Flat 3, 12/F, 1 Example Street, Kowloon",
}
CLAIMS = {
    "name": ("name_en", "name_zh"),
    "hkid": ("hkid",),
    "email": ("email",),
    "phone": ("phone_number",),
    "address": ("address",),
    "identity": ("hkid", "name_en", "name_zh", "birthdate", "gender"),
}
SOURCES = {
    name: {
        "source": "registered"
        if name in {"hkid", "name_en", "name_zh", "birthdate", "gender"}
        else "self_declared",
        "as_of": "2026-03-02",
    }
    for name in PROFILE
}


@dataclass
class Issuer:
    """What it knows, what it was asked, and what to answer wrongly."""

    pki: Pki
    clock: Callable[[], datetime]
    port: int
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    client_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    subject: str = PERSON
    pushed: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    #: one thing to do wrongly: see the handlers
    twist: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://id.localhost:{self.port}"

    @property
    def kid(self) -> str:
        return str(self.key.thumbprint())

    # --- OpenID Connect -----------------------------------------------------------------------
    def metadata(self) -> dict[str, Any]:
        names = {
            "authorization_endpoint": "authorize",
            "pushed_authorization_request_endpoint": "par",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "end_session_endpoint": "end_session",
            "jwks_uri": "jwks",
        }
        return {
            "issuer": self.url,
            **{name: f"{self.url}/{path}" for name, path in names.items()},
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "authorization_response_iss_parameter_supported": True,
            **self.twist.get("metadata", {}),
        }

    async def discovery(self, _: Request) -> Response:
        self.calls.append("discovery")
        return JSONResponse(self.metadata())

    async def jwks(self, _: Request) -> Response:
        self.calls.append("jwks")
        public = {**self.key.as_dict(private=False), "kid": self.kid, "alg": "ES256", "use": "sig"}
        return JSONResponse({"keys": [public]})

    async def authenticated(self, request: Request) -> dict[str, Any]:
        """The form, after the department's assertion was checked (RFC 7523 §3)."""
        form: dict[str, Any] = {}
        async with request.form() as sent:
            for name, value in sent.items():
                form[name] = value if isinstance(value, str) else await value.read()
        assertion = str(form.pop("client_assertion"))
        key = pyjwt.PyJWK(self.client_key.as_dict(private=False), algorithm="ES256")
        claims = pyjwt.decode(
            assertion,
            key,
            algorithms=["ES256"],
            audience=self.url,
            options={"verify_exp": False, "verify_iat": False},
        )
        assert claims["iss"] == claims["sub"]
        assert claims["exp"] - claims["iat"] <= 60
        assert claims["jti"] not in self.calls
        self.calls.append(claims["jti"])
        return {"client_id": claims["iss"], **form}

    async def par(self, request: Request) -> Response:
        form = await self.authenticated(request)
        assert form["code_challenge_method"] == "S256"
        uri = f"urn:ietf:params:oauth:request_uri:{len(self.pushed)}"
        self.pushed[uri] = form
        return JSONResponse({"request_uri": uri, "expires_in": 60}, 201)

    async def authorize(self, request: Request) -> Response:
        pushed = self.pushed.pop(request.query_params["request_uri"])
        answer = {"state": pushed["state"], "iss": self.url}
        if "error" in self.twist:
            answer["error"] = self.twist.pop("error")
        else:
            answer["code"] = f"code-{len(self.codes)}"
            self.codes[answer["code"]] = pushed
        answer.update(self.twist.get("response", {}))
        return RedirectResponse(f"{pushed['redirect_uri']}?{urlencode(answer)}", 303)

    async def token(self, request: Request) -> Response:
        form = await self.authenticated(request)
        pushed = self.codes.pop(form["code"], None)
        if pushed is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == pushed["code_challenge"]
        return JSONResponse(
            {
                "access_token": f"at-{pushed['scope']}",
                "token_type": "Bearer",
                "id_token": self.id_token(pushed["client_id"], pushed["nonce"]),
            }
        )

    def id_token(self, client_id: str, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.url,
            "aud": client_id,
            "sub": self.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
        }
        return self.mint("JWT", {**claims, **self.twist.get("claims", {})})

    def mint(self, typ: str, claims: dict[str, Any], **header: Any) -> str:
        claims = {name: value for name, value in claims.items() if value is not None}
        full = {"alg": "ES256", "typ": typ, "kid": self.kid, **header}
        return jwt.encode(full, claims, self.key, algorithms=["ES256"])

    async def userinfo(self, request: Request) -> Response:
        scope = request.headers["authorization"].removeprefix("Bearer at-")
        withheld = self.twist.get("withheld", ())
        asked = {claim for name in scope.split() for claim in CLAIMS.get(name, ())} - {*withheld}
        shown = {name: value for name, value in PROFILE.items() if name in asked}
        sub = self.twist.get("userinfo_sub", self.subject)
        return JSONResponse({"sub": sub, **shown, "_sources": SOURCES})

    # --- signing, sealing, notices ------------------------------------------------------------
    async def sign_request(self, request: Request) -> Response:
        form = await self.authenticated(request)
        document = form["document"]
        if "excluded" in self.twist:
            return JSONResponse({"error": "excluded_matter"}, 422)
        request_id = f"sr-{len(self.asked)}"
        self.asked[request_id] = {**form, "document": document}
        digest = hashlib.sha256(document).hexdigest()
        body = {
            "signing_request_id": request_id,
            "sign_uri": f"{self.url}/sign/{request_id}",
            "document_digest": self.twist.get("digest", digest),
            "expires_in": 300,
        }
        return JSONResponse(body, 201)

    async def sign(self, request: Request) -> Response:
        request_id = request.path_params["request_id"]
        asked = self.asked[request_id]
        answer = {"signing_request_id": request_id, "state": asked["state"], "iss": self.url}
        if "sign_error" in self.twist:
            asked["ended"] = answer["error"] = self.twist.pop("sign_error")
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def result(self, request: Request) -> Response:
        await self.authenticated(request)
        asked = self.asked[request.path_params["request_id"]]
        if "ended" in asked:
            return JSONResponse({"error": asked["ended"]}, 410)
        if self.twist.get("pending"):
            return JSONResponse({"error": "signing_pending"}, 409)
        document = self.twist.get("other_document", asked["document"])
        signer = {"common_name": "CHAN, Tai Man (Demonstration)"} | self.twist.get("leaf", {})
        identity = self.pki.leaf(**signer)
        signed = self.pki.sign(document, identity)
        return Response(self.twist.get("tamper", bytes)(signed), media_type="application/pdf")

    async def seal(self, request: Request) -> Response:
        form = await self.authenticated(request)
        if self.twist.get("seal_down"):
            return JSONResponse({"error": "temporarily_unavailable"}, 503)
        document = form["document"]
        self.calls.append("seal")
        return Response(self.pki.sign(document, self.pki.leaf()), media_type="application/pdf")

    async def notice(self, request: Request) -> Response:
        form = await self.authenticated(request)
        notice = json.loads(form["notice"])
        if notice["reference"] not in [one["reference"] for one in self.notices]:
            self.notices.append(notice)
        sent_at = self.clock().astimezone(UTC).isoformat()
        return JSONResponse({"notice_id": notice["reference"], "sent_at": sent_at}, 202)

    async def notice_known(self, request: Request) -> Response:
        form = await self.authenticated(request)
        if self.twist.get("known_down"):
            return JSONResponse({"error": "temporarily_unavailable"}, 503)
        self.known.append(f"{request.path_params['notice_id']} {form['known_at']}")
        return JSONResponse({})

    def delivery(self, **changes: Any) -> str:
        """A notice as the platform delivers it; `changes` replace claims."""
        claims = {
            "iss": self.url,
            "aud": "notices",
            "iat": int(self.clock().timestamp()),
            "jti": "n-1",
            "sub": self.subject,
            "from": {"client_id": "licensing", "name": {"en": "Licensing Services"}},
            "notice": {
                "category": "licence_reminder",
                "subject": {"en": "Your driving licence runs out"},
                "body": {"en": "You can renew it online.\nYou need five minutes."},
                "action_url": "http://licensing.localhost:8181/licences",
                "deadline": "2027-04-20",
                "sent_at": self.clock().astimezone(UTC).isoformat(),
            },
        }
        return self.mint("notice+jwt", {**claims, **changes})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/jwks", self.jwks),
                Route("/par", self.par, methods=["POST"]),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
                Route("/signing/requests", self.sign_request, methods=["POST"]),
                Route("/signing/requests/{request_id}/result", self.result, methods=["POST"]),
                Route("/sign/{request_id}", self.sign),
                Route("/seals", self.seal, methods=["POST"]),
                Route("/notices", self.notice, methods=["POST"]),
                Route("/notices/{notice_id}/known", self.notice_known, methods=["POST"]),
            ]
        )


class Running:
    """The issuer under uvicorn, in a thread of its own."""

    def __init__(self, issuer: Issuer) -> None:
        config = uvicorn.Config(
            issuer.app(), host="127.0.0.1", port=issuer.port, log_level="error", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
