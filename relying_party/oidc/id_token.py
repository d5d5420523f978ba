"""Judging tokens the identity provider signed: the list of OIDC Core §3.1.3.7, by number.

PyJWT checks the signature; time is checked here against one `now`, because PyJWT reads the
machine's clock. The provider mints with another library, so one bug cannot hide itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

from relying_party.oidc.errors import Refused, RefusedReason
from relying_party.oidc.provider import ALGORITHM, Provider

MAX_TOKEN_CHARACTERS: Final = 16 * 1024
#: Clocks of two machines differ.
LEEWAY: Final = timedelta(seconds=30)
#: An ID token is used at once; an old one is a replayed one.
MAX_AGE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLogin:
    """Who logged in, as this department knows them, and the token for what was released.

    `subject` is pairwise: no other department has the same. `id_token` is kept for the logout
    hint only.
    """

    subject: str
    authenticated_at: datetime
    session_id: str | None
    acr: str | None
    id_token: str
    access_token: str


async def verify_id_token(
    token: str,
    *,
    access_token: str,
    provider: Provider,
    client_id: str,
    nonce: str,
    now: datetime,
) -> VerifiedLogin:
    """Decide whether an ID token is the answer to our request (OIDC Core §3.1.3.7).

    Steps 1 and 6-8 are `verified_claims`; raises Refused with the reason of the first step that
    fails, Unreachable when keys cannot be had.
    """
    claims = await verified_claims(token, provider=provider, types=("JWT", "jwt", None))
    _audience(claims, client_id)  # 3, 4, 5
    _times(claims, now)  # 9, 10
    if claims.get("nonce") != nonce:  # 11
        raise Refused(RefusedReason.WRONG_NONCE)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # OIDC Core §2
        raise Refused(RefusedReason.MISSING_CLAIM, "sub")
    auth_time = claims.get("auth_time", claims["iat"])
    sid, acr = claims.get("sid"), claims.get("acr")
    return VerifiedLogin(
        subject=subject,
        authenticated_at=_moment(auth_time, "auth_time"),
        session_id=sid if isinstance(sid, str) else None,
        acr=acr if isinstance(acr, str) else None,
        id_token=token,
        access_token=access_token,
    )


async def verified_claims(
    token: str, *, provider: Provider, types: tuple[str | None, ...]
) -> dict[str, Any]:
    """Claims of a token signed by the identity provider, ES256 and nothing else.

    Checks size, `typ`, key, signature and issuer. The caller still owes audience, times, and
    whatever the token is bound to. Raises Refused, Unreachable.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Refused(RefusedReason.TOO_LARGE, "token")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Refused(RefusedReason.MALFORMED, "header") from error
    if header.get("alg") != ALGORITHM:  # 7: the algorithm we registered, never what is offered
        raise Refused(RefusedReason.WRONG_ALGORITHM, str(header.get("alg"))[:20])
    if header.get("typ") not in types:
        raise Refused(RefusedReason.WRONG_TYPE, str(header.get("typ"))[:20])
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise Refused(RefusedReason.UNKNOWN_KEY, "no kid")
    key = await provider.key(kid)
    try:
        claims: dict[str, Any] = jwt.decode(  # 6, 8
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=provider.issuer,  # 2
            options={
                "require": ["iss", "aud", "iat", "sub"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
            },
        )
    except jwt.InvalidIssuerError as error:
        raise Refused(RefusedReason.WRONG_ISSUER) from error
    except jwt.MissingRequiredClaimError as error:
        raise Refused(RefusedReason.MISSING_CLAIM, error.claim) from error
    except jwt.InvalidSignatureError as error:
        raise Refused(RefusedReason.BAD_SIGNATURE) from error
    except jwt.PyJWTError as error:
        raise Refused(RefusedReason.MALFORMED, type(error).__name__) from error
    return claims


def check_issued_at(claims: dict[str, Any], now: datetime, *, max_age: timedelta) -> datetime:
    """Decide whether `iat` is recent; answers it. Raises Refused (`expired`, `not_yet_valid`)."""
    issued_at = _moment(claims.get("iat"), "iat")
    if issued_at > now + LEEWAY:
        raise Refused(RefusedReason.NOT_YET_VALID, "iat")
    if issued_at < now - max_age:
        raise Refused(RefusedReason.EXPIRED, "iat")
    return issued_at


def _audience(claims: dict[str, Any], client_id: str) -> None:
    """Exactly us: another audience beside us could replay the token to us (§3.1.3.7 (3)-(5))."""
    audience = claims["aud"]
    if audience not in (client_id, [client_id]):
        raise Refused(RefusedReason.WRONG_AUDIENCE)
    if claims.get("azp", client_id) != client_id:
        raise Refused(RefusedReason.WRONG_AUDIENCE, "azp")


def _times(claims: dict[str, Any], now: datetime) -> None:
    if now - LEEWAY >= _moment(claims.get("exp"), "exp"):
        raise Refused(RefusedReason.EXPIRED, "exp")
    if "nbf" in claims and now + LEEWAY < _moment(claims["nbf"], "nbf"):
        raise Refused(RefusedReason.NOT_YET_VALID, "nbf")
    check_issued_at(claims, now, max_age=MAX_AGE)


def _moment(value: object, name: str) -> datetime:
    """A NumericDate (RFC 7519 §2) as a moment; whole seconds only, `true` is not a number."""
    if type(value) is not int or not 0 < value < 253402300800:
        raise Refused(RefusedReason.MISSING_CLAIM, name)
    return datetime.fromtimestamp(value, UTC)
