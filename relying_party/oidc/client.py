"""The OAuth client: PAR, PKCE, `private_key_jwt`, the code, userinfo, logout. Authlib drives it.

FAPI 2.0 Security Profile §5.3.3 is the list it keeps to. The types are the order: `Authorization`
is stored bound to the browser; only it and the query string make an `Answered`; only that can be
redeemed; only what was redeemed can be verified; only a `VerifiedLogin` can ask for data.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from joserfc.jwk import ECKey

from relying_party.oidc.errors import Refused, RefusedReason, from_error_parameter
from relying_party.oidc.http import Answer, HttpClient
from relying_party.oidc.id_token import VerifiedLogin, verify_id_token
from relying_party.oidc.provider import ALGORITHM, Provider
from relying_party.settings import Clock, Department, Entropy

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME_SECONDS: Final = 60
_MAX_PARAMETER: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """A question put to the identity provider; keep it until the answer comes, for one browser."""

    state: str
    nonce: str
    code_verifier: str
    scope: str
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to one of our questions, with its code. Made by `check_response` alone."""

    authorization: Authorization
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedLogin:
    """What the code was exchanged for; worth nothing until it is verified."""

    authorization: Authorization
    id_token: str
    access_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What the citizen let this department have; a claim that was not released is absent."""

    claims: Mapping[str, str]
    sources: Mapping[str, Mapping[str, str]]


class OidcClient:
    """One department's client. Holds its key; nothing about any citizen."""

    def __init__(
        self,
        department: Department,
        provider: Provider,
        http: HttpClient,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        """Read the department's key. Raises OSError when it is not there."""
        self._department = department
        self.provider = provider
        self._http = http
        self._clock = clock
        self._entropy = entropy
        self._key = ECKey.import_key(department.key_file.read_bytes())
        self._kid = self._key.thumbprint()  # RFC 7638

    async def begin(
        self, *, scope: str = "openid", ui_locales: str = "en"
    ) -> tuple[Authorization, str]:
        """Push a request (RFC 9126) and answer it with the address to send the browser to.

        Raises Refused (`provider_refused`), Unreachable.
        """
        metadata = await self.provider.metadata()
        authorization = Authorization(
            state=self._token(),
            nonce=self._token(),
            code_verifier=self._token(),
            scope=scope,
            began_at=self._clock(),
        )
        url, _ = self._oauth(scope).create_authorization_url(
            metadata.authorization_endpoint,
            state=authorization.state,
            code_verifier=authorization.code_verifier,
            nonce=authorization.nonce,
            ui_locales=ui_locales,
        )
        pushed = dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
        answer = await self.call(metadata.pushed_authorization_request_endpoint, pushed)
        request_uri = answer.json().get("request_uri") if answer.status == 201 else None
        if not isinstance(request_uri, str):
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"par {answer.error_code()}")
        front = urlencode({"client_id": self._department.client_id, "request_uri": request_uri})
        return authorization, f"{metadata.authorization_endpoint}?{front}"

    async def redeem(self, answered: Answered) -> UnverifiedLogin:
        """Exchange the code, once (RFC 6749 §4.1.3, RFC 7636 §4.5).

        Raises Refused (`provider_refused`, `malformed`), Unreachable.
        """
        metadata = await self.provider.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": answered.code,
            "redirect_uri": self._department.redirect_uri,
            "code_verifier": answered.authorization.code_verifier,
        }
        answer = await self.call(metadata.token_endpoint, form)
        if answer.status != 200:
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"token {answer.error_code()}")
        tokens = answer.json()
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise Refused(RefusedReason.MALFORMED, "token response")
        if str(tokens.get("token_type", "")).lower() != "bearer":
            raise Refused(RefusedReason.WRONG_TYPE, "token_type")
        return UnverifiedLogin(
            authorization=answered.authorization, id_token=id_token, access_token=access_token
        )

    async def verify(self, login: UnverifiedLogin) -> VerifiedLogin:
        """Judge the ID token (OIDC Core §3.1.3.7). Raises Refused, Unreachable."""
        return await verify_id_token(
            login.id_token,
            access_token=login.access_token,
            provider=self.provider,
            client_id=self._department.client_id,
            nonce=login.authorization.nonce,
            now=self._clock(),
        )

    async def userinfo(self, login: VerifiedLogin) -> Released:
        """What was released (OIDC Core §5.3). Raises Refused (`wrong_subject`), Unreachable."""
        metadata = await self.provider.metadata()
        answer = await self._http.get(
            metadata.userinfo_endpoint, headers={"authorization": f"Bearer {login.access_token}"}
        )
        if answer.status != 200:
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"userinfo {answer.error_code()}")
        claims = answer.json()
        if claims.get("sub") != login.subject:  # §5.3.2: the sub must be the ID token's
            raise Refused(RefusedReason.WRONG_SUBJECT)
        texts = {name: value for name, value in claims.items() if isinstance(value, str)}
        return Released(claims=texts, sources=_sources(claims.get("_sources")))

    async def logout_url(self, id_token: str, state: str) -> str:
        """Where to send the browser to log out there too (RP-Initiated Logout 1.0 §2)."""
        metadata = await self.provider.metadata()
        query = {
            "id_token_hint": id_token,
            "client_id": self._department.client_id,
            "post_logout_redirect_uri": f"{self._department.origin}/",
            "state": state,
        }
        return f"{metadata.end_session_endpoint}?{urlencode(query)}"

    async def call(self, url: str, form: Mapping[str, str]) -> Answer:
        """POST a form to the identity provider as this department. Raises Unreachable, Refused."""
        return await self._http.post_form(url, {**form, **self.assertion()})

    async def call_with_document(
        self, url: str, form: Mapping[str, str], document: bytes | None
    ) -> Answer:
        """The same with a PDF, or with one coming back."""
        return await self._http.post_document(url, {**form, **self.assertion()}, document)

    def assertion(self) -> dict[str, str]:
        """A fresh proof of who we are (RFC 7523 §3, audience the issuer: FAPI 2.0 §5.3.3.1)."""
        now = int(self._clock().timestamp())
        value = private_key_jwt_sign(
            self._key,
            client_id=self._department.client_id,
            token_endpoint=self._department.issuer,
            alg=ALGORITHM,
            claims={"jti": self._token()},
            header={"kid": self._kid},
            issued_at=now,
            expires_at=now + _ASSERTION_LIFETIME_SECONDS,
        )
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": value}

    def _oauth(self, scope: str) -> OAuth2Client:
        return OAuth2Client(
            session=None,
            client_id=self._department.client_id,
            scope=scope,
            redirect_uri=self._department.redirect_uri,
            code_challenge_method="S256",
        )

    def _token(self) -> str:
        """32 random bytes as text: enough for a state, a nonce, a verifier (RFC 7636 §4.1)."""
        return base64.urlsafe_b64encode(self._entropy(32)).rstrip(b"=").decode("ascii")


def check_response(
    authorization: Authorization, query: Sequence[tuple[str, str]], issuer: str
) -> Answered:
    """Decide whether a redirect answers our question, and how.

    No parameter twice (RFC 6749 §3.1), the state is ours (the caller found `authorization` by
    it, and it is compared again), the issuer is ours (RFC 9207 §2.4) before anything else is
    believed, and only then error or code. Raises Refused.
    """
    parameters = dict(query)
    if len(parameters) != len(query) or any(len(v) > _MAX_PARAMETER for v in parameters.values()):
        raise Refused(RefusedReason.MALFORMED, "query")
    if parameters.get("state") != authorization.state:
        raise Refused(RefusedReason.NOT_OURS, "state")
    if parameters.get("iss") != issuer:
        raise Refused(RefusedReason.WRONG_ISSUER, "response")
    if "error" in parameters:
        raise from_error_parameter(parameters["error"])
    if not parameters.get("code"):
        raise Refused(RefusedReason.MALFORMED, "no code")
    return Answered(authorization=authorization, code=parameters["code"])


def _sources(value: Any) -> dict[str, dict[str, str]]:
    """Where each claim comes from: `{claim: {source, as_of}}`; anything else is left out."""
    if not isinstance(value, dict):
        return {}
    return {
        name: {key: text for key, text in entry.items() if isinstance(text, str)}
        for name, entry in value.items()
        if isinstance(entry, dict)
    }
